"""Who is asking, by their login or their seat's credential, and whether this route is for them.

Roles come from here alone; what they open stands in `token_service.authorisation`.
"""

from dataclasses import dataclass

from fastapi import Request

from agent.http.problems import Forbidden, NotFound, NotSignedIn, Problem
from agent.record.folder import SESSION_ID
from token_service import audit, research, sessions
from token_service.accounts import Person, person_of, units_of
from token_service.audit import Actor, By, Notice
from token_service.authorisation import BY_A_ROLE, TO_A_SESSION, Row, Who, row_of
from token_service.database import Transaction
from token_service.logins import touch
from token_service.models import AccountRole, Login, Role, Seat, Session
from token_service.places import practitioner_in
from token_service.roles import as_audited
from token_service.seats import patient_with, practitioner_seat
from token_service.service import Running

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Patient:
    seat: Seat
    session: Session
    role = Role.PATIENT
    who = Who.FAMILY

    @property
    def key(self) -> str:
        """Of whatever is counted for each caller."""
        return self.seat.identity  # new with each credential

    def notice(self, action: str) -> Notice:
        return Notice(self.role, action, seat_id=self.seat.id, session_id=self.session.id)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Of this session."""

    login: Login
    session: Session
    who: Who

    @property
    def role(self) -> Role:
        return Role.OBSERVER if self.who is Who.OBSERVER else Role.PRACTITIONER

    @property
    def key(self) -> str:
        return f"{self.login.id}:{self.session.id}"

    def notice(self, action: str) -> Notice:
        return Notice(self.role, action, self.login.account, session_id=self.session.id)


@dataclass(frozen=True, slots=True)
class Outsider:
    """By a role alone: without a seat in the session."""

    login: Login
    session: Session
    who: Who

    @property
    def key(self) -> str:
        return f"{self.login.id}:{self.session.id}"

    @property
    def role(self) -> AccountRole:
        return ROLE_OF.get(self.who) or AccountRole(self.who)

    def notice(self, action: str) -> Notice:
        return Notice(self.role, action, self.login.account, session_id=self.session.id)


PRACTITIONERS = {Who.OWNER, Who.CONTROLS, Who.OBSERVER, Who.WAITING}
ROLE_OF = {Who.READER: AccountRole.RESEARCHER}

Caller = Patient | Practitioner | Outsider


async def authorise(request: Request, service: Running) -> None:
    """Before anything else of a request is looked at, and whatever its route forgets to ask."""
    row = row_of(request)
    if row & {Who.ANYBODY, Who.SIGNATURE}:
        return
    async with service.database.read() as db:
        if "session_id" in request.path_params:
            session_id = request.path_params["session_id"]
            if not SESSION_ID.fullmatch(session_id):
                raise unknown_session()
            request.state.caller = await anyone(db, request, session_id)
        elif Who.FAMILY in row:  # of a session that the body names
            await (_patient(db, request) if is_patient(request) else _person(db, request))
        else:
            await person(db, request)


def authorised(request: Request) -> Caller:
    """Of a route with a session in its path. Whoever changes something asks again, within the
    transaction that does it."""
    caller: Caller = request.state.caller
    return caller


def in_the_call(request: Request) -> Patient | Practitioner:
    return _in_the_call(authorised(request))


async def signed_in(db: Transaction, request: Request) -> Login:
    return (await person(db, request)).login


async def person(db: Transaction, request: Request) -> Person:
    """By a role that the route is for."""
    row = row_of(request)
    found = await _person(db, request)
    if Who.SIGNED_IN in row:
        return found
    roles = [role for role in AccountRole if Who(role) in row & BY_A_ROLE and role in found.roles]
    if not roles:
        raise _not_your_role(found)
    request.state.notice = Notice(roles[0], "", found.account)
    return found


async def patient(db: Transaction, request: Request, session_id: str | None = None) -> Patient:
    """The session is the credential's own; another one does not exist for this caller."""
    credential = _credential(request)
    if credential is None and await person_of(db, request) is not None:
        raise Forbidden("families-only", "Only the family may do this.")
    found = await _patient(db, request)
    if session_id not in (None, found.session.id):
        raise unknown_session()
    if Who.FAMILY not in row_of(request):
        raise Forbidden("practitioners-only", "Only the practitioner may do this.")
    return found


