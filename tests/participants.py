"""Real participants for tests: they take the same HTTP and LiveKit ways as the pages do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx2
from google.protobuf.message import Message
from livekit import api, rtc

from agent.contract import Topic
from agent.dev_stack.footage import Footage
from agent.dev_stack.practitioner import Practitioner
from agent.dev_stack.sample_patient import Camera
from agent.dev_stack.seat import RoomAccess, Seat
from agent.wire.generated import analysis_pb2 as pb

MESSAGES: dict[str, type[Message]] = {
    Topic.FRAME: pb.FrameResult,
    Topic.WINDOW: pb.WindowResult,
    Topic.EVENT: pb.Event,
    Topic.STATUS: pb.Status,
    Topic.REGISTRY: pb.Registry,
}


async def eventually(
    check: Callable[[], object] | Callable[[], Awaitable[object]], within_s: float, what: str
) -> float:
    """Seconds until check gives something true; fails the test when it does not in time."""
    began = time.monotonic()
    while True:
        found = check()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return time.monotonic() - began
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s:g} s: {what}")
        await asyncio.sleep(0.05)


async def confirm(livekit: api.LiveKitAPI, room: str, identity: str) -> None:
    """What the service does for each connection of an admitted practitioner."""
    of = api.RoomParticipantIdentity(room=room, identity=identity)
    sid = (await livekit.room.get_participant(of)).sid
    await livekit.room.update_participant(
        api.UpdateParticipantRequest(
            room=room, identity=identity, attributes={"confirmed_for": sid}
        )
    )


class Received:
    """Every data packet that reached one participant."""

    def __init__(self) -> None:
        self.packets: list[tuple[float, str, bytes, str | None]] = []

    def listen(self, room: rtc.Room) -> None:
        room.on("data_received", self._keep)
        room.register_byte_stream_handler(Topic.REGISTRY, self._keep_stream)

    def _keep(self, packet: rtc.DataPacket) -> None:
        sender = packet.participant.identity if packet.participant else None
        self.packets.append((time.time(), packet.topic or "", bytes(packet.data), sender))

    def _keep_stream(self, reader: rtc.ByteStreamReader, sender: str) -> None:
        async def keep() -> None:
            data = b"".join([chunk async for chunk in reader])
            self.packets.append((time.time(), Topic.REGISTRY, data, sender or None))

        self._reading = asyncio.create_task(keep())

    def of(self, topic: str) -> list[Message]:
        return [MESSAGES[topic].FromString(data) for _, t, data, _ in self.packets if t == topic]

    def timed_frames(self) -> list[tuple[float, pb.FrameResult]]:
        """With the Unix time of their arrival."""
        return [
            (at, pb.FrameResult.FromString(data))
            for at, topic, data, _ in self.packets
            if topic == Topic.FRAME
        ]

    @property
    def statuses(self) -> list[pb.Status]:
        return self.of(Topic.STATUS)  # type: ignore[return-value]

    @property
    def frames(self) -> list[pb.FrameResult]:
        return self.of(Topic.FRAME)  # type: ignore[return-value]

    @property
    def last_frame_at(self) -> float:
        """Unix time at which the newest frame's result came; 0 when none did."""
        return max((at for at, topic, *_ in self.packets if topic == Topic.FRAME), default=0.0)

    @property
    def states(self) -> list[pb.AgentState]:
        return [status.state for status in self.statuses]


class Joined:
    """Somebody in a room, with all that they received."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.received = Received()

    async def join(self, access: RoomAccess, *, auto_subscribe: bool = False) -> None:
        self.room = rtc.Room()
        self.received.listen(self.room)
        await self.room.connect(
            access.url, access.token, rtc.RoomOptions(auto_subscribe=auto_subscribe)
        )

    async def leave(self) -> None:
        if self.room.isconnected():
            await self.room.disconnect()


class Patient(Joined):
    def __init__(self, seat: Seat, footage: Footage) -> None:
        super().__init__()
        self.seat = seat
        self.camera = Camera(footage)
        self._playing: asyncio.Task[None] | None = None

    async def turn_camera_on(self) -> None:
        source = await self.camera.publish(self.room)
        self._playing = asyncio.create_task(self.camera.play(source))

    async def turn_camera_off(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            with suppress(asyncio.CancelledError):
                await self._playing
            self._playing = None
        for publication in list(self.room.local_participant.track_publications.values()):
            await self.room.local_participant.unpublish_track(publication.sid)

    async def leave(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
        await super().leave()


async def practitioner_access(http: httpx2.AsyncClient, session_id: str) -> RoomAccess:
    answer = await http.post("/api/v1/token", json={"room_name": session_id})
    answer.raise_for_status()
    access = answer.json()
    return RoomAccess(access["server_url"], access["participant_token"])


async def take_patient_seat(
    service_url: str, practitioner: Practitioner, session_id: str, folder: Path
) -> tuple[httpx2.AsyncClient, Seat]:
    http = httpx2.AsyncClient(base_url=service_url, timeout=20)
    seat = await Seat.redeem(http, await practitioner.invite(session_id), folder / session_id)
    return http, seat
