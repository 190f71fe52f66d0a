"""Is it alive, is it ready, and what can it do."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.errors import LiveKitUnavailable
from agent.http.problems import problem_response
from token_service.service import Running, Service

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str = "ok"
    livekit_url: str


class Ready(BaseModel):
    status: str = "ok"
    database: bool
    livekit: bool


@router.get("/health")
async def health(service: Running) -> Health:
    return Health(livekit_url=service.settings.livekit_url)


@router.get("/livez")
async def alive() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", response_model=Ready)
async def ready(service: Running) -> JSONResponse:
    checks = {
        "database": await _database_answers(service),
        "livekit": await _livekit_answers(service),
    }
    if all(checks.values()):
        return JSONResponse({"status": "ok", **checks})
    missing = " and ".join(name for name, answers in checks.items() if not answers)
    return problem_response(503, "not-ready", f"No answer from: {missing}.", **checks)


async def _database_answers(service: Service) -> bool:
    try:
        async with service.database.read() as db:
            await db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


async def _livekit_answers(service: Service) -> bool:
    try:
        await service.gateway.room_names()
    except LiveKitUnavailable:
        return False
    return True
