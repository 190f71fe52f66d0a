"""Where LiveKit says that something happened. A hint to look, nothing more."""

from fastapi import APIRouter, Request

from agent.contract import WEBHOOK_PATH
from agent.record.folder import SESSION_ID
from token_service.service import Running

# Not what they publish: of that nothing is planned.
WHO_IS_THERE = {"participant_joined", "participant_left", "room_started", "room_finished"}

router = APIRouter(tags=["webhook"])


@router.post(WEBHOOK_PATH, status_code=204)
async def webhook(request: Request, service: Running) -> None:
    event = service.inbox.receive(await request.body(), request.headers.get("authorization", ""))
    if event.event in WHO_IS_THERE and SESSION_ID.fullmatch(event.room.name):
        service.reconciler.look_sooner(event.room.name)
