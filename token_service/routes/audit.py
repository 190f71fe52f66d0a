"""The audit, for auditors."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy import select

from token_service import callers
from token_service.accounts import Person
from token_service.audit import Notice
from token_service.audit_chain import verify
from token_service.audit_export import MEDIA_TYPES, Format, as_row, exported
from token_service.models import AccountRole, AuditEntry
from token_service.service import Running, Service

PAGE = 100

router = APIRouter(prefix="/audit", tags=["audit"])


class AuditEntryView(BaseModel):
    id: int
    at: str
    role: str
    account: str | None
    seat_id: str | None
    session_id: str | None
    action: str


class AuditPage(BaseModel):
    entries: list[AuditEntryView]
    next: int | None  # the `before` of the next page; null: these are the oldest


class AuditVerdict(BaseModel):
    entries: int
    end: str  # to write down elsewhere
    broken: str | None


@router.get("")
async def read(
    request: Request, service: Running, before: Annotated[int | None, Query(ge=1)] = None
) -> AuditPage:
    """The newest first, 100 a page."""
    newest_first = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    if before is not None:
        newest_first = newest_first.where(AuditEntry.id < before)
    async with service.database.read() as db:
        _note(service, await callers.person(db, request), "audit_read")
        found = list(await db.scalars(newest_first))
    entries = [AuditEntryView.model_validate(as_row(entry)) for entry in found[:PAGE]]
    return AuditPage(entries=entries, next=entries[-1].id if len(found) > PAGE else None)


@router.get("/verification")
async def verification(request: Request, service: Running) -> AuditVerdict:
    async with service.database.read() as db:
        _note(service, await callers.person(db, request), "audit_verified")
    verdict = await verify(service.database)
    return AuditVerdict(entries=verdict.entries, end=str(verdict.end), broken=verdict.broken)


@router.get("/export", response_class=StreamingResponse)
async def export(to: Format, request: Request, service: Running) -> StreamingResponse:
    async with service.database.read() as db:
        _note(service, await callers.person(db, request), f"audit_exported_{to}")
    disposition = f'attachment; filename="epedicare-audit.{to}"'
    headers = {"Content-Disposition": disposition}
    content = exported(service.database, to)
    return StreamingResponse(content, media_type=MEDIA_TYPES[to], headers=headers)


def _note(service: Service, auditor: Person, action: str) -> None:
    service.notices.note(Notice(AccountRole.AUDITOR, action, auditor.account))
