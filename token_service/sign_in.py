"""How a practitioner proves who they are: the one part that another identity provider replaces.

Whatever it is, it ends in `open_login`; from there on its two secrets are all that counts. A cookie
alone would not do: browsers send it to every port of the host, whoever listens there. The key stays
with the page's origin, and comes in a header.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from agent.contract import ORIGIN_KEY_HEADER
from token_service import audit
from token_service.database import Transaction, utc_now
from token_service.models import Login, Role
from token_service.secret_values import digest, new_secret
from token_service.settings import ServiceSettings

COOKIE = "epedicare_session"
OF_THIS_HOST = "__Host-"  # browsers take such a cookie over TLS alone, and from no other host
LOGIN_LIFE = timedelta(hours=12)


class SignIn(Protocol):
    name: str  # what /configuration tells the pages

    def router(self) -> APIRouter: ...


@dataclass(frozen=True, slots=True)
class OpenedLogin:
    cookie: str
    key: str


async def open_login(db: Transaction, account: str) -> OpenedLogin:
    """`account` is the provider's opaque subject."""
    opened = OpenedLogin(cookie=new_secret(), key=new_secret())
    db.add(
        Login(
            account=account,
            cookie_digest=digest(opened.cookie),
            key_digest=digest(opened.key),
            expires_at=utc_now() + LOGIN_LIFE,
        )
    )
    audit.record_by(db, Role.PRACTITIONER, "signed_in", account=account)
    return opened


async def login_of(db: Transaction, request: Request) -> Login | None:
    cookie = request.cookies.get(_name(request.app.state.service.settings))
    key = request.headers.get(ORIGIN_KEY_HEADER)
    if not cookie or not key:
        return None
    return await db.scalar(
        select(Login).where(
            Login.cookie_digest == digest(cookie),
            Login.key_digest == digest(key),
            Login.revoked_at.is_(None),
            Login.expires_at > utc_now(),
        )
    )


def set_cookie(response: Response, cookie: str, settings: ServiceSettings) -> None:
    response.set_cookie(
        _name(settings),
        cookie,
        max_age=int(LOGIN_LIFE.total_seconds()),
        secure=settings.is_https,
        httponly=True,
        samesite="strict",
    )


def delete_cookie(response: Response, settings: ServiceSettings) -> None:
    response.delete_cookie(
        _name(settings), secure=settings.is_https, httponly=True, samesite="strict"
    )


def _name(settings: ServiceSettings) -> str:
    """The public address decides, not the request: between a proxy and this there is no TLS."""
    return OF_THIS_HOST + COOKIE if settings.is_https else COOKIE
