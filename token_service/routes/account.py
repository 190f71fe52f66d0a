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
from token_service.sign_in import delete_cookie, login_of

router = APIRouter(tags=["sign-in"])


class Configuration(BaseModel):
    sign_in: str
    capabilities: dict[str, bool]


class Me(BaseModel):
    role: Role


@router.get("/configuration")
async def configuration(service: Running) -> Configuration:
    return Configuration(sign_in=service.sign_in.name, capabilities={})


@router.get("/me")
async def me(request: Request, service: Running) -> Me:
    async with service.database.read() as db:
        await signed_in(db, request)
    return Me(role=Role.PRACTITIONER)


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
