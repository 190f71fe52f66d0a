"""What every request must respect and every response carries, as plain ASGI."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.contract import BACK_CHANNEL_LOGOUT_PATH, WEBHOOK_PATH
from agent.http.loopback import is_loopback
from agent.http.problems import (
    BadRequest,
    Forbidden,
    Misdirected,
    NotJson,
    Problem,
    TooLarge,
    log_unexpected,
    problem_response,
    response_to,
)
from agent.public_url import PublicUrl

MAXIMUM_BODY_BYTES = 64 * 1024
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
ENDLESS = "/events"
SET_PUBLIC_URL = (
    "Set EPEDICARE_PUBLIC_URL to what the browser's address bar shows, "
    "such as https://clinic.example."
)
OTHER_MEDIA_TYPES = {
    WEBHOOK_PATH: "application/webhook+json",
    BACK_CHANNEL_LOGOUT_PATH: "application/x-www-form-urlencoded",
}
HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


class SecurityHeaders:
    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HeadAsGet:
    """Monitors ask with HEAD: what GET would answer, without its body. Not of what never ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if not is_head or scope["path"].endswith(ENDLESS):
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_without_body)


class LastResort:
    """An unexpected error is a plain 500 for the client and a place in the code for the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:  # noqa: BLE001 - the edge of a request
            log_unexpected(error)
            if not started:
                response = problem_response(500, "internal", "Something went wrong here.")
                await response(scope, receive, send)


class RequestGuard:
    """Host, origin, media type and size, before anything looks at the request."""

    def __init__(self, app: ASGIApp, public_url: PublicUrl | None = None) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope["method"], scope["path"], Headers(scope=scope))
            if scope["method"] in CHANGING:
                receive = _replay(await _whole_body(receive), receive)
        except Problem as problem:
            await response_to(problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, method: str, path: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise self._wrong_host()
        if method not in CHANGING:
            return
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins(host):
            raise self._wrong_origin()
        _check_media_type(path, headers.get("content-type", ""))

    def _is_ours(self, host: str) -> bool:
        """Monitors, LiveKit and proxies may name loopback whatever browsers name."""
        is_public = self._public_url is not None and self._public_url.is_named_by(host)
        return is_public or is_loopback(_host_name(host))

    def _origins(self, host: str) -> tuple[str, ...]:
        """A proxy may rewrite the Host, but not from where the browser says it comes."""
        if self._public_url is not None:
            return (self._public_url.origin,)
        return (f"http://{host}", f"https://{host}")

    def _wrong_host(self) -> Problem:
        if self._public_url is None:
            return Misdirected(
                "wrong-host",
                "This service answers to loopback names only, and the Host header names another. "
                f"{SET_PUBLIC_URL}",
            )
        return Misdirected(
            "wrong-host",
            f"EPEDICARE_PUBLIC_URL is {self._public_url}, and the Host header names another host. "
            "Set EPEDICARE_PUBLIC_URL to what the browser's address bar shows, or let the proxy "
            f"send Host: {self._public_url.host_and_port}.",
        )

    def _wrong_origin(self) -> Problem:
        if self._public_url is None:
            return Forbidden(
                "wrong-origin",
                "The request comes from a page at another address than the Host header names. "
                f"If a proxy rewrote the Host: {SET_PUBLIC_URL}",
            )
        return Forbidden(
            "wrong-origin",
            f"EPEDICARE_PUBLIC_URL is {self._public_url}, and the request comes from a page at "
            "another address. Open the pages there, or set EPEDICARE_PUBLIC_URL to what the "
            "browser's address bar shows.",
        )


def _check_media_type(path: str, content_type: str) -> None:
    expected = OTHER_MEDIA_TYPES.get(path, "application/json")
    if content_type.split(";")[0].strip().lower() != expected:
        raise NotJson("not-json", f"The body must be {expected}.")


async def _whole_body(receive: Receive) -> bytes:
    """Bodies are small here; reading them whole keeps the limit in one place."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("incomplete", "The request ended before its body.")
        body += message.get("body", b"")
        if len(body) > MAXIMUM_BODY_BYTES:
            raise TooLarge("too-large", f"The body is larger than {MAXIMUM_BODY_BYTES} bytes.")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _host_name(host: str) -> str:
    """Empty for what no browser sends."""
    match = HOST.fullmatch(host)
    return match[1].lower() if match else ""
