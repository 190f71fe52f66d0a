"""The provider says that somebody has signed out there: their logins here end with it."""

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from token_service.accounts import digest_there
from token_service.database import Transaction, utc_now
from token_service.logins import close_login, is_open
from token_service.models import Login, UsedLogoutToken
from token_service.oidc.tokens import Logout

ACTION = "signed_out_by_provider"


async def use_once(db: Transaction, issuer: str, logout: Logout) -> bool:
    """False: it has been used. A token is remembered for as long as it would be believed."""
    await db.execute(delete(UsedLogoutToken).where(UsedLogoutToken.expires_at < utc_now()))
    jti_digest = digest_there(issuer, logout.jti)
    if await db.get(UsedLogoutToken, jti_digest) is not None:
        return False
    expires_at = datetime.fromtimestamp(logout.believed_until_s, UTC)
    try:
        async with db.begin_nested():
            db.add(UsedLogoutToken(jti_digest=jti_digest, expires_at=expires_at))
    except IntegrityError:
        return False  # in the same moment, at another service
    return True


async def close_logins(db: Transaction, issuer: str, logout: Logout) -> set[str]:
    """Of one session there, where one is named, else all of the person's. The sessions here in
    which they had a seat."""
    theirs = select(Login).where(is_open())
    if logout.sid is not None:
        theirs = theirs.where(Login.there_sid_digest == digest_there(issuer, logout.sid))
    if logout.subject is not None:
        theirs = theirs.where(Login.there_subject_digest == digest_there(issuer, logout.subject))
    sessions: set[str] = set()
    for login in await db.scalars(theirs.with_for_update()):
        sessions |= await close_login(db, login, ACTION)
    return sessions
