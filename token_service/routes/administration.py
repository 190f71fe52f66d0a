"""People and units, for administrators: nothing of any session."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from agent.http.problems import Conflict
from token_service import callers, people
from token_service.audit import Actor, Notice
from token_service.database import Transaction
from token_service.models import AccountRole, Unit
from token_service.people import AccountChange, KnownAccount
from token_service.pseudonyms import LONGEST
from token_service.requests import Body, Nothing, one_line
from token_service.retention import LONGEST_DAYS
from token_service.routes.account import UnitView
from token_service.service import Running

router = APIRouter(prefix="/administration", tags=["administration"])

GivenRole = Annotated[AccountRole, Field(strict=False)]  # by its name
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(one_line),
]
Pattern = Annotated[str, StringConstraints(max_length=LONGEST)]
Days = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=80), AfterValidator(one_line)
]


class AccountView(BaseModel):
    id: str
    code: str
    label: str | None
    roles_of_provider: list[AccountRole]
    roles_given: list[AccountRole]
    units: list[UnitView]
    units_given: list[str]  # ids of those that an administrator has added
    signed_in_at: datetime
    logins: int  # browsers in which the person is signed in now
    barred_at: datetime | None


class WantedAccount(Body):
    """What is left out stays."""

    roles: Annotated[set[GivenRole], Field(strict=False)] | None = None
    units: Annotated[set[Id], Field(strict=False)] | None = None
    label: Label | None = None
    barred: bool | None = None


class KnownUnit(UnitView):
    claim: str | None  # as the provider has it
    keeping_days: int | None  # of what is kept of sessions that are made now; null: no date
    research_use_days: int | None

    @classmethod
    def of(cls, unit: Unit) -> "KnownUnit":
        return cls(
            **UnitView.of(unit).model_dump(),
            claim=unit.claim,
            keeping_days=unit.keeping_days,
            research_use_days=unit.research_use_days,
        )


class Rules(BaseModel):
    """Of all units that have none of their own, set by whoever runs the service."""

    patient_code_pattern: str | None  # # is a digit, ? a letter; None: see `CodeRule`


class NewUnit(Body):
    title: Title
    claim: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None


class UnitChange(Body):
    """What is left out stays."""

    title: Title | None = None
    patient_code_pattern: Pattern | None = None  # empty: the clinic's own
    keeping_days: Days | None = None  # 0: no date
    research_use_days: Days | None = None


@router.get("/accounts")
async def accounts(request: Request, service: Running) -> list[AccountView]:
    async with service.database.read() as db:
        me = await callers.person(db, request)
        found = await people.accounts(db)
    service.notices.note(Notice(AccountRole.ADMINISTRATOR, "accounts_listed", me.account))
    return [_view(known) for known in found]


@router.patch("/accounts/{account}")
async def change_account(
    account: str, wanted: WantedAccount, request: Request, service: Running
) -> AccountView:
    async with service.database.begin() as db:
        by = await _administrator(db, request)
        found = await people.find(db, account)
        if found.id == by.account:
            raise Conflict("own-account", "Another administrator must change your account.")
        sessions = await people.change(db, found, AccountChange(**wanted.model_dump()), by)
        await db.flush()
        known = await people.known(db, found)
    service.signed_out(sessions)
    return _view(known)


@router.post("/accounts/{account}/sign-out")
async def sign_out(account: str, _: Nothing, request: Request, service: Running) -> AccountView:
    """In every browser; they may sign in again at once."""
    async with service.database.begin() as db:
        by = await _administrator(db, request)
        found = await people.find(db, account)
        sessions = await people.sign_out(db, found, by)
        await db.flush()
        known = await people.known(db, found)
    service.signed_out(sessions)
    return _view(known)


@router.get("/units")
async def units(request: Request, service: Running) -> list[KnownUnit]:
    async with service.database.read() as db:
        await callers.person(db, request)
        return list(map(KnownUnit.of, await people.units(db)))


@router.get("/rules")
async def rules(service: Running) -> Rules:
    return Rules(patient_code_pattern=service.settings.patient_codes.pattern)


@router.post("/units", status_code=201)
async def add_unit(wanted: NewUnit, request: Request, service: Running) -> KnownUnit:
    async with service.database.begin() as db:
        by = await _administrator(db, request)
        unit = await people.add_unit(db, wanted.title, wanted.claim, by)
        return KnownUnit.of(unit)


@router.patch("/units/{unit}")
async def change_unit(
    unit: str, wanted: UnitChange, request: Request, service: Running
) -> KnownUnit:
    async with service.database.begin() as db:
        by = await _administrator(db, request)
        found = await people.find_unit(db, unit)
        if wanted.title is not None:
            await people.rename_unit(db, found, wanted.title, by)
        if wanted.patient_code_pattern is not None:
            people.set_code_pattern(db, found, wanted.patient_code_pattern, by)
        keeping, research = wanted.keeping_days, wanted.research_use_days
        people.set_days(
            db,
            found,
            (found.keeping_days or 0) if keeping is None else keeping,
            (found.research_use_days or 0) if research is None else research,
            by,
        )
        return KnownUnit.of(found)


async def _administrator(db: Transaction, request: Request) -> Actor:
    me = await callers.person(db, request)
    return Actor(AccountRole.ADMINISTRATOR, me.account)


def _view(known: KnownAccount) -> AccountView:
    return AccountView(
        id=known.id,
        code=known.code,
        label=known.label,
        roles_of_provider=[AccountRole(role) for role in known.roles_of_provider],
        roles_given=[AccountRole(role) for role in known.roles_given],
        units=list(map(UnitView.of, known.units)),
        units_given=known.units_given,
        signed_in_at=known.signed_in_at,
        logins=known.logins,
        barred_at=known.barred_at,
    )
