"""Other practitioners in a session: invited by its owner, by their account or by a link."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, StringConstraints

from token_service import callers, colleagues
from token_service.audit import By
from token_service.database import Transaction
from token_service.models import Colleague, Session
from token_service.requests import Body, LinkSecret, Nothing
from token_service.routes.counted import COUNTED
from token_service.service import Running, Service, SessionId
from token_service.sessions import find
from token_service.views import SessionSeenByPractitioner

router = APIRouter(tags=["colleagues"])

OF_SESSION = "/sessions/{session_id}/colleagues"
ColleagueId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class NewColleague(Body):
    code: Annotated[str, StringConstraints(min_length=4, max_length=64)]  # as their page shows it
    controls: bool = False


class NewColleagueLink(Body):
    controls: bool = False


class ColleagueLinkView(BaseModel):
    link: str
    expires_at: datetime


class ColleagueChange(Body):
    controls: bool


class ColleagueKnock(Body):
    secret: LinkSecret


class KnockedAt(BaseModel):
    session_id: str


@router.post(OF_SESSION, dependencies=COUNTED)
async def invite(
    session_id: SessionId, wanted: NewColleague, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        await colleagues.invite(db, session, wanted.code, wanted.controls, by)
    service.changed(session_id)
    return await service.practitioner_view(session_id)


@router.post(f"{OF_SESSION}/links", status_code=201, dependencies=COUNTED)
async def make_link(
    session_id: SessionId, wanted: NewColleagueLink, request: Request, service: Running
) -> ColleagueLinkView:
    """For one practitioner, once; they sign in, and wait for the owner."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        made = colleagues.make_link(db, session, wanted.controls, by)
    link = f"{service.origin(request)}/practitioner#join={made.secret}"
    return ColleagueLinkView(link=link, expires_at=made.expires_at)


@router.post("/colleague-links/redeem")
async def knock(given: ColleagueKnock, request: Request, service: Running) -> KnockedAt:
    async with service.database.begin() as db:
        me = await callers.person(db, request)
        link = await colleagues.linked(db, given.secret)
        if link is None:
            raise callers.unknown_session()
        session = await find(db, link.session_id)
        await colleagues.knock(db, session, link, me.account)
    service.changed(session.id)
    return KnockedAt(session_id=session.id)


@router.post(f"{OF_SESSION}/leave", status_code=204, dependencies=COUNTED)
async def leave(session_id: SessionId, _: Nothing, request: Request, service: Running) -> None:
    """For good: who comes back is invited again."""
    async with service.database.begin() as db:
        caller = await callers.practitioner(db, request, session_id)
        colleagues.leave(db, caller.session, caller.login.account)
    service.changed(session_id)


@asynccontextmanager
async def _changing(
    session_id: str, colleague_id: str, request: Request, service: Service
) -> AsyncIterator[tuple[Transaction, Session, Colleague, By]]:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        yield db, session, colleagues.find(session, colleague_id), by
    service.changed(session_id)


@router.patch(f"{OF_SESSION}/{{colleague}}", dependencies=COUNTED)
async def change(
    session_id: SessionId,
    colleague: ColleagueId,
    wanted: ColleagueChange,
    request: Request,
    service: Running,
) -> SessionSeenByPractitioner:
    async with _changing(session_id, colleague, request, service) as (db, session, found, by):
        colleagues.set_controls(db, session, found, wanted.controls, by)
    return await service.practitioner_view(session_id)


@router.post(f"{OF_SESSION}/{{colleague}}/admit", dependencies=COUNTED)
async def admit(
    session_id: SessionId,
    colleague: ColleagueId,
    _: Nothing,
    request: Request,
    service: Running,
) -> SessionSeenByPractitioner:
    async with _changing(session_id, colleague, request, service) as (db, session, found, by):
        colleagues.admit(db, session, found, by)
    return await service.practitioner_view(session_id)


@router.post(f"{OF_SESSION}/{{colleague}}/remove", dependencies=COUNTED)
async def remove(
    session_id: SessionId,
    colleague: ColleagueId,
    _: Nothing,
    request: Request,
    service: Running,
) -> SessionSeenByPractitioner:
    """Out of the room, too. Also for whoever waits and is not let in."""
    async with _changing(session_id, colleague, request, service) as (db, session, found, by):
        colleagues.remove(db, session, found, by)
    return await service.practitioner_view(session_id)


@router.post(f"{OF_SESSION}/{{colleague}}/hand-over", dependencies=COUNTED)
async def hand_over(
    session_id: SessionId,
    colleague: ColleagueId,
    _: Nothing,
    request: Request,
    service: Running,
) -> SessionSeenByPractitioner:
    """The session is theirs; whoever handed it over keeps the controls."""
    async with _changing(session_id, colleague, request, service) as (db, session, found, by):
        await colleagues.hand_over(db, session, found, by)
    return await service.practitioner_view(session_id, by.account)
