"""What the command line does with accounts and units, without the service."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from token_service import audit, people
from token_service.audit import Actor
from token_service.database import open_database
from token_service.database_address import given_database
from token_service.models import AccountRole
from token_service.people import AccountChange, KnownAccount

OPERATOR = Actor(audit.OPERATOR, None)


@dataclass(frozen=True, slots=True)
class Wanted:
    give: Collection[AccountRole]
    take: Collection[AccountRole]
    into: Collection[str]  # units, by title or id
    out_of: Collection[str]
    label: str | None
    barred: bool | None


async def account_lines(data: Path) -> list[str]:
    async with open_database(data, given_database()) as database, database.read() as db:
        found = await people.accounts(db)
    return [_line(known) for known in found] or ["nobody has signed in yet"]


async def change_account(data: Path, named: str, wanted: Wanted) -> str:
    async with open_database(data, given_database()) as database, database.begin() as db:
        account = await people.find(db, named)
        given = {AccountRole(role) for role in account.granted_roles}
        before = {unit.id for unit in await people.added_units(db, account)}
        into = {(await people.find_unit(db, unit)).id for unit in wanted.into}
        out_of = {(await people.find_unit(db, unit)).id for unit in wanted.out_of}
        roles = (given | set(wanted.give)) - set(wanted.take)
        units = (before | into) - out_of
        change = AccountChange(
            roles=roles if roles != given else None,
            units=units if units != before else None,
            label=wanted.label,
            barred=wanted.barred,
        )
        await people.change(db, account, change, OPERATOR)
        await db.flush()
        return _line(await people.known(db, account))


async def unit_lines(data: Path) -> list[str]:
    async with open_database(data, given_database()) as database, database.read() as db:
        found = await people.units(db)
    lines = [
        "  ".join(filter(None, (unit.id, unit.title, unit.patient_code_pattern))) for unit in found
    ]
    return lines or ["there are no units yet"]


async def add_unit(data: Path, title: str, claim: str | None) -> str:
    async with open_database(data, given_database()) as database, database.begin() as db:
        return (await people.add_unit(db, title, claim, OPERATOR)).id


async def rename_unit(data: Path, named: str, title: str) -> None:
    async with open_database(data, given_database()) as database, database.begin() as db:
        await people.rename_unit(db, await people.find_unit(db, named), title, OPERATOR)


async def set_code_pattern(data: Path, named: str, pattern: str) -> None:
    async with open_database(data, given_database()) as database, database.begin() as db:
        people.set_code_pattern(db, await people.find_unit(db, named), pattern, OPERATOR)


def _line(known: KnownAccount) -> str:
    roles = ", ".join(dict.fromkeys([*known.roles_of_provider, *known.roles_given])) or "no role"
    units = ", ".join(unit.title for unit in known.units)
    signed_in = f"{known.signed_in_at:%Y-%m-%d %H:%M} UTC"
    parts = [known.code, signed_in, "barred" if known.barred_at else roles, units, known.label]
    return "  ".join(part for part in parts if part)
