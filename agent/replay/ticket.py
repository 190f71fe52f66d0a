"""Who may read the session: whoever opens the one-time link first, from then on by a cookie."""

from __future__ import annotations

import secrets


class Ticket:
    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self._cookie: str | None = None

    def exchange(self, token: str) -> str | None:
        """The cookie's value for the right token, once."""
        right = secrets.compare_digest(token.encode(), self.token.encode())
        if not right or self._cookie is not None:
            return None
        self._cookie = secrets.token_urlsafe(32)
        return self._cookie

    def admits(self, cookie: str | None) -> bool:
        if cookie is None or self._cookie is None:
            return False
        return secrets.compare_digest(cookie.encode(), self._cookie.encode())
