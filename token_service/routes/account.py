"""The pages' configuration, and who is signed in."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from token_service.callers import signed_in
from token_service.logins import close_login
from token_service.models import Role
from token_service.requests import Nothing
from token_service.service import Running
from token_service.sign_in import delete_cookie, kept_in, login_of

router = APIRouter(tags=["sign-in"])


class Configuration(BaseModel):
    sign_in: str
    provider: str | None = None  # the name of whoever vouches for practitioners
    capabilities: dict[str, bool]


class Me(BaseModel):
    role: Role
    name: str | None = None  # the person's own, as the provider gives it


class SignedOut(BaseModel):
    continue_at: str  # the provider's page, which ends the session there


@router.get("/configuration", response_model_exclude_none=True)
async def configuration(service: Running) -> Configuration:
    sign_in = service.sign_in
    return Configuration(sign_in=sign_in.name, provider=sign_in.provider_name, capabilities={})


@router.get("/me", response_model_exclude_none=True)
async def me(request: Request, service: Running) -> Me:
    async with service.database.read() as db:
        login = await signed_in(db, request)
    return Me(role=Role.PRACTITIONER, name=kept_in(login, request).get("name"))


@router.post("/sign-out", response_model=SignedOut | None)
async def sign_out(
    _: Nothing, request: Request, response: Response, service: Running
) -> SignedOut | None:
    """204, or where to sign out next."""
    kept: dict[str, str | None] = {}
    sessions: set[str] = set()
    async with service.database.begin() as db:
        login = await login_of(db, request)
        if login:
            kept = kept_in(login, request)
            sessions = await close_login(db, login, "signed_out")
    service.signed_out(sessions)
    delete_cookie(response, service.settings)
    place = await service.sign_in.farewell(kept, service.origin(request)) if login else None
    if place is None:
        response.status_code = 204
        return None
    return SignedOut(continue_at=place)
