"""Inviting the patient, and taking the seat with the link or the short code."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Request
from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    model_validator,
)

from agent.http.problems import Problem
from token_service import audit, callers, invites, seats, sessions
from token_service.database import Transaction
from token_service.invites import NewInvite, TypedCode
from token_service.models import Invite
from token_service.requests import Body, LinkSecret
from token_service.routes.counted import COUNTED
from token_service.service import Running, Service, SessionId

router = APIRouter(tags=["invites"])


class InviteView(BaseModel):
    link: str
    short_code: str
    short_code_expires_at: datetime
    expires_at: datetime


class Invitation(Body):
    expires_at: Annotated[AwareDatetime, Field(strict=False)] | None = None


class Peek(Body):
    secret: LinkSecret


class OpenInvitation(BaseModel):
    expires_at: datetime
    opens_at: datetime | None  # null: it may be redeemed now


class Redemption(Body):
    secret: LinkSecret | None = None
    code: Annotated[str, StringConstraints(min_length=1, max_length=16)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.secret is None) == (self.code is None):
            raise ValueError("give either secret or code")
        return self


class Seated(BaseModel):
    session_id: str
    credential: str


@router.post("/sessions/{session_id}/invites", status_code=201, dependencies=COUNTED)
async def invite(
    session_id: SessionId, wanted: Invitation, request: Request, service: Running
) -> InviteView:
    """The one before is revoked."""
    made = await _invite(session_id, wanted.expires_at, request, service)
    service.changed(session_id)
    return InviteView(
        link=f"{service.origin(request)}/p#{made.secret}",
        short_code=made.code.text,
        short_code_expires_at=made.code_expires_at,
        expires_at=made.expires_at,
    )


@router.post("/invites/peek")
async def peek(given: Peek, service: Running) -> OpenInvitation:
    """Uses nothing up: a link may be opened again and again, wherever, before it is redeemed.

    One that opens later says when, by the service's clock: a family's may be wrong.
    """
    async with service.database.read() as db:
        found = await invites.find_by_secret(db, given.secret)
        if found is None:
            raise invites.unknown()
        session = await sessions.find(db, found.session_id)
        if refusal := invites.refusal(found, session, by_code=False):
            raise refusal
        opens_at = sessions.opens_at(session)
        return OpenInvitation(expires_at=found.expires_at, opens_at=opens_at)


@router.post("/invites/redeem", status_code=201)
async def redeem(given: Redemption, request: Request, service: Running) -> Seated:
    """Only tries of short codes are counted: a link's 256 random bits are not guessed."""
    bucket = service.bucket(request)
    if given.code is not None:
        service.code_failures.take(bucket)
    outcome = await _redeem(given, service)
    if isinstance(outcome, Problem):
        raise outcome
    if given.code is not None:
        service.code_failures.give_back(bucket)
    service.changed(outcome.session_id)
    return outcome


async def _invite(
    session_id: str, wanted: datetime | None, request: Request, service: Service
) -> NewInvite:
    async with service.database.read() as db:
        caller = await callers.practitioner(db, request, session_id)
        expires_at = invites.life_of(caller.session, wanted)
    while True:
        made = await NewInvite.make(expires_at)
        async with service.database.begin() as db:
            session, by = await callers.acting(db, request, session_id)
            if await invites.invite(db, session, made):
                audit.record(db, by, "invited")
                return made


async def _redeem(given: Redemption, service: Service) -> Seated | Problem:
    async with service.database.read() as db:
        secret_known = given.secret and await invites.find_by_secret(db, given.secret)
        code, invite_id = await invites.read_code(db, given.code or "")
    if given.secret is not None and not secret_known:
        return invites.unknown()  # and nobody waits while somebody guesses
    typed = None if given.code is None else await invites.digested(code, invite_id)
    async with service.database.begin() as db:
        found = await _find(db, given, typed)
        if found is None:
            audit.record_by(db, audit.UNKNOWN, "code_refused")
            return invites.unknown()
        session = await sessions.find(db, found.session_id)
        if refusal := invites.refusal(found, session, by_code=given.code is not None):
            return refusal
        if sessions.opens_at(session) is not None:
            return invites.not_open()
        if not await invites.use(db, found):
            return invites.used()
        credential = seats.give_credential(session.patient)
        audit.record(db, session.patient, "invite_redeemed")
        return Seated(session_id=session.id, credential=credential)


async def _find(db: Transaction, given: Redemption, typed: TypedCode | None) -> Invite | None:
    if typed is not None:
        return await invites.find_by_code(db, typed)
    return await invites.find_by_secret(db, given.secret or "")
