"""How a practitioner proves who they are: the one part that another identity provider replaces.

Whatever it is, it ends in `open_login`; from there on its two secrets are all that counts. A cookie
alone would not do: browsers send it to every port of the host, whoever listens there. The key stays
with the page's origin, and comes in a header.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from agent.contract import ORIGIN_KEY_HEADER
from token_service import audit
from token_service.database import Transaction, utc_now
from token_service.logins import is_open, touch
from token_service.models import Login
from token_service.roles import audited_role
from token_service.sealed import seal, unseal
from token_service.secret_values import digest, new_secret
from token_service.settings import ServiceSettings

COOKIE = "epedicare_session"
OF_THIS_HOST = "__Host-"  # browsers take such a cookie over TLS alone, and from no other host
LOGIN_LIFE = timedelta(hours=12)  # of a link's
COOKIE_LIFE = timedelta(days=7)  # longer than any login: when that is over, the service says


class SignIn(Protocol):
    name: str  # what /configuration tells the pages

    @property
    def provider_name(self) -> str | None:
        """For the button, if a provider is gone to."""

    def router(self) -> APIRouter: ...

    async def farewell(self, kept: Mapping[str, str | None], origin: str) -> str | None:
        """Where whoever signs out here signs out next. `kept`: what was sealed with the login."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class There:
    """The session that the person has at the provider, by which the provider may end the login."""

    subject_digest: str
    sid_digest: str | None
    kept: Mapping[str, str | None]  # sealed, for the browser that signed in
    idle_limit: timedelta
    longest_login: timedelta


@dataclass(frozen=True, slots=True)
class OpenedLogin:
    cookie: str
    key: str


async def open_login(db: Transaction, account: str, there: There | None = None) -> OpenedLogin:
    opened = OpenedLogin(cookie=new_secret(), key=new_secret())
    login = Login(
        account=account,
        cookie_digest=digest(opened.cookie),
        key_digest=digest(opened.key),
        expires_at=utc_now() + LOGIN_LIFE,
    )
    if there is not None:
        login.there_subject_digest = there.subject_digest
        login.there_sid_digest = there.sid_digest
        login.sealed = seal(there.kept, opened.cookie)
        login.expires_at = utc_now() + there.longest_login
        login.idle_limit_s = int(there.idle_limit.total_seconds())
        touch(login)
    db.add(login)
    audit.record_by(db, await audited_role(db, account), "signed_in", account=account)
    return opened


async def login_of(db: Transaction, request: Request) -> Login | None:
    cookie = request.cookies.get(cookie_name(request.app.state.service.settings))
    key = request.headers.get(ORIGIN_KEY_HEADER)
    if not cookie or not key:
        return None
    return await db.scalar(
        select(Login).where(
            Login.cookie_digest == digest(cookie),
            Login.key_digest == digest(key),
            is_open(),
        )
    )


def kept_in(login: Login, request: Request) -> dict[str, str | None]:
    """For the browser that the person signed in with, and no other."""
    cookie = request.cookies.get(cookie_name(request.app.state.service.settings), "")
    return unseal(login.sealed or "", cookie)


def set_cookie(response: Response, cookie: str, settings: ServiceSettings) -> None:
    response.set_cookie(
        cookie_name(settings),
        cookie,
        max_age=int(COOKIE_LIFE.total_seconds()),
        secure=settings.is_https,
        httponly=True,
        samesite="strict",
    )


def delete_cookie(response: Response, settings: ServiceSettings) -> None:
    response.delete_cookie(
        cookie_name(settings), secure=settings.is_https, httponly=True, samesite="strict"
    )


def cookie_name(settings: ServiceSettings, name: str = COOKIE) -> str:
    """The public address decides, not the request: between a proxy and this there is no TLS."""
    return OF_THIS_HOST + name if settings.is_https else name
