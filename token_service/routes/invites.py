"""Inviting the patient, and taking the seat with the link or the short code."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints, model_validator

from agent.http.problems import Problem
from token_service import audit, callers, invites, seats, sessions
from token_service.database import Transaction
from token_service.models import Invite
from token_service.requests import Body, Nothing
from token_service.service import Running, Service, SessionId, address_of

router = APIRouter(tags=["invites"])


class InviteView(BaseModel):
    link: str
    short_code: str
    short_code_expires_at: datetime
    expires_at: datetime


class Redemption(Body):
    secret: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    code: Annotated[str, StringConstraints(min_length=1, max_length=16)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.secret is None) == (self.code is None):
            raise ValueError("give either secret or code")
        return self


class Seated(BaseModel):
    session_id: str
    credential: str


@router.post("/sessions/{session_id}/invites", status_code=201)
async def invite(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> InviteView:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        made = await invites.invite(db, session)
        audit.record(db, by, "invited")
    service.changed(session_id)
    return InviteView(
        link=f"{request.base_url}p#{made.secret}",
        short_code=made.code,
        short_code_expires_at=made.code_expires_at,
        expires_at=made.expires_at,
    )


@router.post("/invites/redeem", status_code=201)
async def redeem(given: Redemption, request: Request, service: Running) -> Seated:
    address = address_of(request)
    wait_s = service.invite_failures.wait_s(address)
    if wait_s:
        raise invites.too_many_tries(wait_s)
    service.invite_failures.failed(address)
    outcome = await _redeem(given, service)
    if isinstance(outcome, Problem):
        raise outcome
    service.invite_failures.succeeded(address)
    service.changed(outcome.session_id)
    return outcome


async def _redeem(given: Redemption, service: Service) -> Seated | Problem:
    async with service.database.begin() as db:
        found = await _find(db, given)
        if found is None:
            return invites.unknown()
        if refusal := invites.refusal(found, by_code=given.code is not None):
            return refusal
        session = await sessions.find(db, found.session_id)
        if session.over:
            return sessions.over()
        if not await invites.use(db, found):
            return invites.used()
        credential = seats.give_credential(session.patient)
        audit.record(db, session.patient, "invite_redeemed")
        return Seated(session_id=session.id, credential=credential)


async def _find(db: Transaction, given: Redemption) -> Invite | None:
    if given.secret is not None:
        return await invites.find_by_secret(db, given.secret)
    return await invites.find_by_code(db, given.code or "")
