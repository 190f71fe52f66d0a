"""The pages' configuration, and who is signed in."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from token_service import audit
from token_service.callers import signed_in
from token_service.database import utc_now
from token_service.models import Role
from token_service.requests import Nothing
from token_service.seats import revoke_seats_of
from token_service.service import Running
from token_service.sign_in import delete_cookie, login_of, name_in

router = APIRouter(tags=["sign-in"])


class Configuration(BaseModel):
    sign_in: str
    provider: str | None = None  # the name of whoever vouches for practitioners
    capabilities: dict[str, bool]


class Me(BaseModel):
    role: Role
    name: str | None = None  # the person's own, as the provider gives it


@router.get("/configuration", response_model_exclude_none=True)
async def configuration(service: Running) -> Configuration:
    sign_in = service.sign_in
    return Configuration(sign_in=sign_in.name, provider=sign_in.provider_name, capabilities={})


@router.get("/me", response_model_exclude_none=True)
async def me(request: Request, service: Running) -> Me:
    async with service.database.read() as db:
        login = await signed_in(db, request)
    return Me(role=Role.PRACTITIONER, name=name_in(login, request))


@router.post("/sign-out", status_code=204)
async def sign_out(_: Nothing, request: Request, response: Response, service: Running) -> None:
    async with service.database.begin() as db:
        login = await login_of(db, request)
        seats = await revoke_seats_of(db, login) if login else []
        if login:
            login.revoked_at = utc_now()
            audit.record_by(db, Role.PRACTITIONER, "signed_out", account=login.account)
    for seat in seats:
        service.changed(seat.session_id)
    service.broker.all_changed()
    delete_cookie(response, service.settings)
