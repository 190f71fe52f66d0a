"""The practitioner's list: which sessions, in what order, a page at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, tuple_

from agent.http.problems import Invalid
from token_service.database import Transaction, utc_now
from token_service.models import OVER, Colleague, ColleagueState, PatientCode, Session, SessionState
from token_service.patients import begins_with

PAGE = 50
CURSOR = r"^[01]-\d{1,19}-[0-9a-f]{32}$"
NOT_OVER = [state for state in SessionState if state not in OVER]  # few, and found by an index
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class When(StrEnum):
    PLANNED = "planned"  # their time is yet to come
    NOW = "now"  # they may begin, or have begun
    PAST = "past"  # they are over, or were called off


@dataclass(frozen=True, slots=True)
class Search:
    """All that is given holds at once."""

    when: When | None = None
    unit: str | None = None  # its id
    patient: str | None = None  # how the code begins
    since: datetime | None = None
    until: datetime | None = None


async def page_of(
    db: Transaction, account: str, search: Search, after: str | None
) -> tuple[list[Session], str | None]:
    """Those that come first, or that follow a cursor; and the cursor of what follows them.

    The newest come first, of what is planned the soonest, and those who wait before all.
    """
    place = _place(search)
    soonest_first = search.when is When.PLANNED
    found = select(Session).where(visible_to(account), *_filters(search, utc_now()))
    if after is not None:
        there = tuple_(*_read_cursor(after)[-len(place) :])
        found = found.where(tuple_(*place) > there if soonest_first else tuple_(*place) < there)
    order = [part.asc() if soonest_first else part.desc() for part in place]
    page = list(await db.scalars(found.order_by(*order).limit(PAGE + 1)))
    following = _cursor(page[PAGE - 1], search) if len(page) > PAGE else None
    return page[:PAGE], following


def visible_to(account: str) -> ColumnElement[bool]:
    """Their own, and those that were shared with them."""
    shared = select(Colleague.session_id).where(
        Colleague.account == account, Colleague.state == ColleagueState.ADMITTED
    )
    return or_(Session.account == account, Session.id.in_(shared))


def _filters(search: Search, now: datetime) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if search.when is not None:
        filters.append(_is(search.when, now))
    if search.unit is not None:
        filters.append(Session.unit_id == search.unit)
    if search.patient:
        codes = select(PatientCode.id).where(begins_with(search.patient))
        filters.append(Session.patient_code_id.in_(codes))
    if search.since is not None:
        filters.append(Session.listed_at >= search.since)
    if search.until is not None:
        filters.append(Session.listed_at < search.until)
    return filters


def _is(when: When, now: datetime) -> ColumnElement[bool]:
    is_new = Session.state == SessionState.CREATED
    match when:
        case When.PLANNED:
            return and_(is_new, Session.appointment_at > now)
        case When.NOW:
            is_due = or_(Session.appointment_at.is_(None), Session.appointment_at <= now)
            return and_(Session.state.in_(NOT_OVER), or_(~is_new, is_due))
        case When.PAST:
            return Session.state.in_(OVER)


def _place(search: Search) -> list[ColumnElement[Any]]:
    """By time, and where it is the same by id, so that none is left out between pages."""
    place: list[ColumnElement[Any]] = [Session.listed_at.expression, Session.id.expression]
    if search.when is not When.NOW:
        return place
    return [case((Session.state == SessionState.WAITING, 1), else_=0), *place]


def _cursor(session: Session, search: Search) -> str:
    waits = search.when is When.NOW and session.state is SessionState.WAITING
    microseconds = (session.listed_at - EPOCH) // timedelta(microseconds=1)
    return f"{int(waits)}-{microseconds}-{session.id}"


def _read_cursor(cursor: str) -> tuple[int, datetime, str]:
    urgency, microseconds, session_id = cursor.split("-")
    try:
        moment = EPOCH + timedelta(microseconds=int(microseconds))
    except OverflowError:
        raise Invalid("unknown-cursor", "Take the cursor that the page before gave.") from None
    return int(urgency), moment, session_id
