"""Server-sent events: what the caller may see, at once and on each change."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse
from starlette.types import Receive, Scope, Send

from token_service import callers
from token_service.broker import Bell, Listener, Shown
from token_service.callers import Patient, Practitioner
from token_service.database import AWAY, utc_now
from token_service.logins import lasting
from token_service.models import Login
from token_service.service import Running, Service, SessionId

KEEP_ALIVE_S = 10
SHORTEST_WAIT_S = 0.1
NO_DATABASE_S = 1.0

router = APIRouter(tags=["events"])


Events = AsyncIterator[dict[str, str]]


class EventStream(EventSourceResponse):
    """Closes its listener however it ends, also before its first word."""

    def __init__(self, listener: Bell, events: Events) -> None:
        # Those that were opened at once are not all told at once.
        ping_s = KEEP_ALIVE_S * random.uniform(0.5, 1)
        super().__init__(events, ping=ping_s, headers={"Cache-Control": "no-store"})
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._listener.close()


@router.get("/me/events", response_class=EventSourceResponse)
async def my_events(request: Request, service: Running) -> EventSourceResponse:
    """Says nothing; ends with the login."""
    async with service.database.read() as db:
        login = await callers.signed_in(db, request)
    listener = service.broker.listen_to_logins(login.id)
    return EventStream(listener, _while_signed_in(service, listener, login.id))


@router.get("/sessions/{session_id}/events", response_class=EventSourceResponse)
async def events(session_id: SessionId, request: Request, service: Running) -> EventSourceResponse:
    caller = callers.in_the_call(request)
    listener = service.broker.listen(session_id, caller.key)
    service.notices.note(caller.notice("watched"))
    return EventStream(listener, _session(listener, caller))


async def _while_signed_in(service: Service, listener: Bell, login_id: str) -> Events:
    while True:
        try:
            async with service.database.read() as db:
                lasts = (await lasting(db, Login.id == login_id)).get(login_id)
        except AWAY:
            await asyncio.sleep(NO_DATABASE_S)
            continue
        if lasts is None:
            return
        yield {"event": "login", "data": "{}"}
        await listener.changed(_seconds_until(lasts.sure_until))


async def _session(listener: Listener, caller: Patient | Practitioner) -> Events:
    """Ends when the caller may no longer look: signed out, replaced, or the session is over."""
    sent = ""
    while (shown := await _shown(listener)) is not None and _may_look(caller, shown):
        who = caller.who if isinstance(caller, Patient) else shown.logins[caller.login.id].who
        if (view := shown.views[who]) != sent:
            yield {"event": "session", "data": view}
            sent = view
        if isinstance(caller, Patient):
            if shown.over:
                return
            await listener.changed()
        elif not await listener.changed(_seconds_until(shown.logins[caller.login.id].sure_until)):
            listener.look_again()


async def _shown(listener: Listener) -> Shown | None:
    """While the database is away nothing is said, and nobody's stream breaks."""
    while True:
        try:
            return await listener.shown()
        except AWAY:
            await asyncio.sleep(NO_DATABASE_S)


def _may_look(caller: Patient | Practitioner, shown: Shown) -> bool:
    if isinstance(caller, Patient):
        return shown.patient_identity == caller.seat.identity
    return caller.login.id in shown.logins


def _seconds_until(moment: datetime) -> float:
    return max(SHORTEST_WAIT_S, (moment - utc_now()).total_seconds())
