"""Who is asking, by their cookie or their seat's credential. Roles come from here alone."""

from dataclasses import dataclass

from fastapi import Request

from agent.http.problems import Forbidden, NotFound, NotSignedIn
from token_service import sessions
from token_service.database import Transaction
from token_service.models import Login, Role, Seat, Session
from token_service.seats import patient_with, practitioner_seat
from token_service.sign_in import login_of

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Patient:
    seat: Seat
    session: Session
    role = Role.PATIENT


@dataclass(frozen=True, slots=True)
class Practitioner:
    login: Login
    session: Session
    role = Role.PRACTITIONER


async def signed_in(db: Transaction, request: Request) -> Login:
    login = await login_of(db, request)
    if login is None:
        raise NotSignedIn("not-signed-in", "Sign in first.")
    return login


async def patient(db: Transaction, request: Request, session_id: str | None = None) -> Patient:
    """The session is the credential's own; another one does not exist for this caller."""
    credential = _credential(request)
    seat = await patient_with(db, credential) if credential else None
    if seat is None:
        raise NotSignedIn("not-signed-in", "This invitation's place has been given up.")
    session = await sessions.find(db, seat.session_id)
    if session_id not in (None, session.id):
        raise NotFound("unknown-session", "There is no such session, or it is not yours.")
    return Patient(seat, session)


async def practitioner(db: Transaction, request: Request, session_id: str) -> Practitioner:
    if _credential(request):
        raise Forbidden("practitioners-only", "Only the practitioner may do this.")
    login = await signed_in(db, request)
    session = await sessions.find(db, session_id)
    if session.account != login.account:
        raise NotFound("unknown-session", "There is no such session, or it is not yours.")
    return Practitioner(login, session)


async def acting(db: Transaction, request: Request, session_id: str) -> tuple[Session, Seat]:
    """A practitioner who does something has a seat to be remembered by."""
    caller = await practitioner(db, request, session_id)
    return caller.session, await practitioner_seat(db, caller.session, caller.login)


async def either(db: Transaction, request: Request, session_id: str) -> Patient | Practitioner:
    if _credential(request):
        caller = await patient(db, request, session_id)
        sessions.refuse_if_over(caller.session)
        return caller
    return await practitioner(db, request, session_id)


def is_patient(request: Request) -> bool:
    return _credential(request) is not None


def _credential(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    return header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else None
