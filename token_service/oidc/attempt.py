"""One try to sign in, from the button to the provider's answer.

All of it stands in one secret that the browser keeps in a cookie: `state`, `nonce` and the code's
verifier are made from it, each by its own name. So the service keeps nothing of it, an answer is
good in the browser alone that asked for it, and any replica can take it.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import quote, unquote

from token_service.secret_values import SECRET, new_secret

HOME = "/practitioner"
PAGE = re.compile(
    r"/practitioner(/sessions/[0-9a-f]{32}(/replay)?)?"
    r"|/administration(/units)?|/audit|/research(/sessions/[0-9a-f]{32}/replay)?"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    secret: str
    page: str  # one of ours: where the person goes on

    @classmethod
    def new(cls, page: str) -> "Attempt":
        return cls(new_secret(), page_of_ours(page))

    @classmethod
    def of_cookie(cls, text: str) -> "Attempt | None":
        secret, _, page = text.partition(":")
        if not SECRET.fullmatch(secret):
            return None
        return cls(secret, page_of_ours(unquote(page)))

    @property
    def cookie(self) -> str:
        return f"{self.secret}:{quote(self.page, safe='')}"

    @property
    def state(self) -> str:
        return self._made_for(b"state")

    @property
    def nonce(self) -> str:
        return self._made_for(b"nonce")

    @property
    def verifier(self) -> str:
        return self._made_for(b"verifier")

    @property
    def challenge(self) -> str:
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _made_for(self, purpose: bytes) -> str:
        return _text(hmac.digest(self.secret.encode(), purpose, "sha256"))


def page_of_ours(page: str) -> str:
    """Whatever a link says, nobody is sent to another place."""
    return page if PAGE.fullmatch(page) else HOME


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
