"""Several practitioners in one session: who shares it with whom, and as what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from agent.http.problems import Conflict, Gone, NotFound
from token_service import audit, people
from token_service.audit import By
from token_service.database import Transaction, utc_now
from token_service.models import (
    Account,
    AccountRole,
    Colleague,
    ColleagueLink,
    ColleagueState,
    PatientCode,
    Session,
)
from token_service.places import OPEN, of_account, role_of
from token_service.roles import roles_of
from token_service.secret_values import digest, new_secret
from token_service.sessions import refuse_if_over

LINK_LIFE = timedelta(hours=24)
MOST = 4  # a room has eight places; the owner and the family may each come by two devices


@dataclass(frozen=True, slots=True)
class NewLink:
    secret: str
    expires_at: datetime


async def invite(db: Transaction, session: Session, code: str, controls: bool, by: By) -> None:
    """Somebody whom the owner knows: admitted at once."""
    account = await people.find(db, code)
    if AccountRole.PRACTITIONER not in roles_of(account):
        raise Conflict("no-practitioner", "This account is no practitioner's.")
    colleague = await _colleague(db, session, account.id, controls)
    colleague.controls = controls
    colleague.state = ColleagueState.ADMITTED
    await db.flush()
    audit.record(db, by, f"colleague_{colleague.id}_invited")


def make_link(db: Transaction, session: Session, controls: bool, by: By) -> NewLink:
    refuse_if_over(session)
    made = NewLink(new_secret(), utc_now() + LINK_LIFE)
    db.add(
        ColleagueLink(
            session_id=session.id,
            secret_digest=digest(made.secret),
            controls=controls,
            expires_at=made.expires_at,
        )
    )
    audit.record(db, by, "colleague_link_made")
    return made


async def linked(db: Transaction, secret: str) -> ColleagueLink | None:
    return await db.scalar(
        select(ColleagueLink).where(ColleagueLink.secret_digest == digest(secret))
    )


async def knock(db: Transaction, session: Session, link: ColleagueLink, account: str) -> None:
    """Once for each link; the owner then admits them, or does not."""
    if session.account == account:
        return
    unused = update(ColleagueLink).where(
        ColleagueLink.id == link.id,
        ColleagueLink.used_at.is_(None),
        ColleagueLink.expires_at > utc_now(),
    )
    taken = unused.values(used_at=utc_now()).returning(ColleagueLink.id)
    if await db.scalar(taken) is None:
        raise Gone("invite-expired", "This invitation is no longer valid.")
    colleague = await _colleague(db, session, account, link.controls)
    if colleague.state is ColleagueState.ADMITTED:
        return
    colleague.controls = link.controls
    colleague.state = ColleagueState.WAITING
    await db.flush()
    by = audit.Actor(AccountRole.PRACTITIONER, account, session.id)
    audit.record(db, by, "colleague_knocked")


def find(session: Session, colleague_id: str) -> Colleague:
    for colleague in session.colleagues:
        if colleague.id == colleague_id and colleague.state in OPEN:
            return colleague
    raise NotFound("unknown-colleague", "There is no such colleague in this session.")


def admit(db: Transaction, session: Session, colleague: Colleague, by: By) -> None:
    refuse_if_over(session)
    if colleague.state is not ColleagueState.ADMITTED:
        colleague.state = ColleagueState.ADMITTED
        audit.record(db, by, f"colleague_{colleague.id}_admitted")


def set_controls(
    db: Transaction, session: Session, colleague: Colleague, controls: bool, by: By
) -> None:
    if colleague.controls is not controls:
        colleague.controls = controls
        _seat(session, colleague.account)
        word = "given_controls" if controls else "observes"
        audit.record(db, by, f"colleague_{colleague.id}_{word}")


def remove(db: Transaction, session: Session, colleague: Colleague, by: By) -> None:
    _put_out(session, colleague, ColleagueState.REMOVED)
    audit.record(db, by, f"colleague_{colleague.id}_removed")


def leave(db: Transaction, session: Session, account: str) -> None:
    if (colleague := of_account(session, account)) is not None:
        _put_out(session, colleague, ColleagueState.LEFT)
        by = audit.Actor(AccountRole.PRACTITIONER, account, session.id)
        audit.record(db, by, "colleague_left")


async def hand_over(db: Transaction, session: Session, colleague: Colleague, by: By) -> None:
    """They are the owner now; whoever was it keeps the controls."""
    refuse_if_over(session)
    account = await db.get(Account, colleague.account)
    if colleague.state is not ColleagueState.ADMITTED or account is None:
        raise Conflict("not-admitted", "Admit them first.")
    if AccountRole.PRACTITIONER not in roles_of(account):
        raise Conflict("no-practitioner", "This account is no practitioner's.")
    before, session.account = session.account, colleague.account
    colleague.account, colleague.controls = before, True
    _seat(session, session.account)
    if session.patient_code is not None and session.patient_code.holder == before:
        session.patient_code = await _same_code(db, session.account, session.patient_code.text)
    audit.record(db, by, "handed_over")


def _seat(session: Session, account: str) -> None:
    """As what they are now, wherever they sit."""
    for seat in session.seats:
        if seat.account == account:
            seat.role = role_of(session, account)


async def _same_code(db: Transaction, account: str, text: str) -> PatientCode:
    """Where it is no unit's, it is each practitioner's own."""
    mine = select(PatientCode).where(PatientCode.holder == account, PatientCode.text == text)
    return await db.scalar(mine) or PatientCode(holder=account, text=text)


def _put_out(session: Session, colleague: Colleague, state: ColleagueState) -> None:
    colleague.state = state
    for seat in session.seats:
        if seat.account == colleague.account:
            seat.revoked_at = seat.revoked_at or utc_now()


async def _colleague(db: Transaction, session: Session, account: str, controls: bool) -> Colleague:
    refuse_if_over(session)
    if session.account == account:
        raise Conflict("own-session", "This session is yours.")
    known = next((one for one in session.colleagues if one.account == account), None)
    if known is not None and known.state in OPEN:
        return known
    if sum(one.state in OPEN for one in session.colleagues) >= MOST:
        raise Conflict("too-many-colleagues", "There is no place for more.")
    if known is None:
        known = Colleague(account=account, state=ColleagueState.WAITING, controls=controls)
        session.colleagues.append(known)
    return known
