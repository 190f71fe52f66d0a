"""The clinic's key, which wraps the keys of sessions. A KMS would be another `KeyWrapping`."""

import base64
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.errors import BadConfiguration, KeyUnusable
from agent.record.folder import write_whole
from agent.record.locks import lock_for_writing

VARIABLE = "EPEDICARE_CLINIC_KEYS"
FILE_NAME = "clinic.keys"  # in the data folder, where nobody has given any: in development
KEY_BYTES, NONCE_BYTES = 32, 12
WRITTEN = re.compile(r"[0-9a-f]{64}")


class KeyWrapping(Protocol):
    """Each key has a name, that may stand anywhere. Raises KeyUnusable."""

    @property
    def current(self) -> str:
        """The name of the key that wraps now."""

    async def wrap(self, secret: bytes, about: str) -> str: ...

    async def unwrap(self, wrapped: str, key: str, about: str) -> bytes: ...


@dataclass(frozen=True, repr=False)
class GivenKeys:
    """By a file or a variable, one a line; the first wraps, all unwrap."""

    keys: tuple[bytes, ...]

    @classmethod
    def parsed(cls, text: str) -> "GivenKeys":
        lines = text.split()
        if not lines or not all(WRITTEN.fullmatch(line) for line in lines):
            raise BadConfiguration(
                f"{VARIABLE}: one key a line, 64 hexadecimal digits each: openssl rand -hex 32"
            )
        return cls(tuple(map(bytes.fromhex, lines)))

    @property
    def current(self) -> str:
        return _name(self.keys[0])

    async def wrap(self, secret: bytes, about: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[0]).encrypt(nonce, secret, about.encode())
        return base64.b64encode(nonce + sealed).decode()

    async def unwrap(self, wrapped: str, key: str, about: str) -> bytes:
        for ours in self.keys:
            if _name(ours) == key:
                content = base64.b64decode(wrapped)
                try:
                    nonce, sealed = content[:NONCE_BYTES], content[NONCE_BYTES:]
                    return AESGCM(ours).decrypt(nonce, sealed, about.encode())
                except (InvalidTag, ValueError):
                    raise KeyUnusable("a session's key was changed in the database") from None
        raise KeyUnusable(
            f"the clinic's key {key}, which opens this session, is not among those in {VARIABLE}"
        )


def clinic_keys(given: str | None, data: Path, *, may_make: bool) -> GivenKeys:
    """What is given, or what lies in the data folder, where development makes it."""
    if given is not None:
        return GivenKeys.parsed(given)
    path = data / FILE_NAME
    if not path.exists():
        if not may_make:
            raise BadConfiguration(
                f"{VARIABLE}_FILE is not set: without the clinic's key no kept session can be read"
            )
        _make_first(path)
    return GivenKeys.parsed(path.read_text())


def _make_first(path: Path) -> None:
    """Once, however many services of one folder start at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        lock_for_writing(folder)
        if not path.exists():
            write_whole(path, new_key().encode() + b"\n")
    finally:
        os.close(folder)


def add_key(folder: Path) -> str:
    """A new first line of the file there; what was wrapped by the others is opened by them."""
    path = folder / FILE_NAME
    before = path.read_text() if path.exists() else ""
    GivenKeys.parsed(before or new_key())
    write_whole(path, f"{new_key()}\n{before}".encode())
    return (
        f"{path} begins with a new key of the clinic: start the service anew; an hour later, or "
        "after `epedicare admin rewrap-keys`, its other lines are only for older backups"
    )


def new_key() -> str:
    return secrets.token_hex(KEY_BYTES)


def _name(key: bytes) -> str:
    return hashlib.blake2b(key, digest_size=8, person=b"clinic-key-name").hexdigest()
