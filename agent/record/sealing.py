"""A sealed file: the same bytes in pieces, each encrypted and authenticated by itself.

    opening    magic, session id, lock, the file's own key wrapped for it; again after each megabyte
    piece      mark, number, length, whether it is the last one; AES-256-GCM over its bytes
    piece      …

What a piece says of itself, the session and the file's name are authenticated with it: none can be
changed, left out, moved, or taken into another file unnoticed. A file without its last piece was
cut off. The file's key is random and of this file alone; its pieces' numbers are the nonces, and a
piece is encrypted once: what a failing disk did not take is written again as it was.
"""

from __future__ import annotations

import os
import re
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.record.session_key import KEY_BYTES, WRAPPED_BYTES, SessionLock

MAGIC = b"\x89EPDS1\r\n"
OPENING = struct.Struct(f"<8s16s32s{WRAPPED_BYTES}s")  # magic, session, lock, wrapped key
MARK = b"\xf1\x9e\x0e\xa5"
PIECE = struct.Struct("<4sIII")  # mark, number, length of its bytes, whether it is the last one
TAG_BYTES = 16
LARGEST_PIECE = 65_536
OPENING_EVERY = 2**20
OTHER_NAMES = re.compile(r"(\.part|\.original-\d+)+$")


def sealed_name(name: str) -> str:
    """What a file is sealed as: unfinished, or kept beside its recovery, it is the same file."""
    return OTHER_NAMES.sub("", name)


def nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def authenticated(session_id: str, name: str, head: bytes) -> bytes:
    return head + bytes.fromhex(session_id) + name.encode()


class Seal:
    """Of one file that is being written."""

    def __init__(self, lock: SessionLock, name: str) -> None:
        secret = os.urandom(KEY_BYTES)
        self._name = sealed_name(name)
        self._session_id = lock.session_id
        self._cipher = AESGCM(secret)
        wrapped = lock.wrap(secret, self._name)
        session = bytes.fromhex(lock.session_id)
        self._opening = OPENING.pack(MAGIC, session, lock.public, wrapped)
        self._number = 0
        self._since_opening = OPENING_EVERY

    def seal(self, content: bytes, *, last: bool = False) -> bytes:
        """What goes to the file's end. Nothing may come after the last."""
        sealed: list[bytes] = []
        for start in range(0, max(1, len(content)), LARGEST_PIECE):
            if self._since_opening >= OPENING_EVERY:
                sealed.append(self._opening)
                self._since_opening = 0
            end = start + LARGEST_PIECE
            sealed += self._piece(content[start:end], last=last and end >= len(content))
        return b"".join(sealed)

    def _piece(self, content: bytes, *, last: bool) -> tuple[bytes, bytes]:
        head = PIECE.pack(MARK, self._number, len(content), last)
        about = authenticated(self._session_id, self._name, head)
        sealed = self._cipher.encrypt(nonce(self._number), content, about)
        self._number += 1
        self._since_opening += len(content)
        return head, sealed


def sealed_whole(content: bytes, lock: SessionLock, name: str) -> bytes:
    return Seal(lock, name).seal(content, last=True)
