"""The web application: a few page addresses, its files, and the headers they are served with."""

import os.path
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response

from agent.http.problems import NotFound, Unavailable

PAGES = (
    "/",
    "/p",
    "/practitioner",
    "/practitioner/sessions/{session_id}",
    "/practitioner/sessions/{session_id}/replay",
    "/administration",
    "/administration/units",
    "/audit",
    "/research",
    "/research/sessions/{session_id}/replay",
    "/replay",
)
FOR_EVER = "public, max-age=31536000, immutable"  # the build puts a hash in their names
LOOK_AGAIN = "no-cache"
NO_PAGE = "not-found"
HSTS = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}"}


def security_headers(livekit_url: str, *, is_https: bool = False) -> dict[str, str]:
    return (HSTS if is_https else {}) | {
        "Content-Security-Policy": _policy(livekit_url),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
    }


def serve_pages(app: FastAPI, folder: Path) -> None:
    root = folder.resolve()

    def application(status: int) -> Response:
        index = root / "index.html"
        if not index.is_file():
            raise Unavailable("no-pages", "The web pages have not been built.")
        return FileResponse(index, status, headers={"Cache-Control": LOOK_AGAIN})

    async def page() -> Response:
        return application(200)

    async def file(path: str, request: Request) -> Response:
        wanted = None if "\0" in path else (root / path).resolve()
        if wanted is None or not wanted.is_relative_to(root) or not os.path.isfile(wanted):
            if "text/html" in request.headers.get("accept", ""):  # somebody looks at it
                return application(404)
            raise NotFound(NO_PAGE, "There is no such page.")
        versioned = path.startswith("assets/")
        return FileResponse(
            wanted, headers={"Cache-Control": FOR_EVER if versioned else LOOK_AGAIN}
        )

    for address in PAGES:
        app.add_api_route(address, page, include_in_schema=False)
    app.add_api_route("/{path:path}", file, include_in_schema=False)


def _policy(livekit_url: str) -> str:
    address = urlsplit(livekit_url)
    secure = address.scheme in ("wss", "https")
    livekit = f"{'wss' if secure else 'ws'}://{address.netloc}"
    validate = f"{'https' if secure else 'http'}://{address.netloc}"
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' {livekit} {validate}",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
