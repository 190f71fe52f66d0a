"""The LiveKit-standard token endpoint. The server decides everything that the token says."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints

from agent.http.problems import Conflict, Invalid, Unavailable
from token_service import audit, callers, sessions, tokens
from token_service.callers import Patient, Practitioner
from token_service.database import Transaction
from token_service.models import Admission, Seat, Session, SessionState
from token_service.requests import Body
from token_service.seats import practitioner_seat
from token_service.service import Running, Service

ROOM_WAIT_S = 3.0

router = APIRouter(tags=["token"])


class TokenRequest(Body):
    room_name: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32})?$")] | None = None
    participant_name: Any = None
    participant_identity: Any = None
    participant_metadata: Any = None
    participant_attributes: Any = None
    room_config: Any = None

    @property
    def claims_something(self) -> bool:
        return any(
            (
                self.participant_name,
                self.participant_identity,
                self.participant_metadata,
                self.participant_attributes,
                self.room_config,
            )
        )


class Token(BaseModel):
    server_url: str
    participant_token: str


@router.post("/token", status_code=201)
async def token(wanted: TokenRequest, request: Request, service: Running) -> Token:
    if wanted.claims_something:
        raise Invalid("server-decides", "Identity, name, attributes and room are the server's.")
    async with service.database.read() as db:
        caller = await _caller(db, wanted.room_name or None, request)
    service.tokens.take(caller.key)
    async with service.database.begin() as db:
        seat = await _seat(db, caller.session.id, request)
        audit.record(db, seat, "token_issued")
    service.broker.changed(seat.session_id)
    if not await service.rooms.exists(seat.session_id):
        await _wait_for_room(service, seat.session_id)
    service.reconciler.expect_somebody(seat.session_id, seat.identity)
    return Token(
        server_url=service.settings.livekit_url,
        participant_token=tokens.mint(service.settings, seat),
    )


async def _caller(
    db: Transaction, room_name: str | None, request: Request
) -> Patient | Practitioner:
    """Who may have a token now."""
    if callers.is_patient(request):
        patient = await callers.patient(db, request, room_name)
        sessions.refuse_if_over(patient.session)
        if patient.seat.admission is not Admission.ADMITTED:
            raise Conflict("not-admitted", "Wait until the practitioner has admitted you.")
        _refuse_unless_live(patient.session)
        return patient
    if room_name is None:
        raise Invalid("room-missing", "Say which session with room_name.")
    practitioner = await callers.practitioner(db, request, room_name)
    _refuse_unless_live(practitioner.session)
    return practitioner


async def _seat(db: Transaction, room_name: str, request: Request) -> Seat:
    caller = await _caller(db, room_name, request)
    if isinstance(caller, Practitioner):
        return await practitioner_seat(db, caller.session, caller.login)
    caller.seat.stepped_out = False
    return caller.seat


def _refuse_unless_live(session: Session) -> None:
    sessions.refuse_if_over(session)
    if session.state is not SessionState.LIVE:
        raise Conflict("not-live", "The session has not begun.")


async def _wait_for_room(service: Service, session_id: str) -> None:
    """A client that finds no room gives up for good: after a restart of LiveKit, wait for it."""
    service.reconciler.look_sooner(session_id)
    if not await service.rooms.wait_for(session_id, ROOM_WAIT_S):
        raise Unavailable("no-room", "LiveKit does not answer.", retry_after_s=1)
