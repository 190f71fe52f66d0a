"""The key of one session: its lock seals, the key itself opens. HPKE (RFC 9180) does both.

Whoever keeps a session is told its lock alone, and so can add to it and read nothing of it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
KEY_BYTES = 32
WRAPPED_BYTES = 80  # of such a key: what agrees on a secret, the key, its tag
WRITTEN_LOCK = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class SessionLock:
    """Public: it stands in the room, and in the files that it sealed."""

    session_id: str
    public: bytes

    @classmethod
    def written(cls, session_id: str, text: str) -> SessionLock | None:
        """None where the text is no lock."""
        if not WRITTEN_LOCK.fullmatch(text):
            return None
        return cls(session_id, base64.urlsafe_b64decode(text + "="))

    @property
    def text(self) -> str:
        return base64.urlsafe_b64encode(self.public).decode().rstrip("=")

    def wrap(self, secret: bytes, name: str) -> bytes:
        """For the file of that name."""
        public = X25519PublicKey.from_public_bytes(self.public)
        return _SUITE.encrypt(secret, public, _purpose(self.session_id, name))


@dataclass(frozen=True)
class SessionKey:
    session_id: str
    private: bytes = field(repr=False)

    @classmethod
    def new(cls, session_id: str) -> SessionKey:
        return cls(session_id, X25519PrivateKey.generate().private_bytes_raw())

    @cached_property
    def lock(self) -> SessionLock:
        private = X25519PrivateKey.from_private_bytes(self.private)
        return SessionLock(self.session_id, private.public_key().public_bytes_raw())

    def unwrap(self, wrapped: bytes, name: str) -> bytes | None:
        """None where it was wrapped for another session or another file, or was changed."""
        private = X25519PrivateKey.from_private_bytes(self.private)
        try:
            return _SUITE.decrypt(wrapped, private, _purpose(self.session_id, name))
        except (InvalidTag, ValueError):
            return None


def _purpose(session_id: str, name: str) -> bytes:
    return b"epedicare sealed file 1/" + session_id.encode() + b"/" + name.encode()
