"""Each request has an id of its own, and is seen when it has been answered, by no one's name."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.http.guard import ENDLESS
from agent.logs import FACTS, request_id, requests

HEADER = "X-Request-Id"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NOT_OURS = "other"
NO_ANSWER = 499  # whoever asked has gone


@dataclass(frozen=True, slots=True)
class Seen:
    method: str
    route: str  # as the code writes it, `/sessions/{session_id}`: it names no session
    status: int
    took_s: float

    @property
    def is_endless(self) -> bool:
        return self.route.endswith(ENDLESS)


class RequestsSeen:
    """An id that a client sends is not taken over: it might say anything."""

    def __init__(self, app: ASGIApp, on_answer: Callable[[Seen], None]) -> None:
        self._app = app
        self._on_answer = on_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = NO_ANSWER
        began_s = time.monotonic()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = asked
            await send(message)

        with _of_one_request() as asked:
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                self._tell(Seen(_method(scope), _route(scope), status, time.monotonic() - began_s))

    def _tell(self, seen: Seen) -> None:
        self._on_answer(seen)
        facts = {
            "method": seen.method,
            "route": seen.route,
            "status": seen.status,
            "ms": round(1000 * seen.took_s),
        }
        requests.info("answered", extra={FACTS: facts})


@contextmanager
def _of_one_request() -> Iterator[str]:
    asked = secrets.token_hex(8)
    before = request_id.set(asked)
    try:
        yield asked
    finally:
        request_id.reset(before)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else NOT_OURS


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", NOT_OURS))
