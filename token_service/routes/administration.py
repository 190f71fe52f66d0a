"""People and units, for administrators: nothing of any session."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from agent.http.problems import Conflict
from token_service import callers, people
from token_service.audit import Actor, Notice
from token_service.database import Transaction
from token_service.models import AccountRole
from token_service.people import AccountChange, KnownAccount
from token_service.requests import Body, one_line
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
    signed_in_at: datetime
    barred_at: datetime | None


class WantedAccount(Body):
    """What is left out stays."""

    roles: Annotated[set[GivenRole], Field(strict=False)] | None = None
    units: Annotated[set[Id], Field(strict=False)] | None = None
    label: Label | None = None
    barred: bool | None = None


class NewUnit(Body):
    title: Title
    claim: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None


class UnitChange(Body):
    title: Title


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


@router.get("/units")
async def units(request: Request, service: Running) -> list[UnitView]:
    async with service.database.read() as db:
        await callers.person(db, request)
        return list(map(UnitView.of, await people.units(db)))


@router.post("/units", status_code=201)
async def add_unit(wanted: NewUnit, request: Request, service: Running) -> UnitView:
    async with service.database.begin() as db:
        by = await _administrator(db, request)
        unit = await people.add_unit(db, wanted.title, wanted.claim, by)
        return UnitView.of(unit)


@router.patch("/units/{unit}")
async def change_unit(
    unit: str, wanted: UnitChange, request: Request, service: Running
) -> UnitView:
    async with service.database.begin() as db:
        by = await _administrator(db, request)
        found = await people.find_unit(db, unit)
        await people.change_unit(db, found, wanted.title, by)
        return UnitView.of(found)


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
        signed_in_at=known.signed_in_at,
        barred_at=known.barred_at,
    )
