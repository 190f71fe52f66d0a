"""A sealed file's content as bytes that are opened where they are looked at.

A piece that cannot be opened reads as zeros, where some are missing a few zeros stand; `damage`
says so.
The search for the next good piece has an end: it costs no more than the file has bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.record.damage import Damage
from agent.record.sealing import (
    LARGEST_PIECE,
    MAGIC,
    MARK,
    OPENING,
    PIECE,
    TAG_BYTES,
    authenticated,
    nonce,
    sealed_name,
)
from agent.record.session_key import SessionKey

OPENED_PIECES = 32  # that are remembered: more than the largest chunk of a log has
MOST_OPENINGS = 1000  # that are tried
NOT_THERE, GAP_BYTES = -1, 16
MAGIC_AT_LEAST = len(MAGIC) - 2
SESSION_BYTES = 16
# How much is tried in searching, in bytes and in the file's size: damage needs twice that at most.
TRIED_BYTES, TRIED_FILES = 16 * 2**20, 4


@dataclass(frozen=True, slots=True)
class _Piece:
    at: int  # in the file
    number: int
    length: int
    last: bool

    @property
    def end(self) -> int:
        return self.at + PIECE.size + self.length + TAG_BYTES


def is_sealed(data: mmap | bytes) -> bool:
    """Also where a bit or two of the beginning are others."""
    alike = sum(there == ours for there, ours in zip(data[: len(MAGIC)], MAGIC, strict=False))
    return alike >= MAGIC_AT_LEAST


def sealed_for(data: mmap | bytes) -> str | None:
    """The session's id, as a sealed file tells it to everybody; None of any other file."""
    if not is_sealed(data) or len(data) < OPENING.size:
        return None
    return bytes(data[len(MAGIC) : len(MAGIC) + SESSION_BYTES]).hex()


