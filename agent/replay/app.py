"""The replay's HTTP interface: what is in the session, its messages, and the video beneath."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field

from agent.contract import ORIGIN_KEY_HEADER
from agent.http.guard import LastResort, RequestGuard, SecurityHeaders
from agent.http.pages import security_headers, serve_pages
from agent.http.problems import (
    Forbidden,
    NotFound,
    NotSignedIn,
    install_problem_handlers,
)
from agent.record.provenance import FILE
from agent.record.run import read_runs
from agent.record.session_key import SessionKey
from agent.record.timeline import Timeline
from agent.replay.ticket import Ticket

API = "/api/v1/replay"
LONGEST_TOKEN = 200


FromMs = Annotated[int, Query(ge=0)]
ToMs = Annotated[int | None, Query(ge=0)]


class ReplayTopic(StrEnum):
    REGISTRY = "registry"
    FRAME = "frame"
    WINDOW = "window"
    EVENT = "event"
    STATUS = "status"
    NETWORK = "network"


class Opening(BaseModel):
    token: Annotated[str, Field(max_length=LONGEST_TOKEN)]


class Opened(BaseModel):
    key: str


class Replay:
    """A session, and the video that lies beneath it when there is one."""

    def __init__(self, folder: Path, video: Path | None, key: SessionKey | None = None) -> None:
        self.folder = folder
        self.video = video
        self.timeline = Timeline(read_runs(folder, key))
        self.is_same_video = video is not None and self.timeline.was_made_from(video)

    def manifest(self) -> dict[str, Any]:
        runs = self.timeline.runs
        first = runs[0].run.provenance if runs else None
        of_file = first is not None and first.source == FILE
        return {
            "session_id": self.session_id,
            "duration_ms": self.timeline.duration_ms,
            "has_video": self.video is not None,
            "is_same_video": self.is_same_video,
            "video_offset_ms": runs[0].video_ahead_ms if of_file else 0,
            "runs": [
                {"run": r.run.provenance.run, "from_ms": r.from_ms, "to_ms": r.to_ms} for r in runs
            ],
            "gaps": [asdict(gap) for gap in self.timeline.gaps],
            "sample": any(r.run.provenance.sample for r in runs),
        }

    def messages(self, topic: ReplayTopic, from_ms: int, to_ms: int | None) -> Response:
        found = self.timeline.messages(f"/{topic.value}", from_ms, to_ms)
        return StreamingResponse(delimited(found), media_type="application/octet-stream")

    @property
    def session_id(self) -> str:
        return next((placed.run.session_id for placed in self.timeline.runs), "")


def build_app(replay: Replay, ticket: Ticket, pages: Path, port: int) -> FastAPI:
    # The port is in the name because browsers share cookies among a machine's ports.
    cookie_name = f"epedicare_replay_{port}"
    app = FastAPI(title="e-PediCare replay", docs_url=None, redoc_url=None, openapi_url=None)
    install_problem_handlers(app)
    app.add_middleware(RequestGuard)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders, headers=security_headers(f"http://127.0.0.1:{port}"))

    @app.post(f"{API}/open", status_code=201)
    async def open_replay(opening: Opening, response: Response) -> Opened:
        admission = ticket.exchange(opening.token)
        if admission is None:
            raise Forbidden("wrong-token", "The link is wrong or was used; start the replay again.")
        response.set_cookie(
            cookie_name, admission.cookie, path=API, httponly=True, samesite="strict"
        )
        return Opened(key=admission.key)

    def admitted(request: Request) -> None:
        """A page cannot send a header with the address of a video, and puts the key into it."""
        key = request.headers.get(ORIGIN_KEY_HEADER) or request.query_params.get("key")
        if not ticket.admits(request.cookies.get(cookie_name), key):
            raise NotSignedIn("replay-not-open", "Open the replay by the link that it printed.")

    app.include_router(_reading(replay), prefix=API, dependencies=[Depends(admitted)])

    @app.get("/")
    def front_door() -> Response:
        return RedirectResponse("/replay")

    serve_pages(app, pages)
    return app


def _reading(replay: Replay) -> APIRouter:
    router = APIRouter()

    @router.get("/manifest")
    def manifest() -> dict[str, Any]:
        return replay.manifest()

    @router.get("/messages")
    def messages(topic: ReplayTopic, from_ms: FromMs = 0, to_ms: ToMs = None) -> Response:
        return replay.messages(topic, from_ms, to_ms)

    @router.get("/video")
    def video() -> Response:
        if replay.video is None or not replay.video.is_file():
            raise NotFound("no-video", "This replay has no video.")
        return FileResponse(replay.video)

    return router


def delimited(messages: Iterable[bytes]) -> Iterator[bytes]:
    """Each message after its length as a varint, as protobuf's own tools do it."""
    for message in messages:
        yield _varint(len(message)) + message


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)
