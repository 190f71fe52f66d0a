"""Sign-in by a one-time secret printed on the terminal. For development on loopback only."""

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select

from agent.http.problems import NotSignedIn
from token_service.accounts import account_here
from token_service.audit import UNKNOWN, Notice
from token_service.database import Database, Transaction, utc_now
from token_service.metrics import OPENED, REFUSED
from token_service.models import AccountRole, SignInSecret
from token_service.requests import LinkSecret
from token_service.secret_values import digest, new_secret
from token_service.service import Running, Service
from token_service.sign_in import OpenedLogin, open_login, set_cookie

SECRET_LIFE = timedelta(hours=12)
ACCOUNT = "development"


class Secret(BaseModel):
    model_config = ConfigDict(extra="forbid")

    secret: LinkSecret


class SignedIn(BaseModel):
    key: str


class DevelopmentSignIn:
    name = "development"
    provider_name: str | None = None

    def router(self) -> APIRouter:
        router = APIRouter(tags=["sign-in"])
        router.add_api_route("/sign-in", sign_in, methods=["POST"], status_code=201)
        return router

    async def farewell(self, kept: Mapping[str, str | None], origin: str) -> str | None:
        return None

    async def close(self) -> None:
        pass


async def sign_in(given: Secret, response: Response, service: Running) -> SignedIn:
    """Tries are not counted: 256 random bits are not guessed, and a clinic has one address."""
    opened = await _sign_in(service, given.secret)
    if opened is None:
        service.notices.note(Notice(UNKNOWN, "sign_in_refused"))
        service.metrics.login(REFUSED)
        raise NotSignedIn("wrong-secret", "This sign-in link is not valid, or was used already.")
    service.broker.all_changed()
    service.metrics.login(OPENED)
    set_cookie(response, opened.cookie, service.settings)
    return SignedIn(key=opened.key)


async def new_sign_in_secret(database: Database) -> str:
    secret = new_secret()
    async with database.begin() as db:
        db.add(SignInSecret(secret_digest=digest(secret), expires_at=utc_now() + SECRET_LIFE))
    return secret


def sign_in_link(address: str, secret: str, session_id: str | None = None) -> str:
    page = f"/practitioner/sessions/{session_id}" if session_id else "/practitioner"
    return f"{address}{page}#sign-in={secret}"


async def _sign_in(service: Service, secret: str) -> OpenedLogin | None:
    """Whoever guesses keeps nobody from writing."""
    async with service.database.read() as db:
        if await db.scalar(_unused(secret)) is None:
            return None
    async with service.database.begin() as db:
        if not await _use(db, secret):
            return None
        account = await account_here(db, ACCOUNT, [AccountRole.PRACTITIONER])
        return await open_login(db, account.id)


def _unused(secret: str) -> Select[SignInSecret]:
    return select(SignInSecret).where(
        SignInSecret.secret_digest == digest(secret),
        SignInSecret.used_at.is_(None),
        SignInSecret.expires_at > utc_now(),
    )


async def _use(db: Transaction, secret: str) -> bool:
    found = await db.scalar(_unused(secret).with_for_update())
    if found is not None:
        found.used_at = utc_now()
    return found is not None
