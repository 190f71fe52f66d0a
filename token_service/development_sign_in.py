"""Sign-in by a one-time secret printed on the terminal. For development on loopback only."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import update

from agent.http.problems import NotSignedIn, TooManyTries
from token_service.database import Database, Transaction, utc_now
from token_service.models import SignInSecret
from token_service.secret_values import digest, new_secret
from token_service.service import Running, address_of
from token_service.sign_in import open_login, set_cookie

SECRET_LIFE = timedelta(hours=12)
ACCOUNT = "development"


class Secret(BaseModel):
    model_config = ConfigDict(extra="forbid")

    secret: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class DevelopmentSignIn:
    name = "development"

    def router(self) -> APIRouter:
        router = APIRouter(tags=["sign-in"])
        router.add_api_route("/sign-in", sign_in, methods=["POST"], status_code=204)
        return router


async def sign_in(given: Secret, request: Request, response: Response, service: Running) -> None:
    address = address_of(request)
    wait_s = service.sign_in_failures.wait_s(address)
    if wait_s:
        raise TooManyTries(
            "too-many-tries", "Too many tries. Wait, then try again.", retry_after_s=wait_s
        )
    service.sign_in_failures.failed(address)
    async with service.database.begin() as db:
        cookie = await open_login(db, ACCOUNT) if await _use(db, given.secret) else None
    if cookie is None:
        raise NotSignedIn("wrong-secret", "This sign-in link is not valid, or was used already.")
    service.sign_in_failures.succeeded(address)
    set_cookie(request, response, cookie)


async def new_sign_in_secret(database: Database) -> str:
    secret = new_secret()
    async with database.begin() as db:
        db.add(SignInSecret(secret_digest=digest(secret), expires_at=utc_now() + SECRET_LIFE))
    return secret


def sign_in_link(host: str, port: int, secret: str, session_id: str | None = None) -> str:
    page = f"/practitioner/sessions/{session_id}" if session_id else "/practitioner"
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}{page}#sign-in={secret}"


async def _use(db: Transaction, secret: str) -> bool:
    unused = update(SignInSecret).where(
        SignInSecret.secret_digest == digest(secret),
        SignInSecret.used_at.is_(None),
        SignInSecret.expires_at > utc_now(),
    )
    taken = unused.values(used_at=utc_now()).returning(SignInSecret.secret_digest)
    return await db.scalar(taken) is not None
