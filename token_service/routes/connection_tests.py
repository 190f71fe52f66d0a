"""Trying the line before the call: from an invitation, and from a session's pages."""

from fastapi import APIRouter, Request

from agent.errors import LiveKitUnavailable
from agent.http.problems import Unavailable
from token_service import connection_tests, invites, sessions, tokens
from token_service.callers import in_the_call
from token_service.requests import Body, LinkSecret, Nothing
from token_service.routes.token import Token
from token_service.service import Running, Service, SessionId

router = APIRouter(tags=["connection tests"])


class InvitedTest(Body):
    secret: LinkSecret


@router.post("/invites/connection-test", status_code=201)
async def test_invited(given: InvitedTest, request: Request, service: Running) -> Token:
    """Also long before the appointment. Uses nothing up."""
    service.connection_tests.take(service.bucket(request))
    async with service.database.read() as db:
        found = await invites.find_by_secret(db, given.secret)
        if found is None:
            raise invites.unknown()
        session = await sessions.find(db, found.session_id)
        if refusal := invites.refusal(found, session, by_code=False):
            raise refusal
    return await _room(service)


@router.post("/sessions/{session_id}/connection-test", status_code=201)
async def test(session_id: SessionId, _: Nothing, request: Request, service: Running) -> Token:
    caller = in_the_call(request)
    sessions.refuse_if_over(caller.session)
    service.connection_tests.take(caller.key)
    return await _room(service)


async def _room(service: Service) -> Token:
    name = connection_tests.new_name()
    try:
        await service.gateway.create_test_room(name)
    except LiveKitUnavailable:
        raise Unavailable("no-room", "LiveKit does not answer.", retry_after_s=5) from None
    return Token(
        server_url=service.settings.livekit_url,
        participant_token=tokens.mint_for_test(service.settings, name),
    )
