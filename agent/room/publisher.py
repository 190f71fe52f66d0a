"""Results to admitted practitioners, those who only observe included, and to nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from livekit import rtc
from livekit.rtc.participant import PublishDataError

from agent.contract import Attribute, Role, Topic
from agent.pipeline import Results
from agent.room.background_task import run_in_background
from agent.wire.encoder import lossy_packet
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry

logger = logging.getLogger(__name__)

RECEIVE = (Role.PRACTITIONER, Role.OBSERVER)
ACTIVE = rtc.ParticipantState.PARTICIPANT_STATE_ACTIVE

WAITING_PACKETS = 512
WAITING_FRAMES = 8  # a lossy packet that would have to wait behind more is not worth sending
RECENT_EVENTS = 100


def practitioners(
    participants: Iterable[rtc.RemoteParticipant], stated: Collection[str] | None
) -> list[str]:
    """Exact identities that may receive results.

    LiveKit lets anyone join once more as `identity#suffix` with the same attributes, hence the
    check for `#`. stated: the only identities to accept, where no service of ours gives out roles.
    """
    return [
        participant.identity
        for participant in participants
        if participant.attributes.get(Attribute.ROLE) in RECEIVE
        and "#" not in participant.identity
        and (_confirmed(participant) if stated is None else participant.identity in stated)
    ]


def _confirmed(participant: rtc.RemoteParticipant) -> bool:
    """The service has looked at this very connection. Tokens outlive a sign-out, and carry the
    attributes of the connection that they were renewed for."""
    return participant.attributes.get(Attribute.CONFIRMED_FOR) == participant.sid


@dataclass(frozen=True, slots=True)
class _Packet:
    payload: bytes
    topic: str
    reliable: bool
    to: list[str]


class Publisher:
    def __init__(
        self,
        room: rtc.Room,
        stated_practitioners: Collection[str] | None,
        on_failure: Callable[[str], None],
    ) -> None:
        self._room = room
        self._stated = stated_practitioners
        self._outbox: asyncio.Queue[_Packet] = asyncio.Queue(WAITING_PACKETS)
        self._windows: dict[int, bytes] = {}
        self._events: deque[bytes] = deque(maxlen=RECENT_EVENTS)
        self._status = b""
        self._greeted: set[str] = set()  # connections that have had a snapshot
        self._overflowing = False
        self._sender = run_in_background(self._send(), "publishing", on_failure)

    def recipients(self) -> list[str]:
        return practitioners(self._room.remote_participants.values(), self._stated)

    def steering(self) -> list[str]:
        """Those of them who may ask for more than results."""
        there = self._room.remote_participants
        return [
            identity
            for identity in self.recipients()
            if there[identity].attributes.get(Attribute.ROLE) == Role.PRACTITIONER
        ]

    def results(self, results: Results) -> None:
        to = self.recipients()
        self._put(lossy_packet(results.frame), Topic.FRAME, to, reliable=False)
        for window in results.windows:
            self._windows[window.window_ms] = window.SerializeToString()
            self._put(self._windows[window.window_ms], Topic.WINDOW, to)
        self.events(results.events)

    def events(self, events: Iterable[pb.Event]) -> None:
        for event in events:
            self._events.append(event.SerializeToString())
            self._put(self._events[-1], Topic.EVENT, self.recipients())

    def status(self, status: pb.Status) -> None:
        self._status = status.SerializeToString()
        self._put(self._status, Topic.STATUS, self.recipients())

    def forget(self) -> None:
        """What was seen before a withdrawal reaches nobody any more, newcomers included."""
        self._windows.clear()
        self._events.clear()
        waiting = [self._outbox.get_nowait() for _ in range(self._outbox.qsize())]
        for packet in waiting:
            if packet.topic in (Topic.STATUS, Topic.REGISTRY):
                self._outbox.put_nowait(packet)

    def greet(self) -> None:
        """A snapshot for each connection that can receive now and has had none."""
        there = self._room.remote_participants.values()
        active = {p.sid: p.identity for p in there if p.state == ACTIVE}
        self._greeted &= active.keys()
        for sid, identity in active.items():
            if sid not in self._greeted and identity in self.recipients():
                self._greeted.add(sid)
                self.snapshot(identity)

    def snapshot(self, identity: str) -> None:
        """All that a practitioner who has just arrived needs in order to read what follows."""
        if identity not in self.recipients():
            return
        self._put(encode_registry().SerializeToString(), Topic.REGISTRY, [identity])
        self._put(self._status, Topic.STATUS, [identity])
        for window in self._windows.values():
            self._put(window, Topic.WINDOW, [identity])
        for event in self._events:
            self._put(event, Topic.EVENT, [identity])

    def _put(self, payload: bytes, topic: str, to: list[str], *, reliable: bool = True) -> None:
        if not to or not payload:  # LiveKit takes an empty list for everyone, the patient included
            return
        if not reliable and self._outbox.qsize() > WAITING_FRAMES:
            return
        if self._outbox.full():
            if not self._overflowing:  # once, not for every packet
                logger.warning("packets are lost: %d wait to be sent", WAITING_PACKETS)
            self._overflowing = True
            return
        self._overflowing = False
        self._outbox.put_nowait(_Packet(payload, topic, reliable, to))

    async def _send(self) -> None:
        failing = False
        while True:
            packet = await self._outbox.get()
            to = [identity for identity in packet.to if identity in self.recipients()]
            if not to:  # they have left since
                continue
            try:
                await self._publish(replace(packet, to=to))
            except (PublishDataError, ConnectionError) as error:
                if not failing:  # once, not for every frame
                    logger.warning("packets are not sent: %s", error)
                failing = True
            else:
                failing = False

    async def _publish(self, packet: _Packet) -> None:
        sender = self._room.local_participant
        if packet.topic == Topic.REGISTRY:  # too large for one packet
            writer = await sender.stream_bytes(
                "registry", destination_identities=packet.to, topic=packet.topic
            )
            await writer.write(packet.payload)
            await writer.aclose()
            return
        await sender.publish_data(
            packet.payload,
            reliable=packet.reliable,
            destination_identities=packet.to,
            topic=packet.topic,
        )

    async def aclose(self) -> None:
        self._sender.cancel()
        await asyncio.gather(self._sender, return_exceptions=True)
