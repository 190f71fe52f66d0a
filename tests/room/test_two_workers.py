"""Two analysis machines share the rooms, and what one leaves behind the other takes, or tells."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import httpx2
import pytest
from compiled_models import data_with_compiled_models
from participants import eventually
from room_fixtures import TALKING_FACE, Consultation, Open
from stack_fixtures import EPEDICARE, RunningStack

from agent.contract import AgentState
from agent.dev_stack.ports import free_port
from agent.room.worker import FULL_LOAD, load
from agent.wire.generated import analysis_pb2 as pb
from models.clips import clips_folder

pytestmark = pytest.mark.fault

CAPACITY = 2
WITHIN_S = 10.0
KEPT_ONCE_IN_S = 3.0  # three times what a log waits at most before it writes
SLOW_HZ = 4  # four patients, their pages' and their analysis, on a machine that a test has


@dataclass
class AnotherWorker:
    """On a machine of its own, as far as a folder of its own makes one."""

    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    def is_registered(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return "registered worker" in self.log.read_text()

    async def analyses(self, call: Consultation) -> bool:
        """That it keeps a folder is not enough: a room that it had no capacity for has one, too."""
        before = self._kept_bytes(call)
        await asyncio.sleep(KEPT_ONCE_IN_S)
        return self._kept_bytes(call) > before

    def _kept_bytes(self, call: Consultation) -> int:
        folder = self.data / "sessions" / call.session_id
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("stack") / "data", capacity=CAPACITY)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@contextmanager
def another_worker(stack: RunningStack, folder: Path) -> Iterator[AnotherWorker]:
    data, log = data_with_compiled_models(folder / "data"), folder / "worker.log"
    told = {"EPEDICARE_DATA": str(data), "EPEDICARE_CAPACITY": str(CAPACITY)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [EPEDICARE, "worker", "--port", str(free_port())],
            env={**os.environ, **stack.access().environment(), **told},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    worker = AnotherWorker(data, log, process)
    try:
        yield worker
    finally:
        worker.kill()


@pytest.fixture
def another(
    stack: RunningStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AnotherWorker]:
    with another_worker(stack, tmp_path_factory.mktemp("another")) as worker:
        yield worker


@pytest.fixture(scope="module")
def slow_face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The talking face, a few pictures a second."""
    path = tmp_path_factory.mktemp("clip") / "slow.mp4"
    source = cv2.VideoCapture(str(clips_folder() / TALKING_FACE))
    every = round(source.get(cv2.CAP_PROP_FPS) / SLOW_HZ)
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), SLOW_HZ, (640, 360))
    for index in range(20 * SLOW_HZ * every):
        found, picture = source.read()
        if not found:
            break
        if index % every == 0:
            out.write(cv2.resize(picture, (640, 360)))
    out.release()
    return path


def test_a_worker_at_its_capacity_stays_below_what_livekit_sends_no_room_to() -> None:
    assert [load(jobs, CAPACITY) for jobs in range(4)] == [0, FULL_LOAD / 2, FULL_LOAD, FULL_LOAD]
    assert FULL_LOAD < 0.7


async def test_rooms_are_shared_and_what_a_killed_worker_leaves_is_analysed_or_told(
    consult: Open,
    another: AnotherWorker,
    stack: RunningStack,
    practitioner_http: httpx2.AsyncClient,
    slow_face: Path,
    tmp_path: Path,
) -> None:
    await eventually(another.is_registered, 60, "the second worker")
    calls = [await consult(clip=slow_face) for _ in range(2 * CAPACITY)]
    for call in calls:  # whoever came to a full machine is moved to the other
        await call.analysed(30)
    there = await asyncio.gather(*map(another.analyses, calls))
    theirs = [call for call, is_there in zip(calls, there, strict=True) if is_there]
    staying, leaving = (call for call in calls if call not in theirs)
    assert len(theirs) == CAPACITY

    another.kill()
    await asyncio.gather(*(is_told(practitioner_http, call) for call in theirs))
    runs = {call.session_id: newest_run(call) for call in theirs}

    def goes_on(call: Consultation) -> bool:
        return newest_run(call) > runs[call.session_id]

    await leaving.patient.leave()
    await eventually(lambda: any(map(goes_on, theirs)), WITHIN_S, "a result from the free slot")
    (waiting,) = (call for call in theirs if not goes_on(call))

    with another_worker(stack, tmp_path) as third:
        await eventually(third.is_registered, 60, "the worker that has come back")
        await eventually(lambda: goes_on(waiting), WITHIN_S, "a result from the machine with room")
        assert await third.analyses(waiting)
        runs[waiting.session_id] = newest_run(waiting)
        await staying.patient.leave()
        third.kill()
        await eventually(lambda: goes_on(waiting), WITHIN_S, "the other worker's result")


def newest_run(call: Consultation) -> int:
    """Of which a result came: each agent that is called has a run of its own."""
    return max((frame.origin.run for frame in call.practitioner.received.frames), default=0)


async def is_told(http: httpx2.AsyncClient, call: Consultation) -> None:
    """That nobody has capacity: the practitioner by the agent itself, the page by the service."""

    async def both() -> bool:
        session = (await http.get(f"/api/v1/sessions/{call.session_id}")).raise_for_status().json()
        by_agent = call.practitioner.received.states[-1] == pb.AGENT_STATE_NO_CAPACITY
        return by_agent and session["agent"]["state"] == AgentState.NO_CAPACITY

    await eventually(both, WITHIN_S, "that there is no capacity")
