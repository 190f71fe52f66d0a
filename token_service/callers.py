"""Who is asking, by their login or their seat's credential. Roles come from here alone."""

from dataclasses import dataclass

from fastapi import Request

from agent.http.problems import Forbidden, NotFound, NotSignedIn
from token_service import audit, sessions
from token_service.audit import Notice
from token_service.database import Transaction
from token_service.logins import touch
from token_service.models import Login, Role, Seat, Session
from token_service.seats import identity_with, patient_with, practitioner_seat
from token_service.sign_in import login_of

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Patient:
    seat: Seat
    session: Session
    role = Role.PATIENT

    @property
    def key(self) -> str:
        """Of whatever is counted for each caller."""
        return self.seat.identity  # new with each credential

    def notice(self, action: str) -> Notice:
        return Notice(self.role, action, seat_id=self.seat.id, session_id=self.session.id)


@dataclass(frozen=True, slots=True)
class Practitioner:
    login: Login
    session: Session
    role = Role.PRACTITIONER

    @property
    def key(self) -> str:
        return f"{self.login.id}:{self.session.id}"

    def notice(self, action: str) -> Notice:
        return Notice(self.role, action, self.login.account, session_id=self.session.id)


Caller = Patient | Practitioner


async def signed_in(db: Transaction, request: Request) -> Login:
    login = await login_of(db, request)
    if login is None:
        raise NotSignedIn("not-signed-in", "Sign in first.")
    request.state.notice = Notice(Role.PRACTITIONER, "", login.account)
    return login


async def patient(db: Transaction, request: Request, session_id: str | None = None) -> Patient:
    """The session is the credential's own; another one does not exist for this caller."""
    credential = _credential(request)
    seat = await patient_with(db, credential) if credential else None
    if seat is None:
        raise NotSignedIn("not-signed-in", "This invitation's place has been given up.")
    request.state.notice = Notice(Role.PATIENT, "", seat_id=seat.id, session_id=seat.session_id)
    session = await sessions.find(db, seat.session_id)
    if session_id not in (None, session.id):
        raise NotFound("unknown-session", "There is no such session, or it is not yours.")
    return Patient(seat, session)


async def practitioner(db: Transaction, request: Request, session_id: str) -> Practitioner:
    if _credential(request):
        await patient(db, request)  # so that the audit can say whose seat it was
        raise Forbidden("practitioners-only", "Only the practitioner may do this.")
    login = await signed_in(db, request)
    session = await sessions.find(db, session_id)
    request.state.notice = Notice(Role.PRACTITIONER, "", login.account, session_id=session.id)
    if session.account != login.account:
        raise NotFound("unknown-session", "There is no such session, or it is not yours.")
    return Practitioner(login, session)


async def acting(db: Transaction, request: Request, session_id: str) -> tuple[Session, Seat]:
    """A practitioner who does something has a seat to be remembered by."""
    caller = await practitioner(db, request, session_id)
    touch(caller.login)
    return caller.session, await practitioner_seat(db, caller.session, caller.login)


async def either(db: Transaction, request: Request, session_id: str) -> Caller:
    if _credential(request):
        caller = await patient(db, request, session_id)
        sessions.refuse_if_over(caller.session)
        return caller
    return await practitioner(db, request, session_id)


async def key_of(db: Transaction, request: Request, session_id: str) -> str:
    """Of whoever `either` would find; a family's is found without reading the whole session."""
    if credential := _credential(request):
        found = await identity_with(db, credential, session_id)
        if found is not None:
            return found
    return (await either(db, request, session_id)).key


def is_patient(request: Request) -> bool:
    return _credential(request) is not None


def refused(request: Request) -> Notice:
    """Who was refused, as far as it was known by then."""
    known: Notice | None = getattr(request.state, "notice", None)
    known = known or Notice(audit.UNKNOWN, "")
    return Notice(known.role, "refused", known.account, known.seat_id, known.session_id)


def _credential(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    return header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else None
