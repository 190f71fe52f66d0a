"""Publishing on the real server, when the server goes and when the room was never there."""

import asyncio
from pathlib import Path

import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer, find_livekit_server

from agent.contract import Topic
from agent.room.publisher import Publisher

pytestmark = pytest.mark.livekit

ROOM = "room"


def token(server: LiveKitServer, identity: str, role: str) -> str:
    access = api.AccessToken(server.api_key, server.api_secret).with_identity(identity)
    grants = api.VideoGrants(room_join=True, room=ROOM)
    return access.with_grants(grants).with_attributes({"role": role}).to_jwt()


async def test_a_lost_server_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    binary = find_livekit_server()
    assert binary is not None
    server = LiveKitServer(tmp_path, binary)
    server.start()
    async with api.LiveKitAPI(server.url, server.api_key, server.api_secret) as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name=ROOM))
    sender, practitioner = rtc.Room(), rtc.Room()
    await practitioner.connect(server.url, token(server, "practitioner", "practitioner"))
    await sender.connect(server.url, token(server, "sender", "agent"))
    failures: list[str] = []
    publisher = Publisher(sender, None, failures.append)
    assert publisher.recipients() == ["practitioner"]
    server.kill()
    await sender.disconnect()
    for _ in range(20):
        publisher._put(b"a status", Topic.STATUS, ["practitioner"])
    await asyncio.sleep(2)
    assert publisher._outbox.empty()
    assert [record.name for record in caplog.records].count("agent.room.publisher") == 1
    assert failures == []
    await publisher.aclose()
    await practitioner.disconnect()


async def test_a_publisher_that_breaks_is_told() -> None:
    failures: list[str] = []
    never_connected = rtc.Room()
    publisher = Publisher(never_connected, None, failures.append)
    publisher._outbox.put_nowait(None)  # type: ignore[arg-type]  # no packet
    await asyncio.sleep(0.1)
    assert failures == ["publishing failed"]
    await publisher.aclose()
