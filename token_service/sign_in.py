"""How a practitioner proves who they are: the one part that another identity provider replaces.

Whatever it is, it ends in `open_login`; from there on the cookie is all that counts.
"""

from datetime import timedelta
from typing import Protocol

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from token_service import audit
from token_service.database import Transaction, utc_now
from token_service.models import Login, Role
from token_service.secret_values import digest, new_secret

COOKIE = "epedicare_session"
LOGIN_LIFE = timedelta(hours=12)


class SignIn(Protocol):
    name: str  # what /configuration tells the pages

    def router(self) -> APIRouter: ...


async def open_login(db: Transaction, account: str) -> str:
    """Returns the cookie's value. `account` is the provider's opaque subject."""
    cookie = new_secret()
    db.add(Login(account=account, cookie_digest=digest(cookie), expires_at=utc_now() + LOGIN_LIFE))
    audit.record_by(db, Role.PRACTITIONER, "signed_in", account=account)
    return cookie


async def login_of(db: Transaction, request: Request) -> Login | None:
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    return await db.scalar(
        select(Login).where(
            Login.cookie_digest == digest(cookie),
            Login.revoked_at.is_(None),
            Login.expires_at > utc_now(),
        )
    )


def set_cookie(request: Request, response: Response, cookie: str) -> None:
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LOGIN_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
