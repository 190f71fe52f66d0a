"""The camera is let go first, and nothing of before is sent after a withdrawal: real server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer
from participants import Joined, confirm, eventually
from perceiving import engine

from agent.contract import Topic, agent_identity
from agent.dev_stack.footage import Footage
from agent.dev_stack.sample_patient import Camera
from agent.dev_stack.seat import RoomAccess
from agent.perception.perception import Perception
from agent.record.limits import KeepingLimits
from agent.record.place import SessionFolder
from agent.record.session_key import SessionKey
from agent.room.assignment import Assignment
from agent.room.capacity import AnalysisSlots
from agent.room.consultation import Consultation
from agent.room.job_report import ReportLine
from agent.wire.generated import analysis_pb2 as pb
from models.clips import clips_folder

pytestmark = pytest.mark.livekit

ROOM = "1e771460" * 4  # a session's id
KEY = SessionKey.new(ROOM)
CLIP = "WolfgangLanger_Pexels.mp4"


@dataclass
class Setting:
    """A patient who is analysed, and one practitioner, without the service."""

    server: LiveKitServer
    livekit: api.LiveKitAPI
    consultation: Consultation
    agent: rtc.Room
    practitioner: Joined

    async def consent(self, analysis: str) -> None:
        of = api.RoomParticipantIdentity(room=ROOM, identity="patient")
        sid = (await self.livekit.room.get_participant(of)).sid
        keeping = "granted" if analysis == "granted" else "none"
        await self.livekit.room.update_participant(
            api.UpdateParticipantRequest(
                room=ROOM,
                identity="patient",
                attributes={
                    "analysis": analysis,
                    "keeping": keeping,
                    "lock": KEY.lock.text,
                    "analysis_for": sid,
                },
            )
        )

    @property
    def watches(self) -> bool:
        """Whether the agent is subscribed to anything of the patient's."""
        patient = self.agent.remote_participants["patient"]
        return any(track.subscribed for track in patient.track_publications.values())

    async def come(self, identity: str) -> Joined:
        somebody = Joined()
        await somebody.join(_access(self.server, identity, "practitioner"))
        await confirm(self.livekit, ROOM, identity)
        return somebody

    @property
    def state(self) -> pb.AgentState:
        return self.consultation._follower.state


def _access(server: LiveKitServer, identity: str, role: str, *, hidden: bool = False) -> RoomAccess:
    grants = api.VideoGrants(
        room_join=True, room=ROOM, hidden=hidden, can_update_own_metadata=hidden
    )
    token = api.AccessToken(server.api_key, server.api_secret).with_identity(identity)
    return RoomAccess(
        server.url, token.with_grants(grants).with_attributes({"role": role}).to_jwt()
    )


@pytest.fixture
def perception() -> Iterator[Perception]:
    perception = Perception(engine(), live=True)
    yield perception
    perception.close()


@pytest.fixture
async def setting(
    livekit_server: LiveKitServer, perception: Perception, tmp_path: Path
) -> AsyncIterator[Setting]:
    server = livekit_server
    failures: list[str] = []
    async with AsyncExitStack() as closing:
        address = server.url.replace("ws", "http", 1)
        livekit = await closing.enter_async_context(
            api.LiveKitAPI(address, server.api_key, server.api_secret)
        )
        await livekit.room.create_room(api.CreateRoomRequest(name=ROOM))
        delete = api.DeleteRoomRequest(room=ROOM)
        closing.push_async_callback(livekit.room.delete_room, delete)
        agent = rtc.Room()
        access = _access(server, agent_identity(ROOM), "agent", hidden=True)
        await agent.connect(access.url, access.token, rtc.RoomOptions(auto_subscribe=False))
        closing.push_async_callback(agent.disconnect)
        consultation = Consultation(
            agent,
            Assignment(ROOM, "patient", None, sample=False),
            perception,
            AnalysisSlots(tmp_path / "slots", 1),
            SessionFolder(tmp_path / "session"),
            KeepingLimits(session_mb=1000, free_mb=0),
            ReportLine(None),
            failures.append,
        )
        closing.push_async_callback(consultation.aclose, "test over")
        consultation.start()
        patient, practitioner = Joined(), Joined()
        await practitioner.join(_access(server, "practitioner", "practitioner"))
        closing.push_async_callback(practitioner.leave)
        await confirm(livekit, ROOM, "practitioner")
        await patient.join(_access(server, "patient", "patient"))
        closing.push_async_callback(patient.leave)
        camera = Camera(Footage(clips_folder() / CLIP))
        playing = asyncio.create_task(camera.play(await camera.publish(patient.room)))
        closing.callback(playing.cancel)
        setting = Setting(server, livekit, consultation, agent, practitioner)
        await setting.consent("granted")
        await eventually(lambda: practitioner.received.of(Topic.WINDOW), 20, "a window of values")
        yield setting
    assert failures == []


async def test_a_withdrawal_lets_the_camera_go_though_the_analysis_hangs(setting: Setting) -> None:
    goes_on = threading.Event()
    setting.consultation._analysis.thread.submit(goes_on.wait)  # as a landmarker that hangs
    try:
        await setting.consent("none")
        await eventually(lambda: not setting.watches, 1, "the camera let go")
    finally:
        goes_on.set()


async def test_nothing_of_before_is_sent_after_a_withdrawal(setting: Setting) -> None:
    await setting.consent("none")
    await eventually(lambda: not setting.watches, 1, "the camera let go")
    seen = len(setting.practitioner.received.packets)
    newcomer = await setting.come("newcomer")
    await eventually(lambda: newcomer.received.of(Topic.REGISTRY), 5, "the registry")
    await asyncio.sleep(1.5)
    of_before = {Topic.FRAME, Topic.WINDOW, Topic.EVENT}
    for packets in (newcomer.received.packets, setting.practitioner.received.packets[seen:]):
        assert of_before.isdisjoint({topic for _, topic, *_ in packets})
    await newcomer.leave()


async def test_the_analysis_pauses_while_no_practitioner_is_there(setting: Setting) -> None:
    await setting.practitioner.leave()
    others = setting.agent.remote_participants
    await eventually(lambda: "practitioner" not in others, 10, "nobody there")
    await eventually(lambda: not setting.watches, 1, "the camera let go")
    assert setting.state == pb.AGENT_STATE_ALONE
    back = await setting.come("practitioner")
    await eventually(lambda: back.received.frames, 10, "results for the one who is back")
    assert setting.state == pb.AGENT_STATE_ANALYSING
    await back.leave()


async def test_a_consultation_can_be_closed_twice_and_at_once(setting: Setting) -> None:
    consultation = setting.consultation
    await asyncio.gather(consultation.aclose("first"), consultation.aclose("second"))
    await consultation.aclose("third")
