"""The audit, for auditors."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, AwareDatetime, BaseModel

from token_service import callers
from token_service.accounts import Person
from token_service.audit import Notice
from token_service.audit_chain import END, Fault, Link, verify
from token_service.audit_export import MEDIA_TYPES, Format, as_row, exported
from token_service.audit_search import AuditSearch, Kind, newest_first
from token_service.models import AccountRole
from token_service.service import Running, Service

PAGE = 100

# Of an account's id, or the code that the person tells.
Beginning = Annotated[
    str,
    Query(min_length=8, max_length=64),
    AfterValidator(lambda text: text.strip().lower().replace("-", "", 1)),
]

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


class BrokenView(BaseModel):
    fault: Fault
    entry_id: int


class AuditVerdict(BaseModel):
    entries: int  # that hold together
    end: str  # to write down elsewhere
    broken: BrokenView | None


@router.get("")
async def read(
    request: Request,
    service: Running,
    before: Annotated[int | None, Query(ge=1)] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    kind: Kind | None = None,
    account: Beginning | None = None,
    session: Annotated[str | None, Query(pattern=r"^[0-9a-f]{4,32}$")] = None,
) -> AuditPage:
    """The newest first, 100 a page; all that is asked for holds at once."""
    search = AuditSearch(since, until, kind, account, session)
    async with service.database.read() as db:
        _note(service, await callers.person(db, request), "audit_read")
        found = await newest_first(db, search, before, PAGE + 1)
    entries = [AuditEntryView.model_validate(as_row(entry)) for entry in found[:PAGE]]
    return AuditPage(entries=entries, next=entries[-1].id if len(found) > PAGE else None)


@router.get("/verification")
async def verification(
    request: Request,
    service: Running,
    known: Annotated[str | None, Query(pattern=f"^{END.pattern}$")] = None,
) -> AuditVerdict:
    """known: an end that somebody wrote down earlier."""
    async with service.database.read() as db:
        _note(service, await callers.person(db, request), "audit_verified")
    verdict = await verify(service.database, Link.read(known) if known else None)
    broken = verdict.broken
    return AuditVerdict(
        entries=verdict.entries,
        end=str(verdict.end),
        broken=BrokenView(fault=broken.fault, entry_id=broken.entry_id) if broken else None,
    )


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
