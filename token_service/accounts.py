"""Who somebody is here: the same person at each sign-in, by issuer and subject alone."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from agent.contract import AccountRole
from agent.http.problems import NotFound
from token_service.database import Transaction, utc_now
from token_service.models import Account, Login, Membership, Unit
from token_service.oidc.claims import Identity
from token_service.roles import roles_of
from token_service.secret_values import digest, new_id
from token_service.sign_in import login_of

CODE_DIGITS = 8
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    login: Login
    roles: frozenset[AccountRole]

    @property
    def account(self) -> str:
        return self.login.account


async def person_of(db: Transaction, request: Request) -> Person | None:
    login = await login_of(db, request)
    if login is None:
        return None
    account = await db.get(Account, login.account)
    return None if account is None else Person(login, roles_of(account))


async def units_of(db: Transaction, account: str) -> list[Unit]:
    """In the order of their titles."""
    given = select(Membership.unit_id).where(Membership.account == account)
    told = select(Account.unit).where(Account.id == account)
    mine = or_(Unit.id.in_(given), Unit.claim.in_(told))
    return list(await db.scalars(select(Unit).where(mine).order_by(Unit.title)))


async def unit_of(db: Transaction, account: str, wanted: str | None) -> str | None:
    """One of the person's own; whoever has a single one need not say which."""
    mine = [unit.id for unit in await units_of(db, account)]
    if wanted is None:
        return mine[0] if len(mine) == 1 else None
    if wanted not in mine:
        raise NotFound("unknown-unit", "This unit is not one of yours.")
    return wanted


def code_of(account: str) -> str:
    """What a person tells their administrator or a colleague: 3f9a-12bc."""
    return f"{account[:4]}-{account[4:CODE_DIGITS]}"


async def account_of(db: Transaction, issuer: str, identity: Identity) -> Account:
    """With the roles and the unit that the provider tells today."""
    subject_digest = digest_there(issuer, identity.subject)
    if identity.unit is not None:
        await _know_unit(db, identity.unit)
    return await _account(db, subject_digest, identity.roles, identity.unit, new_id())


async def account_here(db: Transaction, name: str, roles: Iterable[AccountRole]) -> Account:
    """Of somebody whom no provider vouches for."""
    return await _account(db, digest(name), roles, None, name)


def digest_there(issuer: str, name: str) -> str:
    """Of what somebody, or their session, is called at a provider: no other has it."""
    return digest(f"{issuer}\n{name}")


async def _know_unit(db: Transaction, claim: str) -> None:
    """Its first person brings it; an administrator may call it something else."""
    title = claim[:LONGEST_TITLE]
    if await db.scalar(select(Unit.id).where(or_(Unit.claim == claim, Unit.title == title))):
        return
    with suppress(IntegrityError):  # another one's sign-in was quicker
        async with db.begin_nested():
            db.add(Unit(title=title, claim=claim))


async def _account(
    db: Transaction, subject_digest: str, roles: Iterable[AccountRole], unit: str | None, new: str
) -> Account:
    known = select(Account).where(Account.subject_digest == subject_digest)
    account = await db.scalar(known.with_for_update())
    if account is None:
        account = Account(id=new, subject_digest=subject_digest, granted_roles=[])
        db.add(account)
    account.roles = [role.value for role in roles]
    account.unit = unit
    account.signed_in_at = utc_now()
    await db.flush()
    return account
