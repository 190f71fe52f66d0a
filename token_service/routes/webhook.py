"""Where LiveKit says that something happened. A hint to look, nothing more."""

from fastapi import APIRouter, Request

from agent.contract import WEBHOOK_PATH
from token_service.service import Running

router = APIRouter(tags=["webhook"])


@router.post(WEBHOOK_PATH, status_code=204)
async def webhook(request: Request, service: Running) -> None:
    service.inbox.receive(await request.body(), request.headers.get("authorization", ""))
    service.reconciler.look_sooner()
