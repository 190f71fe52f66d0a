"""The life of a session: created → waiting → live → ended | expired, or cancelled before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select

from agent.http.problems import Conflict, Gone, NotFound
from token_service import audit
from token_service.audit import By
from token_service.database import Transaction, only_reads, utc_now
from token_service.logins import touch_after_call
from token_service.models import (
    Admission,
    Invite,
    PatientCode,
    Role,
    Seat,
    Session,
    SessionState,
)
from token_service.waiting_words import WaitingWord

UNSTARTED_LIFE = timedelta(days=7)  # after it was made, or after its appointment
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of whose session it is: each part, and the whole, may be missing."""

    patient_code: PatientCode | None = None
    number: int | None = None
    age_months: int | None = None


NOBODYS = Visit()


async def create(
    db: Transaction,
    account: str,
    *,
    unit_id: str | None = None,
    sample: bool,
    label: str | None = None,
    appointment_at: datetime | None = None,
    visit: Visit = NOBODYS,
) -> Session:
    session = Session(
        account=account,
        unit_id=unit_id,
        sample=sample,
        label=label,
        appointment_at=appointment_at,
        patient_code=visit.patient_code,
        visit_number=visit.number,
        age_months=visit.age_months,
        created_at=utc_now(),
        seats=[Seat(role=Role.PATIENT)],
    )
    list_it(session)
    db.add(session)
    await db.flush()
    return session


def list_it(session: Session) -> None:
    """Under the moment when it began; before, when it is to begin; else, when it was made."""
    session.listed_at = session.live_at or session.appointment_at or session.created_at


async def held(db: Transaction, session_id: str) -> Session | None:
    """As it is now, and until this transaction ends nobody else changes it.

    SQLite lets one transaction in at a time anyway; PostgreSQL must be told. One that only reads
    holds nobody up.
    """
    return await db.get(
        Session, session_id, with_for_update=not only_reads(db), populate_existing=True
    )


async def find(db: Transaction, session_id: str) -> Session:
    session = await held(db, session_id)
    if session is None:
        raise NotFound("unknown-session", "There is no such session, or it is not yours.")
    return session


def refuse_if_over(session: Session) -> None:
    if session.over:
        raise over(session)


def over(session: Session) -> Gone:
    if session.state is SessionState.CANCELLED:
        return Gone("session-cancelled", "This appointment was cancelled.")
    return Gone("session-over", "This session has ended.")


def opens_at(session: Session) -> datetime | None:
    """When a family may come in; None: it may already."""
    opens = session.appointment_at
    if session.state is not SessionState.CREATED or opens is None or opens <= utc_now():
        return None
    return opens


def knock(db: Transaction, session: Session, picture_test: dict[str, Any] | None) -> None:
    """Whoever knocks again says how the picture is by now."""
    refuse_if_over(session)
    patient = session.patient
    if patient.admission is Admission.DENIED:
        raise Conflict("not-admitted", "The practitioner did not admit you.")
    if patient.admission is Admission.ADMITTED:
        return
    patient.picture_test = picture_test
    if patient.admission is Admission.WAITING:
        return
    patient.admission = Admission.WAITING
    if session.state is SessionState.CREATED:
        session.state = SessionState.WAITING
    audit.record(db, patient, "knocked")


def admit(db: Transaction, session: Session, by: By) -> None:
    refuse_if_over(session)
    patient = session.patient
    if patient.admission in (Admission.NONE, Admission.INVITED):
        raise Conflict("nobody-waits", "Nobody is waiting to be admitted.")
    if patient.admission is Admission.ADMITTED:
        return
    patient.admission = Admission.ADMITTED
    patient.waiting_word = None
    patient.stepped_out = False
    if session.state is not SessionState.LIVE:
        session.state = SessionState.LIVE
        session.live_at = utc_now()
        list_it(session)
    audit.record(db, by, "admitted")


def tell_waiting(db: Transaction, session: Session, by: By, word: WaitingWord) -> None:
    refuse_if_over(session)
    patient = session.patient
    if patient.admission is not Admission.WAITING:
        raise Conflict("nobody-waits", "Nobody is waiting to be admitted.")
    said = word.model_dump() if word.late_min or word.text else None
    patient.waiting_word = said and {**said, "said_at": utc_now().isoformat()}
    audit.record(db, by, "told_who_waits" if said else "word_taken_back")


def deny(db: Transaction, session: Session, by: By) -> None:
    refuse_if_over(session)
    patient = session.patient
    if patient.admission not in (Admission.WAITING, Admission.ADMITTED, Admission.DENIED):
        raise Conflict("nobody-waits", "Nobody is waiting to be admitted.")
    if patient.admission is not Admission.DENIED:
        patient.admission = Admission.DENIED
        patient.waiting_word = None
        audit.record(db, by, "denied")


def leave(db: Transaction, session: Session) -> None:
    if not session.over and not session.patient.stepped_out:
        session.patient.stepped_out = True
        audit.record(db, session.patient, "stepped_out")


async def end(db: Transaction, session: Session, by: By) -> None:
    if session.over:
        return
    await _close(db, session, SessionState.ENDED)
    audit.record(db, by, "ended")


async def cancel(db: Transaction, session: Session, by: By) -> None:
    if session.state is SessionState.CANCELLED:
        return
    refuse_if_over(session)
    if session.state is SessionState.LIVE:
        raise Conflict("still-live", "End the session first.")
    await _close(db, session, SessionState.CANCELLED)
    audit.record(db, by, "cancelled")


async def expire(db: Transaction, session: Session) -> None:
    if session.over:
        return
    await _close(db, session, SessionState.EXPIRED)
    audit.record_by(db, audit.SERVICE, "expired", session.id)


async def unstarted_too_long(db: Transaction) -> list[Session]:
    still_open = and_(
        Invite.redeemed_at.is_(None),
        Invite.revoked_at.is_(None),
        Invite.expires_at > utc_now(),
    )
    old = select(Session).where(
        Session.state.in_([SessionState.CREATED, SessionState.WAITING]),
        func.coalesce(Session.appointment_at, Session.created_at) < utc_now() - UNSTARTED_LIFE,
        ~Session.invites.any(still_open),
    )
    return list(await db.scalars(old if only_reads(db) else old.with_for_update()))


async def _close(db: Transaction, session: Session, state: SessionState) -> None:
    session.state = state
    session.ended_at = utc_now()
    await touch_after_call(db, (seat for seat in session.seats if seat.present))
    for seat in session.seats:
        seat.revoked_at = seat.revoked_at or session.ended_at
        seat.present = False
        seat.picture_test = None
        seat.waiting_word = None
    await revoke_open_invites(db, session)


async def revoke_open_invites(db: Transaction, session: Session) -> None:
    for invite in await open_invites(db, session):
        invite.revoked_at = utc_now()


async def open_invites(db: Transaction, session: Session) -> list[Invite]:
    """Neither used nor revoked."""
    invites = select(Invite).where(
        Invite.session_id == session.id, Invite.redeemed_at.is_(None), Invite.revoked_at.is_(None)
    )
    return list(await db.scalars(invites))
