"""A session's life, as its practitioner steers it and its patient meets it."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
)

from agent.http.problems import Conflict
from token_service import audit, callers, sessions
from token_service.database import utc_now
from token_service.kept import erase
from token_service.models import SessionState
from token_service.requests import Body, Nothing
from token_service.routes.counted import COUNTED
from token_service.seats import practitioner_seat
from token_service.service import Running, SessionId
from token_service.views import SessionSeenByPractitioner, SessionView

router = APIRouter(prefix="/sessions", tags=["sessions"])


FURTHEST = timedelta(days=366)


def _printable(label: str) -> str:
    """It stands in one line of a list."""
    if not label.isprintable():
        raise ValueError("a label is one line of printable characters")
    return label


def _within_a_year(appointment_at: datetime) -> datetime:
    if abs(appointment_at - utc_now()) > FURTHEST:
        raise ValueError("an appointment lies within a year from now")
    return appointment_at


Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=sessions.LONGEST_LABEL),
    AfterValidator(_printable),
]
Appointment = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_within_a_year)]


class NewSession(Body):
    sample: bool = False
    label: Label | None = None
    appointment_at: Appointment | None = None


class SessionChange(Body):
    """What is left out stays; null takes it away."""

    label: Label | None = None
    appointment_at: Appointment | None = None


class SessionList(BaseModel):
    sessions: list[SessionSeenByPractitioner]
    next: str | None  # the `after` of the next page; null: these are the last


@router.post("", status_code=201)
async def create(
    wanted: NewSession, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        login = await callers.signed_in(db, request)
        session = await sessions.create(db, login.account, **wanted.model_dump())
        await db.refresh(session)
        audit.record(db, await practitioner_seat(db, session, login), "created")
    return await service.practitioner_view(session.id)


@router.get("")
async def list_mine(
    request: Request,
    service: Running,
    after: Annotated[str | None, Query(pattern=sessions.CURSOR)] = None,
) -> SessionList:
    """The newest first, 50 a page."""
    async with service.database.read() as db:
        login = await callers.signed_in(db, request)
        page, following = await sessions.page_of(db, login.account, after)
    views = await asyncio.to_thread(lambda: [service.views.for_practitioner(s) for s in page])
    return SessionList(sessions=views, next=following)


@router.get("/{session_id}")
async def show(
    session_id: SessionId, request: Request, service: Running
) -> SessionSeenByPractitioner | SessionView:
    async with service.database.read() as db:
        caller = await callers.either(db, request, session_id)
        view = service.views.of(caller.session, caller.role)
    service.notices.note(caller.notice("read"))
    return view


@router.patch("/{session_id}", dependencies=COUNTED)
async def change(
    session_id: SessionId, wanted: SessionChange, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        for field in wanted.model_fields_set:
            setattr(session, field, getattr(wanted, field))
            audit.record(db, by, f"{field}_changed")
    service.changed(session_id)
    return await service.practitioner_view(session_id)


@router.delete("/{session_id}", status_code=204, dependencies=COUNTED)
async def delete(session_id: SessionId, _: Nothing, request: Request, service: Running) -> None:
    """With all that is kept of it; the audit stays."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        if session.state is SessionState.LIVE:
            raise Conflict("still-live", "End the session first.")
        audit.record(db, by, "deleted")
        await asyncio.to_thread(erase, service.settings.data, session_id)
        await db.delete(session)
    service.changed(session_id)


@router.post("/{session_id}/knock", status_code=204, dependencies=COUNTED)
async def knock(session_id: SessionId, _: Nothing, request: Request, service: Running) -> None:
    async with service.database.begin() as db:
        caller = await callers.patient(db, request, session_id)
        sessions.knock(db, caller.session)
    service.changed(session_id)


@router.post("/{session_id}/leave", status_code=204, dependencies=COUNTED)
async def leave(session_id: SessionId, _: Nothing, request: Request, service: Running) -> None:
    async with service.database.begin() as db:
        caller = await callers.patient(db, request, session_id)
        sessions.leave(db, caller.session)
    service.changed(session_id)


@router.post("/{session_id}/admit", dependencies=COUNTED)
async def admit(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.admit(db, session, by)
    await service.reconciler.look_at(session_id)  # the pages will ask for tokens at once
    service.changed(session_id)
    return await service.practitioner_view(session_id)


@router.post("/{session_id}/deny", dependencies=COUNTED)
async def deny(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.deny(db, session, by)
    service.changed(session_id)
    return await service.practitioner_view(session_id)


@router.post("/{session_id}/end", dependencies=COUNTED)
async def end(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        await sessions.end(db, session, by)
    await service.reconciler.close_room(session_id)
    service.changed(session_id)
    return await service.practitioner_view(session_id)
