"""A session's life, as its practitioner steers it and its patient meets it."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from token_service import audit, callers, sessions
from token_service.models import Role
from token_service.requests import Body, Nothing
from token_service.routes.counted import COUNTED
from token_service.seats import practitioner_seat
from token_service.service import Running, SessionId
from token_service.views import SessionView

router = APIRouter(prefix="/sessions", tags=["sessions"])


class NewSession(Body):
    sample: bool = False


class SessionList(BaseModel):
    sessions: list[SessionView]


@router.post("", status_code=201)
async def create(wanted: NewSession, request: Request, service: Running) -> SessionView:
    async with service.database.begin() as db:
        login = await callers.signed_in(db, request)
        session = await sessions.create(db, login.account, sample=wanted.sample)
        await db.refresh(session)
        audit.record(db, await practitioner_seat(db, session, login), "created")
    return await service.view(session.id, Role.PRACTITIONER)


@router.get("")
async def list_mine(request: Request, service: Running) -> SessionList:
    async with service.database.read() as db:
        login = await callers.signed_in(db, request)
        mine = await sessions.list_of(db, login.account)
        return SessionList(sessions=[service.views.of(s, Role.PRACTITIONER) for s in mine])


@router.get("/{session_id}")
async def show(session_id: SessionId, request: Request, service: Running) -> SessionView:
    async with service.database.read() as db:
        caller = await callers.either(db, request, session_id)
        view = service.views.of(caller.session, caller.role)
    service.notices.note(caller.notice("read"))
    return view


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
) -> SessionView:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.admit(db, session, by)
    await service.reconciler.look_at(session_id)  # the pages will ask for tokens at once
    service.changed(session_id)
    return await service.view(session_id, Role.PRACTITIONER)


@router.post("/{session_id}/deny", dependencies=COUNTED)
async def deny(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionView:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.deny(db, session, by)
    service.changed(session_id)
    return await service.view(session_id, Role.PRACTITIONER)


@router.post("/{session_id}/end", dependencies=COUNTED)
async def end(session_id: SessionId, _: Nothing, request: Request, service: Running) -> SessionView:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        await sessions.end(db, session, by)
    await service.reconciler.close_room(session_id)
    service.changed(session_id)
    return await service.view(session_id, Role.PRACTITIONER)
