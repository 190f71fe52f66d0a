"""Random values, and the digests that are kept instead of them."""

import hashlib
import re
import secrets
from dataclasses import dataclass

SECRET_BYTES = 32
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes as `new_secret` writes them
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is mistaken for something else
CODE_LENGTH = 8
LOCATOR_LENGTH = 4


def new_id() -> str:
    """128 random bits in hex."""
    return secrets.token_hex(16)


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def secret_in(text: str) -> str:
    """A link in a sentence takes the full stop along, and brackets, percent-encoded or not."""
    found = SECRET.search(text)
    return found[0] if found else text


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ShortCode:
    """Typed by hand. The first half finds the invite, so that wrong tries count against it."""

    text: str

    @classmethod
    def new(cls) -> "ShortCode":
        return cls("".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)))

    @classmethod
    def typed(cls, text: str) -> "ShortCode":
        return cls("".join(filter(str.isalnum, text.upper())))

    @property
    def locator(self) -> str:
        return self.text[:LOCATOR_LENGTH]

    def digest(self, salt: str) -> str:
        """Slow on purpose (about 40 ms): eight characters could be guessed from a fast one."""
        key = hashlib.scrypt(self.text.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)
        return key.hex()
