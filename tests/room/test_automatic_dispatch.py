"""The agent alone, beside a LiveKit application that is not ours."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
from compiled_models import data_with_compiled_models
from livekit import api
from livekit_fixtures import LiveKitServer
from participants import Joined, eventually
from stack_fixtures import EPEDICARE

from agent.dev_stack.footage import Footage
from agent.dev_stack.ports import free_port
from agent.dev_stack.sample_patient import Camera
from agent.dev_stack.seat import RoomAccess
from models.clips import clips_folder

pytestmark = pytest.mark.livekit

CLIP = "WolfgangLanger_Pexels.mp4"
ROOM = "a-room-of-theirs"
AUTOMATIC = (
    "--dispatch=automatic",
    "--patient-identity=child",
    "--practitioner-identity=doctor",
)


@pytest.fixture
def worker(livekit_server: LiveKitServer, tmp_path: Path) -> Iterator[Path]:
    """The log of `epedicare worker --dispatch automatic`."""
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [EPEDICARE, "worker", *AUTOMATIC, "--idle-processes", "1", "--port", str(free_port())],
            env={
                **{name: os.environ[name] for name in os.environ if "LIVEKIT" not in name},
                "EPEDICARE_DATA": str(data_with_compiled_models(tmp_path / "data")),
                "LIVEKIT_URL": livekit_server.url,
                "LIVEKIT_API_KEY": livekit_server.api_key,
                "LIVEKIT_API_SECRET": livekit_server.api_secret,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    yield log
    jobs = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _, left = psutil.wait_procs(jobs, 20)
    for job in left:
        job.kill()
    assert left == [], "a job outlives its worker"


@pytest.fixture
async def room(livekit_server: LiveKitServer, worker: Path) -> AsyncIterator[str]:
    await eventually(lambda: "registered worker" in worker.read_text(), 60, "a worker")
    async with api.LiveKitAPI(
        livekit_server.url, livekit_server.api_key, livekit_server.api_secret
    ) as client:
        await client.room.create_room(api.CreateRoomRequest(name=ROOM))
        yield ROOM
        await client.room.delete_room(api.DeleteRoomRequest(room=ROOM))


def access(server: LiveKitServer, room: str, identity: str, **attributes: str) -> RoomAccess:
    grants = api.VideoGrants(room_join=True, room=room)
    token = api.AccessToken(server.api_key, server.api_secret).with_identity(identity)
    return RoomAccess(server.url, token.with_grants(grants).with_attributes(attributes).to_jwt())


async def test_the_stated_patient_is_analysed_for_the_stated_practitioner_alone(
    livekit_server: LiveKitServer, room: str
) -> None:
    child, doctor, colleague = Joined(), Joined(), Joined()
    await doctor.join(access(livekit_server, room, "doctor", role="practitioner"))
    await colleague.join(access(livekit_server, room, "colleague", role="practitioner"))
    await child.join(access(livekit_server, room, "child", role="patient", analysis="granted"))
    camera = Camera(Footage(clips_folder() / CLIP))
    playing = asyncio.create_task(camera.play(await camera.publish(child.room)))
    try:
        await eventually(lambda: doctor.received.frames, 30, "a result")
        assert child.received.packets == colleague.received.packets == []
    finally:
        playing.cancel()
        for somebody in (child, doctor, colleague):
            await somebody.leave()
