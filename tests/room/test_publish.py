"""Publishing on the real server, when the server goes and when the room was never there."""

import asyncio
from pathlib import Path

import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer, find_livekit_server
from participants import Joined, confirm, eventually

from agent.contract import Topic
from agent.dev_stack.seat import RoomAccess
from agent.room.publisher import Publisher
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.livekit

ROOM = "room"


def token(server: LiveKitServer, identity: str, role: str, **attributes: str) -> str:
    access = api.AccessToken(server.api_key, server.api_secret).with_identity(identity)
    grants = api.VideoGrants(room_join=True, room=ROOM)
    attributes["role"] = role
    return access.with_grants(grants).with_attributes(attributes).to_jwt()


async def test_only_the_confirmed_connection_of_a_practitioner_receives(
    livekit_server: LiveKitServer,
) -> None:
    url, key, secret = livekit_server.url, livekit_server.api_key, livekit_server.api_secret
    sender, doctor, again = rtc.Room(), Joined(), Joined()
    failures: list[str] = []
    async with api.LiveKitAPI(url, key, secret) as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name=ROOM))
        await sender.connect(url, token(livekit_server, "sender", "agent"))
        publisher = Publisher(sender, None, failures.append)
        try:
            await doctor.join(RoomAccess(url, token(livekit_server, "doctor", "practitioner")))
            await eventually(lambda: sender.remote_participants, 30, "the doctor")
            assert publisher.recipients() == []
            await confirm(livekit, ROOM, "doctor")
            await eventually(publisher.recipients, 30, "confirmed")
            publisher.greet()
            publisher.status(pb.Status(t_ms=1))
            await eventually(lambda: doctor.received.of(Topic.REGISTRY), 30, "the registry")
            await eventually(lambda: doctor.received.statuses, 30, "a status")

            # A token that LiveKit renewed carries what was said of the connection before.
            of_before = {"confirmed_for": doctor.room.local_participant.sid}
            await again.join(
                RoomAccess(url, token(livekit_server, "doctor", "practitioner", **of_before))
            )
            await eventually(
                lambda: (
                    (there := sender.remote_participants.get("doctor")) is not None
                    and there.sid == again.room.local_participant.sid
                ),
                5,
                "the second connection",
            )
            publisher.greet()
            publisher.status(pb.Status(t_ms=1))
            await asyncio.sleep(1)
            assert again.received.packets == []
        finally:
            await publisher.aclose()
            for somebody in (doctor, again):
                await somebody.leave()
            await sender.disconnect()
            await livekit.room.delete_room(api.DeleteRoomRequest(room=ROOM))
    assert failures == []


async def test_a_lost_server_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    binary = find_livekit_server()
    assert binary is not None
    server = LiveKitServer(tmp_path, binary)
    server.start()
    async with api.LiveKitAPI(server.url, server.api_key, server.api_secret) as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name=ROOM))
        sender, practitioner = rtc.Room(), rtc.Room()
        await practitioner.connect(server.url, token(server, "practitioner", "practitioner"))
        await confirm(livekit, ROOM, "practitioner")
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
