"""A login's life between signing in and out: how long it stays open, and how it ends.

It ends when it is too old, or when nothing was done for too long: not by what pages ask by
themselves. While the person is in a call with it, it does not end by either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from token_service import audit
from token_service.database import Transaction, utc_now
from token_service.models import Login, Seat, Session, SessionState
from token_service.roles import audited_role
from token_service.seats import revoke_seats_of

LOOK_AGAIN = timedelta(minutes=1)  # at a login that is in a call


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long an open login stays so if nothing is done. None: as long as the call."""

    idle_at: datetime | None
    expires_at: datetime | None

    @property
    def sure_until(self) -> datetime:
        ends = [end for end in (self.idle_at, self.expires_at) if end is not None]
        return min(ends, default=utc_now() + LOOK_AGAIN)


def is_open() -> ColumnElement[bool]:
    now = utc_now()
    still = and_(Login.expires_at > now, or_(Login.idle_at.is_(None), Login.idle_at > now))
    return and_(Login.revoked_at.is_(None), or_(still, _is_in_call()))


async def lasting(db: Transaction, *which: ColumnElement[bool]) -> dict[str, Lasting]:
    """Of those that are open, by their ids."""
    found = select(Login, _is_in_call()).where(is_open(), *which)
    return {
        login.id: Lasting(None, None) if in_call else Lasting(login.idle_at, login.expires_at)
        for login, in_call in await db.execute(found)
    }


def touch(login: Login) -> None:
    """Somebody does something with it."""
    if login.idle_limit_s is not None:
        login.idle_at = utc_now() + timedelta(seconds=login.idle_limit_s)


async def touch_after_call(db: Transaction, seats: Iterable[Seat]) -> None:
    """From the call's end on they may be still for as long as anybody."""
    ids = [seat.login_id for seat in seats if seat.login_id is not None]
    if ids:
        for login in await db.scalars(select(Login).where(Login.id.in_(ids))):
            touch(login)


async def close_login(db: Transaction, login: Login, action: str) -> set[str]:
    """The sessions in which it had a seat."""
    login.revoked_at = utc_now()
    role = await audited_role(db, login.account)
    audit.record_by(db, role, action, account=login.account)
    return {seat.session_id for seat in await revoke_seats_of(db, login)}


def _is_in_call() -> ColumnElement[bool]:
    """As LiveKit tells: the page need not be awake for it."""
    seat_there = and_(
        Seat.login_id == Login.id,
        Seat.present.is_(True),
        Seat.revoked_at.is_(None),
        Session.id == Seat.session_id,
        Session.state == SessionState.LIVE,
    )
    return exists().where(seat_there).correlate(Login)
