"""What is kept of a session that is over: played again, and taken along for other programs."""

import asyncio
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from agent.export.archive import write_archive, write_summary_pdf
from agent.http.problems import Conflict
from agent.record.folder import session_folder
from agent.record.session_key import SessionKey
from agent.replay.app import FromMs, ReplayTopic, ToMs
from token_service import audit, callers
from token_service.kept import is_kept
from token_service.models import Session
from token_service.replays import nothing_kept, readable
from token_service.routes.counted import COUNTED
from token_service.service import Running, Service, SessionId

# All but Rerun's, which needs an optional package and the video.
Served = Literal["summary", "csv", "parquet", "elan", "boris", "bids", "openface", "fhir", "family"]

router = APIRouter(prefix="/sessions/{session_id}", tags=["recordings"])


@router.get("/replay/manifest")
async def manifest(session_id: SessionId, request: Request, service: Running) -> dict[str, Any]:
    key = await _record(request, service, session_id, "replayed")
    replay = await service.replays.open(session_id, key)
    return replay.manifest()


@router.get("/replay/messages", response_class=Response)
async def messages(
    session_id: SessionId,
    request: Request,
    service: Running,
    topic: ReplayTopic,
    from_ms: FromMs = 0,
    to_ms: ToMs = None,
) -> Response:
    caller = callers.authorised(request)
    _refuse_if_live(caller.session)
    service.notices.note(caller.notice("replayed"))
    async with service.database.read() as db:
        with readable():
            key = await service.keys.of(db, session_id)
    replay = await service.replays.open(session_id, key)
    return replay.messages(topic, from_ms, to_ms)


@router.get("/export", response_class=FileResponse, dependencies=COUNTED)
async def export(
    session_id: SessionId,
    to: Served,
    request: Request,
    service: Running,
    language: Literal["fr", "en"] = "fr",
) -> FileResponse:
    """A ZIP file, or of the summary its pages in that language."""
    key = await _record(request, service, session_id, f"exported_{to}")
    if not is_kept(service.settings.data, session_id):
        raise nothing_kept()
    name = f"epedicare-{session_id[:4]}-{to}.{'pdf' if to == 'summary' else 'zip'}"
    folder = session_folder(service.settings.data, session_id)
    write = partial(write_summary_pdf, language) if to == "summary" else partial(write_archive, to)
    made = tempfile.TemporaryDirectory(prefix="epedicare-")  # private
    try:
        async with service.one_export_at_a_time:
            with readable():
                await asyncio.to_thread(_apart, write, folder, Path(made.name) / name, key)
        async with service.database.read() as db:
            await callers.anyone(db, request, session_id)  # it took a while: they may still
    except BaseException:
        made.cleanup()
        raise
    sent = BackgroundTask(made.cleanup)
    return FileResponse(Path(made.name) / name, filename=name, background=sent)


def _apart(
    write: Callable[[Path, Path, SessionKey | None], None],
    folder: Path,
    path: Path,
    key: SessionKey | None,
) -> None:
    """In a process of its own: calls do not wait for it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        process.submit(write, folder, path, key).result()


async def _record(
    request: Request, service: Service, session_id: str, action: str
) -> SessionKey | None:
    """Nobody looks without a trace. Returns what opens the session, where it is sealed."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        _refuse_if_live(session)
        audit.record(db, by, action)
    async with service.database.read() as db:
        with readable():
            return await service.keys.of(db, session_id)


def _refuse_if_live(session: Session) -> None:
    if not session.over:
        raise Conflict("still-live", "End the session first.")
