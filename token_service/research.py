"""What a researcher may read: what is kept of their units, while families agree to research."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, select

from token_service.consent import research_use_of
from token_service.database import Transaction
from token_service.models import OVER, Consent, Purpose, Role, Seat, Session

PAGE = 50


def is_open(session: Session, units: Collection[str]) -> bool:
    """Never of a call; and nothing until the family has agreed, nor after a withdrawal."""
    return session.over and research_use_of(session.patient) and session.unit_id in units


async def page_of(db: Transaction, units: Collection[str], after: str | None) -> list[Session]:
    """One more than a page, by their ids: these tell nothing."""
    found = select(Session).where(
        Session.unit_id.in_(units), Session.state.in_(OVER), *map(_agreed_to, Purpose)
    )
    if after is not None:
        found = found.where(Session.id > after)
    return list(await db.scalars(found.order_by(Session.id).limit(PAGE + 1)))


def _agreed_to(purpose: Purpose) -> ColumnElement[bool]:
    newest = exists().where(
        Seat.session_id == Session.id,
        Seat.role == Role.PATIENT,
        Consent.seat_id == Seat.id,
        Consent.purpose == purpose,
        Consent.granted.is_(True),
        Consent.superseded.is_(False),
    )
    return newest.correlate(Session)
