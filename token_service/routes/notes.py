"""A practitioner's notes beside the video: for the session's practitioners, and never in a log."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from agent.contract import LONGEST_NOTE
from token_service import audit, callers, notes
from token_service.accounts import code_of
from token_service.models import Note
from token_service.requests import Body
from token_service.routes.counted import COUNTED
from token_service.service import Running, SessionId

router = APIRouter(prefix="/sessions/{session_id}/notes", tags=["notes"])


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("PostgreSQL keeps no text with a zero byte")
    return text


class NoteWritten(Body):
    text: Annotated[str, StringConstraints(max_length=LONGEST_NOTE), AfterValidator(_storable)]
    version: Annotated[int, Field(ge=notes.NONE)]  # the one that was read


class NoteView(BaseModel):
    text: str
    version: int
    changed_at: datetime | None  # null: nothing is kept


class NoteOfColleague(BaseModel):
    code: str
    text: str
    changed_at: datetime


class NotesView(BaseModel):
    mine: NoteView
    of_colleagues: list[NoteOfColleague]


@router.get("")
async def read(session_id: SessionId, request: Request, service: Running) -> NotesView:
    async with service.database.read() as db:
        caller = await callers.practitioner(db, request, session_id)
        written = await notes.of_session(db, session_id)
    service.notices.note(caller.notice("notes_read"))
    mine = next((note for note in written if note.account == caller.login.account), None)
    return NotesView(
        mine=_view(mine),
        of_colleagues=[
            NoteOfColleague(code=code_of(note.account), text=note.text, changed_at=note.changed_at)
            for note in written
            if note is not mine
        ],
    )


@router.put("", dependencies=COUNTED)
async def write(
    session_id: SessionId, wanted: NoteWritten, request: Request, service: Running
) -> NoteView:
    """Also after the call. An empty text erases it."""
    async with service.database.begin() as db:
        _, by = await callers.acting(db, request, session_id)
        note, came_or_went = await notes.write(
            db, session_id, by.account or "", wanted.text, wanted.version
        )
        if came_or_went:  # not at each of many savings
            audit.record(db, by, "note_written" if note else "note_erased")
        return _view(note)


def _view(note: Note | None) -> NoteView:
    if note is None:
        return NoteView(text="", version=notes.NONE, changed_at=None)
    return NoteView(text=note.text, version=note.version, changed_at=note.changed_at)
