"""One-time invitations: a link whose secret stays in the fragment, and a short code to type."""

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from agent.http.problems import Conflict, Gone, Invalid, NotFound, Problem
from token_service import sessions
from token_service.database import Transaction, utc_now
from token_service.models import Admission, Invite, Session, SessionState
from token_service.secret_values import ShortCode, digest, new_id, new_secret

INVITE_LIFE = timedelta(hours=24)  # from now, or from the appointment, so that its day is over
SHORTEST_LIFE = timedelta(minutes=5)
LONGEST_LIFE = timedelta(days=92)
CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
NO_INVITE = "0" * 32  # what a code that no invite begins like is digested with


@dataclass(frozen=True, slots=True)
class NewInvite:
    """Made before a transaction is begun: digesting its code is slow."""

    id: str
    secret: str
    code: ShortCode
    code_digest: str
    code_expires_at: datetime
    expires_at: datetime

    @classmethod
    async def make(cls, expires_at: datetime) -> "NewInvite":
        code, invite_id = ShortCode.new(), new_id()
        return cls(
            id=invite_id,
            secret=new_secret(),
            code=code,
            code_digest=await asyncio.to_thread(code.digest, invite_id),
            code_expires_at=utc_now() + CODE_LIFE,
            expires_at=expires_at,
        )


@dataclass(frozen=True, slots=True)
class TypedCode:
    """With its digest, which took the same time whether any invite begins like it or not."""

    code: ShortCode
    digest: str
    invite_id: str | None


def life_of(session: Session, wanted: datetime | None) -> datetime:
    """Until when a new invitation is valid: as the practitioner chooses, or by the appointment."""
    now = utc_now()
    if wanted is None:
        return max(session.appointment_at or now, now) + INVITE_LIFE
    if not now + SHORTEST_LIFE <= wanted <= now + LONGEST_LIFE:
        raise Invalid(
            "wrong-expiry",
            f"An invitation is valid for {SHORTEST_LIFE.seconds // 60} minutes "
            f"to {LONGEST_LIFE.days} days.",
        )
    return wanted


async def invite(db: Transaction, session: Session, made: NewInvite) -> bool:
    """False when another open invite's code begins alike: one beginning finds one invite."""
    sessions.refuse_if_over(session)
    if await _open_with(db, made.code.locator):
        return False
    await sessions.revoke_open_invites(db, session)
    if session.patient.admission is Admission.NONE:
        session.patient.admission = Admission.INVITED
    db.add(
        Invite(
            id=made.id,
            session_id=session.id,
            secret_digest=digest(made.secret),
            code_locator=made.code.locator,
            code_digest=made.code_digest,
            code_expires_at=made.code_expires_at,
            expires_at=made.expires_at,
        )
    )
    return True


async def outlast(db: Transaction, session: Session) -> None:
    """An appointment that is moved takes the link along that the family has."""
    until = life_of(session, None)
    for invite in await sessions.open_invites(db, session):
        invite.expires_at = max(invite.expires_at, until)


async def find_by_secret(db: Transaction, secret: str) -> Invite | None:
    return await db.scalar(select(Invite).where(Invite.secret_digest == digest(secret)))


async def read_code(db: Transaction, typed: str) -> tuple[ShortCode, str | None]:
    """The code, and the newest invite that begins like it."""
    code = ShortCode.typed(typed)
    beginning_like_it = select(Invite.id).where(Invite.code_locator == code.locator)
    newest_first = beginning_like_it.order_by(Invite.created_at.desc()).limit(1)
    return code, await db.scalar(newest_first)


async def digested(code: ShortCode, invite_id: str | None) -> TypedCode:
    """Slow, so not within a transaction."""
    attempt = await asyncio.to_thread(code.digest, invite_id or NO_INVITE)
    return TypedCode(code, attempt, invite_id)


async def find_by_code(db: Transaction, typed: TypedCode) -> Invite | None:
    """A wrong code that begins like a real one counts against that one."""
    if typed.invite_id is None:
        return None
    candidate = await db.get(Invite, typed.invite_id, with_for_update=True)
    if candidate is None or candidate.code_tries >= CODE_TRIES:
        return None
    if hmac.compare_digest(typed.digest, candidate.code_digest):
        return candidate
    candidate.code_tries += 1
    return None


def refusal(found: Invite, session: Session, *, by_code: bool) -> Problem | None:
    """Returned rather than raised: the tries are committed all the same."""
    now = utc_now()
    if session.state is SessionState.CANCELLED:
        return sessions.over(session)  # the family is to know why its link leads nowhere
    if found.redeemed_at is not None:
        return used()
    if found.revoked_at is not None or found.expires_at <= now:
        return Gone("invite-expired", "This invitation is no longer valid.")
    if by_code and found.code_expires_at <= now:
        return Gone("invite-expired", "This code is no longer valid.")
    return sessions.over(session) if session.over else None


async def use(db: Transaction, found: Invite) -> bool:
    """False when another request was quicker."""
    unused = update(Invite).where(Invite.id == found.id, Invite.redeemed_at.is_(None))
    taken = unused.values(redeemed_at=utc_now()).returning(Invite.id)
    return await db.scalar(taken) is not None


def not_open() -> Conflict:
    return Conflict("invite-not-open", "It is too early: the invitation opens at its time.")


def unknown() -> NotFound:
    return NotFound("unknown-invite", "This invitation is not known.")


def used() -> Conflict:
    return Conflict("invite-used", "This invitation has been used already.")


async def _open_with(db: Transaction, locator: str) -> bool:
    open_alike = select(Invite.id).where(
        Invite.code_locator == locator,
        Invite.redeemed_at.is_(None),
        Invite.revoked_at.is_(None),
        Invite.code_expires_at > utc_now(),
    )
    return await db.scalar(open_alike.limit(1)) is not None
