"""The beat against the real server, whose answers LiveKit's client loses now and then."""

import asyncio

import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer

from agent.room.heartbeat import announce
from agent.wire.generated import analysis_pb2 as pb
from token_service.reconciler import BEAT_TIMEOUT_S

pytestmark = pytest.mark.livekit

BEATS = 800  # some seven answers are lost among so many,
PAUSE_S = 0.002  # but none back to back


async def test_a_lost_answer_does_not_hold_up_the_next_beat(livekit_server: LiveKitServer) -> None:
    grants = api.VideoGrants(
        room_join=True, room="beats", can_update_own_metadata=True, hidden=True
    )
    token = (
        api.AccessToken(livekit_server.api_key, livekit_server.api_secret)
        .with_identity("analysis-beats")
        .with_grants(grants)
        .to_jwt()
    )
    address = livekit_server.url.replace("ws", "http", 1)
    async with api.LiveKitAPI(address, livekit_server.api_key, livekit_server.api_secret) as lk:
        await lk.room.create_room(api.CreateRoomRequest(name="beats"))
        room = rtc.Room()
        await room.connect(livekit_server.url, token)
        waiting = pb.Status(state=pb.AGENT_STATE_WAITING, keeping=pb.KEEPING_ON)
        try:
            for beat in range(1, BEATS + 1):
                await asyncio.sleep(PAUSE_S)
                async with asyncio.timeout(BEAT_TIMEOUT_S / 2):
                    await announce(room.local_participant, waiting, beat)
            of = api.RoomParticipantIdentity(room="beats", identity="analysis-beats")
            known = (await lk.room.get_participant(of)).attributes
        finally:
            await room.disconnect()
    assert dict(known) == {"state": "waiting", "keeps": "yes", "beat": str(BEATS)}
