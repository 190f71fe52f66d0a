"""Who sits where: practitioners by their sign-in, the patient by the credential of an invite."""

from sqlalchemy import select

from token_service.consent import forget_answers
from token_service.database import Transaction, utc_now
from token_service.models import Admission, Login, Seat, Session
from token_service.places import role_of
from token_service.secret_values import digest, new_id, new_secret


async def practitioner_seat(db: Transaction, session: Session, login: Login) -> Seat:
    """One seat for each signed-in browser, so that a second one does not evict the first."""
    for seat in session.seats:
        if seat.login_id == login.id and (session.over or seat.revoked_at is None):
            return seat
    role = role_of(session, login.account)
    seat = Seat(role=role, login_id=login.id, account=login.account)
    session.seats.append(seat)
    await db.flush()
    return seat


async def patient_with(db: Transaction, credential: str) -> Seat | None:
    return await db.scalar(select(Seat).where(Seat.credential_digest == digest(credential)))


def give_credential(patient: Seat) -> str:
    """Whoever held the seat before is out: another device starts at the door, without consent.

    Under another identity, too: tokens for the old one cannot be called back.
    """
    credential = new_secret()
    patient.identity = new_id()
    patient.credential_digest = digest(credential)
    patient.admission = Admission.INVITED
    patient.stepped_out = False
    patient.paused = False
    patient.joined_at = None
    patient.picture_test = None
    patient.waiting_word = None
    forget_answers(patient, utc_now())
    return credential


async def revoke_seats_of(db: Transaction, login: Login) -> list[Seat]:
    seats = list(await db.scalars(select(Seat).where(Seat.login_id == login.id)))
    for seat in seats:
        seat.revoked_at = seat.revoked_at or utc_now()
    return seats
