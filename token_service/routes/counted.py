"""Changes are counted for each caller, and refused before they reach the queue of writers."""

from fastapi import Depends, Request

from token_service import callers
from token_service.service import Running, SessionId


async def _count(session_id: SessionId, request: Request, service: Running) -> None:
    async with service.database.read() as db:
        key = await callers.key_of(db, request, session_id)
    service.changes.take(key)


COUNTED = [Depends(_count)]
