"""One-time invitations: a link whose secret stays in the fragment, and a short code to type."""

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from agent.http.problems import Conflict, Gone, NotFound, Problem, TooManyTries
from token_service import sessions
from token_service.database import Transaction, utc_now
from token_service.models import Admission, Invite, Session
from token_service.secret_values import ShortCode, digest, new_id, new_secret

INVITE_LIFE = timedelta(hours=24)
CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5


@dataclass(frozen=True, slots=True)
class NewInvite:
    secret: str
    code: str
    code_expires_at: datetime
    expires_at: datetime


async def invite(db: Transaction, session: Session) -> NewInvite:
    sessions.refuse_if_over(session)
    await sessions.revoke_open_invites(db, session)
    if session.patient.admission is Admission.NONE:
        session.patient.admission = Admission.INVITED
    made = NewInvite(
        secret=new_secret(),
        code=ShortCode.new().text,
        code_expires_at=utc_now() + CODE_LIFE,
        expires_at=utc_now() + INVITE_LIFE,
    )
    db.add(await _row(session, made))
    return made


async def find_by_secret(db: Transaction, secret: str) -> Invite | None:
    return await db.scalar(select(Invite).where(Invite.secret_digest == digest(secret)))


async def find_by_code(db: Transaction, typed: str) -> Invite | None:
    """A wrong code that begins like a real one counts against that one."""
    code = ShortCode.typed(typed)
    beginning_like_it = select(Invite).where(Invite.code_locator == code.locator)
    candidates = list(await db.scalars(beginning_like_it.with_for_update()))
    for candidate in candidates:
        attempt = await asyncio.to_thread(code.digest, candidate.id)
        if candidate.code_tries < CODE_TRIES and hmac.compare_digest(
            attempt, candidate.code_digest
        ):
            return candidate
    for candidate in candidates:
        candidate.code_tries += 1
    return None


def refusal(found: Invite, *, by_code: bool) -> Problem | None:
    """Returned rather than raised: the tries are committed all the same."""
    now = utc_now()
    if found.redeemed_at is not None:
        return used()
    if found.revoked_at is not None or found.expires_at <= now:
        return Gone("invite-expired", "This invitation is no longer valid.")
    if by_code and found.code_expires_at <= now:
        return Gone("invite-expired", "This code is no longer valid.")
    return None


async def use(db: Transaction, found: Invite) -> bool:
    """False when another request was quicker."""
    unused = update(Invite).where(Invite.id == found.id, Invite.redeemed_at.is_(None))
    taken = unused.values(redeemed_at=utc_now()).returning(Invite.id)
    return await db.scalar(taken) is not None


def unknown() -> NotFound:
    return NotFound("unknown-invite", "This invitation is not known.")


def used() -> Conflict:
    return Conflict("invite-used", "This invitation has been used already.")


def too_many_tries(retry_after_s: int) -> TooManyTries:
    return TooManyTries(
        "too-many-tries", "Too many tries. Wait, then try again.", retry_after_s=retry_after_s
    )


async def _row(session: Session, made: NewInvite) -> Invite:
    invite_id = new_id()
    return Invite(
        id=invite_id,
        session_id=session.id,
        secret_digest=digest(made.secret),
        code_locator=ShortCode(made.code).locator,
        code_digest=await asyncio.to_thread(ShortCode(made.code).digest, invite_id),
        code_expires_at=made.code_expires_at,
        expires_at=made.expires_at,
    )