async def practitioner(db: Transaction, request: Request, session_id: str) -> Practitioner:
    """One of this session's."""
    caller = await anyone(db, request, session_id)
    if not isinstance(caller, Practitioner):
        raise Forbidden("practitioners-only", "Only the practitioner may do this.")
    return caller


async def acting(db: Transaction, request: Request, session_id: str) -> tuple[Session, By]:
    """Somebody who does something: a practitioner has a seat to be remembered by."""
    caller = await anyone(db, request, session_id)
    if isinstance(caller, Patient):
        return caller.session, caller.seat
    touch(caller.login)
    if isinstance(caller, Outsider):
        return caller.session, Actor(caller.role, caller.login.account, caller.session.id)
    return caller.session, await practitioner_seat(db, caller.session, caller.login)


async def either(db: Transaction, request: Request, session_id: str) -> Patient | Practitioner:
    """The family, or a practitioner of the session."""
    return _in_the_call(await anyone(db, request, session_id))


async def anyone(db: Transaction, request: Request, session_id: str) -> Caller:
    """Whoever the route is for."""
    if _credential(request):
        caller = await patient(db, request, session_id)
        if Who.FAMILY_AFTER not in row_of(request):
            sessions.refuse_if_over(caller.session)
        return caller
    found = await _person(db, request)
    session = await sessions.find(db, session_id)
    request.state.notice = Notice(as_audited(found.roles), "", found.account, session_id=session.id)
    return await _in_session(db, found, session, row_of(request))


def is_patient(request: Request) -> bool:
    return _credential(request) is not None


def refused(request: Request) -> Notice:
    """Who was refused, as far as it was known by then."""
    known: Notice | None = getattr(request.state, "notice", None)
    known = known or Notice(audit.UNKNOWN, "")
    return Notice(known.role, "refused", known.account, known.seat_id, known.session_id)


def unknown_session() -> NotFound:
    return NotFound("unknown-session", "There is no such session, or it is not yours.")


def _in_the_call(caller: Caller) -> Patient | Practitioner:
    if isinstance(caller, Outsider):
        raise Forbidden("practitioners-only", "Only the practitioner may do this.")
    return caller


async def _in_session(
    db: Transaction, found: Person, session: Session, row: Row
) -> Practitioner | Outsider:
    is_there = await _what_they_are(db, found, session)
    for who in Who:
        if who not in row or who not in is_there:
            continue
        if who in PRACTITIONERS:
            return Practitioner(found.login, session, who)
        return Outsider(found.login, session, who)
    if not is_there & TO_A_SESSION:
        raise unknown_session()
    if row <= {Who.FAMILY, Who.FAMILY_AFTER}:
        raise Forbidden("families-only", "Only the family may do this.")
    raise Forbidden("not-for-you", "What you are in this session does not allow it.")


async def _what_they_are(db: Transaction, found: Person, session: Session) -> set[Who]:
    is_there = {Who(role) for role in found.roles}
    if AccountRole.PRACTITIONER in found.roles:
        is_there |= {who for who in (practitioner_in(session, found.account),) if who}
    if AccountRole.RESEARCHER in found.roles and await _may_read(db, found, session):
        is_there.add(Who.READER)
    return is_there


async def _may_read(db: Transaction, found: Person, session: Session) -> bool:
    return research.is_open(session, {unit.id for unit in await units_of(db, found.account)})


async def _person(db: Transaction, request: Request) -> Person:
    found = await person_of(db, request)
    if found is None:
        raise NotSignedIn("not-signed-in", "Sign in first.")
    request.state.notice = Notice(as_audited(found.roles), "", found.account)
    return found


async def _patient(db: Transaction, request: Request) -> Patient:
    credential = _credential(request)
    seat = await patient_with(db, credential) if credential else None
    if seat is None:
        raise NotSignedIn("not-signed-in", "This invitation's place has been given up.")
    request.state.notice = Notice(Role.PATIENT, "", seat_id=seat.id, session_id=seat.session_id)
    return Patient(seat, await sessions.find(db, seat.session_id))


def _not_your_role(found: Person) -> Problem:
    if not found.roles:
        return Forbidden("no-role", "Your account has no role here yet.")
    return Forbidden("not-your-role", "Your roles do not open this.")


def _credential(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    return header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else None
