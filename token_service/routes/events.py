"""Server-sent events: the session as the caller may see it, at once and on each change."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse

from agent.http.problems import Gone, Problem
from token_service import callers
from token_service.models import Role
from token_service.service import Running, Service, SessionId
from token_service.views import SessionView, view_of

KEEP_ALIVE_S = 10

router = APIRouter(tags=["events"])


@router.get("/sessions/{session_id}/events", response_class=EventSourceResponse)
async def events(session_id: SessionId, request: Request, service: Running) -> EventSourceResponse:
    first = await _view(service, request, session_id)
    return EventSourceResponse(
        _stream(service, request, session_id, first),
        ping=KEEP_ALIVE_S,
        headers={"Cache-Control": "no-store"},
    )


async def _stream(
    service: Service, request: Request, session_id: str, view: SessionView
) -> AsyncIterator[dict[str, str]]:
    """Ends when the caller may no longer look: signed out, replaced, or the session is over."""
    with service.broker.listen(session_id) as changed:
        sent: SessionView | None = None
        while True:
            if view != sent:
                yield {"event": "session", "data": view.model_dump_json()}
                sent = view
            await changed.wait()
            changed.clear()
            try:
                view = await _view(service, request, session_id)
            except Gone:
                view = await service.view(session_id, Role.PATIENT)
                yield {"event": "session", "data": view.model_dump_json()}
                return
            except Problem:
                return


async def _view(service: Service, request: Request, session_id: str) -> SessionView:
    async with service.database.begin() as db:
        caller = await callers.either(db, request, session_id)
        agent = service.reconciler.agent_state(session_id)
        return view_of(caller.session, agent, caller.role)
