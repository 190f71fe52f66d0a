"""Who may read the session: whoever opens the one-time link first, from then on by two secrets.

Browsers send a cookie to every port of this machine, whoever listens there; the key stays with the
replay's pages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Admission:
    cookie: str = field(default_factory=_secret)
    key: str = field(default_factory=_secret)


class Ticket:
    def __init__(self) -> None:
        self.token = _secret()
        self._admission: Admission | None = None

    def exchange(self, token: str) -> Admission | None:
        """For the right token, once."""
        right = secrets.compare_digest(token.encode(), self.token.encode())
        if not right or self._admission is not None:
            return None
        self._admission = Admission()
        return self._admission

    def admits(self, cookie: str | None, key: str | None) -> bool:
        if self._admission is None:
            return False
        return _same(cookie, self._admission.cookie) and _same(key, self._admission.key)


def _same(given: str | None, right: str) -> bool:
    return secrets.compare_digest((given or "").encode(), right.encode())