class SealedBytes:
    """`damage` of the pieces themselves is known once they were read, or after `check`."""

    def __init__(
        self, data: mmap | bytes, opening: bytes, secret: bytes, session_id: str, name: str
    ) -> None:
        self._data = data
        self._opening = opening
        self._cipher = AESGCM(secret)
        self._session_id = session_id
        self._name = name
        self._pieces: list[_Piece] = []
        self._starts: list[int] = []  # of their content
        self._length = 0
        self._opened: OrderedDict[int, bytes | None] = OrderedDict()  # by where the piece is
        self._tried: set[int] = set()
        self._told: set[int] = set()
        self._patience_bytes = TRIED_BYTES + TRIED_FILES * len(data)
        self.damage: list[Damage] = []
        self.ended = False  # its last piece is there
        self._find_pieces()

    @classmethod
    def opened(cls, data: mmap | bytes, key: SessionKey, name: str) -> SealedBytes | None:
        """None where no opening of the file is for this key and name."""
        name = sealed_name(name)
        at, tried = data.find(MAGIC), 0
        while 0 <= at <= len(data) - OPENING.size and tried < MOST_OPENINGS:
            opening = bytes(data[at : at + OPENING.size])
            _, _, lock, wrapped = OPENING.unpack(opening)
            secret = key.unwrap(wrapped, name) if lock == key.lock.public else None
            if secret is not None:
                return cls(data, opening, secret, key.session_id, name)
            at, tried = data.find(MAGIC, at + 1), tried + 1
        return None

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, wanted: slice) -> bytes:
        start, stop, _ = wanted.indices(self._length)
        parts = []
        index = bisect_right(self._starts, start) - 1
        while start < stop:
            piece, begins = self._pieces[index], self._starts[index]
            part = self._content(piece)[start - begins : stop - begins]
            parts.append(part)
            start = begins + piece.length
            index += 1
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def find(self, wanted: bytes, start: int = 0, end: int | None = None) -> int:
        end = self._length if end is None else min(end, self._length)
        for at in range(start, end, LARGEST_PIECE):
            found = self[at : min(at + LARGEST_PIECE + len(wanted) - 1, end)].find(wanted)
            if found >= 0:
                return at + found
        return -1

    def check(self) -> None:
        """Open what was not looked at, for `damage`."""
        for piece in self._pieces:
            if piece.at not in self._tried:
                self._content(piece)

    def pieces(self) -> Iterator[bytes]:
        for piece in self._pieces:
            yield self._content(piece)

    def _content(self, piece: _Piece) -> bytes:
        if piece.number == NOT_THERE:
            return bytes(piece.length)
        content = self._open(piece)
        if content is not None:
            return content
        if piece.at not in self._told:
            self._told.add(piece.at)
            what = f"a sealed piece of {piece.length} bytes is spoilt"
            self.damage.append(Damage(piece.at, what))
        return bytes(piece.length)

    def _open(self, piece: _Piece) -> bytes | None:
        if piece.at in self._opened:
            self._opened.move_to_end(piece.at)
            return self._opened[piece.at]
        content_at = piece.at + PIECE.size
        head, sealed = self._data[piece.at : content_at], self._data[content_at : piece.end]
        about = authenticated(self._session_id, self._name, bytes(head))
        content: bytes | None = None
        with suppress(InvalidTag):
            content = self._cipher.decrypt(nonce(piece.number), sealed, about)
        self._tried.add(piece.at)
        self._opened[piece.at] = content
        if len(self._opened) > OPENED_PIECES:
            self._opened.popitem(last=False)
        return content

    def _find_pieces(self) -> None:
        at, number, size = 0, 0, len(self._data)
        while at < size and not self.ended:
            piece = self._piece_at(at)
            if piece is not None and piece.number == number and self._ends_truly(piece):
                self._append(piece)
                at, number = piece.end, number + 1
            elif self._data[at : at + OPENING.size] == self._opening:
                at += OPENING.size
            else:
                at, number = self._behind_damage(at, number)
        if self.ended and at < size:
            self.damage.append(Damage(at, f"{size - at} bytes follow what was the file's end"))

    def _ends_truly(self, piece: _Piece) -> bool:
        return not piece.last or self._open(piece) is not None

    def _append(self, piece: _Piece) -> None:
        self._starts.append(self._length)
        self._pieces.append(piece)
        self._length += piece.length
        self.ended = piece.last

    def _behind_damage(self, at: int, number: int) -> tuple[int, int]:
        """Where the next good piece is, and its number. A length may be what is damaged, so that
        the piece before is not believed unless it opens."""
        before = self._pieces[-1] if self._pieces else None
        if before and before.number != NOT_THERE and self._open(before) is None:
            piece = self._pieces.pop()
            self._starts.pop()
            self._length -= piece.length
            at, number = piece.at, piece.number
        found = self._next_piece(at, number)
        if found is None:
            return len(self._data), number
        lost = found.number - number
        if lost:
            self._append(_Piece(at, NOT_THERE, GAP_BYTES, last=False))
        told = f"sealed pieces that are missing or spoilt: {lost}" if lost else "changed"
        self.damage.append(Damage(at, f"{found.at - at} bytes before a sealed piece: {told}"))
        return found.at, found.number

    def _next_piece(self, after: int, least_number: int) -> _Piece | None:
        at = after
        while (at := self._data.find(MARK, at + 1)) >= 0:
            piece = self._piece_at(at)
            if piece is None or piece.number < least_number:
                continue
            self._patience_bytes -= piece.length
            if self._patience_bytes < 0:
                return None
            if self._open(piece) is not None:
                return piece
        return None

    def _piece_at(self, at: int) -> _Piece | None:
        if at + PIECE.size + TAG_BYTES > len(self._data):
            return None
        mark, number, length, last = PIECE.unpack(self._data[at : at + PIECE.size])
        piece = _Piece(at, number, length, bool(last))
        if mark != MARK or length > LARGEST_PIECE or piece.end > len(self._data):
            return None
        return piece


Bytes = mmap | bytes | SealedBytes
