"""A login's life between signing in and out: whether it is open, and how it ends."""

from sqlalchemy import ColumnElement, and_, select

from token_service import audit
from token_service.database import Transaction, utc_now
from token_service.models import Login, Role
from token_service.seats import revoke_seats_of


def is_open() -> ColumnElement[bool]:
    return and_(Login.revoked_at.is_(None), Login.expires_at > utc_now())


async def is_still_open(db: Transaction, login_id: str) -> bool:
    found = await db.scalar(select(Login.id).where(Login.id == login_id, is_open()))
    return found is not None


async def close_login(db: Transaction, login: Login, action: str) -> set[str]:
    """The sessions in which it had a seat."""
    login.revoked_at = utc_now()
    audit.record_by(db, Role.PRACTITIONER, action, account=login.account)
    return {seat.session_id for seat in await revoke_seats_of(db, login)}
