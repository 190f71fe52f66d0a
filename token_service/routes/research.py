"""Sessions that a researcher may replay and export, as pseudonyms."""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from agent.errors import KeyUnusable
from agent.record.session_key import SessionKey
from token_service import callers, research
from token_service.accounts import units_of
from token_service.audit import Notice
from token_service.database import Transaction
from token_service.kept import measured_s
from token_service.models import AccountRole, Session
from token_service.routes.account import UnitView
from token_service.service import Running, Service

router = APIRouter(prefix="/research", tags=["research"])


class SessionForResearch(BaseModel):
    id: str
    unit: UnitView
    patient_code: str | None
    visit_number: int | None
    age_months: int | None
    sample: bool
    live_at: datetime | None
    ended_at: datetime | None
    measured_s: int | None  # in all; None: what is kept does not tell


class SessionsForResearch(BaseModel):
    sessions: list[SessionForResearch]
    next: str | None  # the `after` of the next page; null: these are the last


@router.get("/sessions")
async def sessions(
    request: Request,
    service: Running,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
) -> SessionsForResearch:
    """Of their own units, over, and for as long as the family agrees to research; 50 a page."""
    async with service.database.read() as db:
        me = await callers.person(db, request)
        units = {unit.id: unit.title for unit in await units_of(db, me.account)}
        found = await research.page_of(db, units, after)
    service.notices.note(Notice(AccountRole.RESEARCHER, "listed", me.account))
    page = found[: research.PAGE]
    async with service.database.read() as db:
        keys = [await _key(service, db, session.id) for session in page]
    lengths = await asyncio.to_thread(_lengths, service.settings.data, page, keys)
    return SessionsForResearch(
        sessions=[
            _view(session, units[session.unit_id or ""], lengths[session.id]) for session in page
        ],
        next=page[-1].id if len(found) > research.PAGE else None,
    )


async def _key(service: Service, db: Transaction, session_id: str) -> SessionKey | None:
    with suppress(KeyUnusable):  # its length is not known, then
        return await service.keys.of(db, session_id)
    return None


def _lengths(
    data: Path, page: list[Session], keys: list[SessionKey | None]
) -> dict[str, int | None]:
    with_keys = zip(page, keys, strict=True)
    return {session.id: measured_s(data, session.id, key) for session, key in with_keys}


def _view(session: Session, unit: str, measured_s: int | None) -> SessionForResearch:
    return SessionForResearch(
        id=session.id,
        unit=UnitView(id=session.unit_id or "", title=unit),
        patient_code=session.patient_code.text if session.patient_code else None,
        visit_number=session.visit_number,
        age_months=session.age_months,
        sample=session.sample,
        live_at=session.live_at,
        ended_at=session.ended_at,
        measured_s=measured_s,
    )
