"""What an administrator sees and changes: accounts and units, and nothing of any session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from agent.errors import BadConfiguration
from agent.http.problems import Conflict, Invalid, NotFound
from token_service import audit
from token_service.accounts import code_of, units_of
from token_service.audit import Actor
from token_service.database import Transaction, utc_now
from token_service.logins import close_login, is_open
from token_service.models import Account, AccountRole, Login, Membership, Unit
from token_service.pseudonyms import CodeRule
from token_service.roles import roles_of


@dataclass(frozen=True, slots=True)
class KnownAccount:
    id: str
    code: str  # what the person tells
    label: str | None
    roles_of_provider: list[str]
    roles_given: list[str]
    units: list[Unit]
    units_given: list[str]  # ids of those that an administrator has added
    signed_in_at: datetime
    logins: int  # browsers in which the person is signed in now
    barred_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountChange:
    """None: as it is."""

    roles: Collection[AccountRole] | None = None  # all that an administrator gives
    units: Collection[str] | None = None  # ids: all that an administrator adds
    label: str | None = None  # empty: none
    barred: bool | None = None


async def accounts(db: Transaction) -> list[KnownAccount]:
    """Those that signed in last first."""
    found = await db.scalars(select(Account).order_by(Account.signed_in_at.desc()))
    return [await known(db, account) for account in found]


async def known(db: Transaction, account: Account) -> KnownAccount:
    return KnownAccount(
        id=account.id,
        code=code_of(account.id),
        label=account.label,
        roles_of_provider=account.roles,
        roles_given=account.granted_roles,
        units=await units_of(db, account.id),
        units_given=[unit.id for unit in await added_units(db, account)],
        signed_in_at=account.signed_in_at,
        logins=await _logins(db, account),
        barred_at=account.barred_at,
    )


async def find(db: Transaction, named: str) -> Account:
    """By its id, or by the code that the person tells."""
    beginning = named.strip().lower().replace("-", "", 1)
    meant = or_(Account.id == named, Account.id.startswith(beginning, autoescape=True))
    found = list(await db.scalars(select(Account).where(meant).limit(2))) if beginning else []
    if len(found) != 1:
        raise NotFound("unknown-account", "There is no account with this code, or more than one.")
    return found[0]


async def change(db: Transaction, account: Account, wanted: AccountChange, by: Actor) -> set[str]:
    """The sessions in which a login has lost its seat."""
    before = roles_of(account)
    if wanted.roles is not None:
        account.granted_roles = [role.value for role in AccountRole if role in wanted.roles]
        audit.record(db, by, f"roles_of_{account.id}_changed")
    if wanted.units is not None:
        await _set_units(db, account, wanted.units)
        audit.record(db, by, f"units_of_{account.id}_changed")
    if wanted.label is not None:
        account.label = wanted.label or None
        audit.record(db, by, f"label_of_{account.id}_changed")
    if wanted.barred is not None and wanted.barred is not (account.barred_at is not None):
        account.barred_at = utc_now() if wanted.barred else None
        audit.record(db, by, f"{account.id}_{'barred' if wanted.barred else 'let_in_again'}")
    lost = before - roles_of(account)
    return await _close_logins(db, account, "role_lost") if lost else set()


async def sign_out(db: Transaction, account: Account, by: Actor) -> set[str]:
    """In every browser. The sessions in which a login has lost its seat."""
    audit.record(db, by, f"{account.id}_signed_out")
    return await _close_logins(db, account, "signed_out_by_others")


async def add_unit(db: Transaction, title: str, claim: str | None, by: Actor) -> Unit:
    await _refuse_known(db, title, claim)
    unit = Unit(title=title, claim=claim)
    db.add(unit)
    await db.flush()
    audit.record(db, by, f"unit_{unit.id}_added")
    return unit


async def rename_unit(db: Transaction, unit: Unit, title: str, by: Actor) -> None:
    if title != unit.title:
        await _refuse_known(db, title, None)
        unit.title = title
        audit.record(db, by, f"unit_{unit.id}_renamed")


def set_code_pattern(db: Transaction, unit: Unit, pattern: str, by: Actor) -> None:
    """Of patient codes that are typed from now on; empty: the clinic's own holds."""
    if pattern:
        try:
            CodeRule.parsed(pattern)
        except BadConfiguration as error:
            raise Invalid("bad-code-pattern", f"This is not {error}.") from None
    if pattern != (unit.patient_code_pattern or ""):
        unit.patient_code_pattern = pattern or None
        audit.record(db, by, f"code_pattern_of_unit_{unit.id}_changed")


def set_days(
    db: Transaction, unit: Unit, keeping_days: int, research_use_days: int, by: Actor
) -> None:
    """How long is kept what sessions made from now on keep; 0: no date is set."""
    wanted = (keeping_days or None, research_use_days or None)
    if wanted != (unit.keeping_days, unit.research_use_days):
        unit.keeping_days, unit.research_use_days = wanted
        audit.record(db, by, f"retention_of_unit_{unit.id}_changed")


async def find_unit(db: Transaction, named: str) -> Unit:
    """By its id or its title."""
    unit = await db.scalar(select(Unit).where(or_(Unit.id == named, Unit.title == named)))
    if unit is None:
        raise NotFound("unknown-unit", "There is no such unit.")
    return unit


async def units(db: Transaction) -> list[Unit]:
    return list(await db.scalars(select(Unit).order_by(Unit.title)))


async def added_units(db: Transaction, account: Account) -> list[Unit]:
    """Not those of the provider."""
    added = select(Membership.unit_id).where(Membership.account == account.id)
    return list(await db.scalars(select(Unit).where(Unit.id.in_(added))))


async def _set_units(db: Transaction, account: Account, unit_ids: Collection[str]) -> None:
    for unit_id in unit_ids:
        await find_unit(db, unit_id)
    await db.execute(delete(Membership).where(Membership.account == account.id))
    db.add_all(Membership(account=account.id, unit_id=unit_id) for unit_id in set(unit_ids))


async def _refuse_known(db: Transaction, title: str, claim: str | None) -> None:
    alike = or_(Unit.title == title, Unit.claim == claim) if claim else Unit.title == title
    if await db.scalar(select(Unit.id).where(alike)) is not None:
        raise Conflict("unit-known", "There is such a unit already.")


async def _logins(db: Transaction, account: Account) -> int:
    theirs = select(func.count(Login.id)).where(Login.account == account.id, is_open())
    return await db.scalar(theirs) or 0


async def _close_logins(db: Transaction, account: Account, why: str) -> set[str]:
    """The person starts anew with what is theirs by then: open pages show nothing more."""
    logins = await db.scalars(select(Login).where(Login.account == account.id, is_open()))
    sessions: set[str] = set()
    for login in list(logins):
        sessions |= await close_login(db, login, why)
    return sessions
