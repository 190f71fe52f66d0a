"""The pages' configuration, and who is signed in."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from token_service.accounts import code_of, units_of
from token_service.callers import person, signed_in
from token_service.database import Transaction, utc_now
from token_service.logins import Lasting, close_login, lasting, touch
from token_service.models import AccountRole, Login, Unit
from token_service.requests import Nothing
from token_service.service import Running
from token_service.sign_in import delete_cookie, kept_in, login_of

router = APIRouter(tags=["sign-in"])


class Configuration(BaseModel):
    sign_in: str
    provider: str | None = None  # the name of whoever vouches for practitioners
    capabilities: dict[str, bool]


class UnitView(BaseModel):
    id: str
    title: str
    patient_code_pattern: str | None = None  # what its codes look like that are typed

    @classmethod
    def of(cls, unit: Unit) -> "UnitView":
        return cls(id=unit.id, title=unit.title, patient_code_pattern=unit.patient_code_pattern)


class Me(BaseModel):
    roles: list[AccountRole]
    units: list[UnitView]
    code: str  # what to tell an administrator, or a colleague who invites
    name: str | None = None  # the person's own, as the provider gives it


class LoginLasts(BaseModel):
    """Until the person is signed out; null: not while they are in a call, or by nothing."""

    idle_in_s: int | None  # if nothing is done
    ends_in_s: int | None  # whatever is done


class SignedOut(BaseModel):
    continue_at: str  # the provider's page, which ends the session there


@router.get("/configuration", response_model_exclude_none=True)
async def configuration(service: Running) -> Configuration:
    sign_in = service.sign_in
    return Configuration(sign_in=sign_in.name, provider=sign_in.provider_name, capabilities={})


@router.get("/me", response_model_exclude_none=True)
async def me(request: Request, service: Running) -> Me:
    async with service.database.read() as db:
        me = await person(db, request)
        units = await units_of(db, me.account)
    return Me(
        roles=[role for role in AccountRole if role in me.roles],
        units=[UnitView.of(unit) for unit in units],
        code=code_of(me.account),
        name=kept_in(me.login, request).get("name"),
    )


@router.get("/me/login")
async def my_login(request: Request, service: Running) -> LoginLasts:
    """Asking is doing nothing."""
    async with service.database.read() as db:
        return await _lasts(db, await signed_in(db, request))


@router.post("/me/active")
async def active(_: Nothing, request: Request, service: Running) -> LoginLasts:
    """The person has touched the page."""
    async with service.database.begin() as db:
        login = await signed_in(db, request)
        touch(login)
        await db.flush()
        return await _lasts(db, login)


async def _lasts(db: Transaction, login: Login) -> LoginLasts:
    lasts = (await lasting(db, Login.id == login.id)).get(login.id, Lasting(None, None))
    return LoginLasts(
        idle_in_s=_seconds_until(lasts.idle_at), ends_in_s=_seconds_until(lasts.expires_at)
    )


def _seconds_until(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, int((moment - utc_now()).total_seconds()))


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
