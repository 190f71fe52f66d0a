"""Two analysis machines share the rooms, and what one leaves behind the other takes, or tells."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from compiled_models import data_with_compiled_models
from participants import eventually
from room_fixtures import Consultation, Open
from stack_fixtures import EPEDICARE, RunningStack

from agent.dev_stack.ports import free_port
from agent.room.worker import load
from agent.wire.generated import analysis_pb2 as pb

pytestmark = [pytest.mark.livekit, pytest.mark.fault]

CAPACITY = 2
WITHIN_S = 10.0


@dataclass
class AnotherWorker:
    """On a machine of its own, as far as a folder of its own makes one."""

    data: Path
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def is_registered(self) -> bool:
        assert self.process.poll() is None, "".join(self.lines)
        return any("registered worker" in line for line in self.lines)

    def analyses(self, call: Consultation) -> bool:
        return (self.data / "sessions" / call.session_id).is_dir()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("stack") / "data", capacity=CAPACITY)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def another(
    stack: RunningStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AnotherWorker]:
    data = data_with_compiled_models(tmp_path_factory.mktemp("another") / "data")
    told = {"EPEDICARE_DATA": str(data), "EPEDICARE_CAPACITY": str(CAPACITY)}
    process = subprocess.Popen(
        [EPEDICARE, "worker", "--port", str(free_port())],
        env={**os.environ, **stack.access().environment(), **told},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    worker = AnotherWorker(data, process)
    reading = threading.Thread(target=worker.read, daemon=True)
    reading.start()
    yield worker
    process.kill()
    process.wait(10)
    reading.join(10)


def test_a_full_worker_is_drawn_when_all_are_full() -> None:
    """LiveKit's weights: 1 - load."""
    assert load(0, CAPACITY) == 0 and load(1, CAPACITY) == 0.5
    assert 0.99 < load(CAPACITY, CAPACITY) == load(5, CAPACITY) < 1


async def test_what_a_killed_worker_leaves_is_analysed_by_the_other_or_told(
    consult: Open, another: AnotherWorker
) -> None:
    await eventually(another.is_registered, 60, "the second worker")
    calls = []
    for _ in range(2 * CAPACITY):
        calls.append(await consult())
        await calls[-1].analysed(30)  # LiveKit knows it before the next room opens
    theirs = [call for call in calls if another.analyses(call)]
    assert len(theirs) == CAPACITY, "the rooms are not shared"
    (leaving, _) = [call for call in calls if call not in theirs]
    await leaving.patient.leave()  # one slot is free on the worker that stays
    before = [runs(call) for call in theirs]
    another.process.kill()
    outcomes = await asyncio.gather(*map(outcome, theirs, before))
    assert sorted(outcomes) == ["analysed", "no capacity"]


def runs(call: Consultation) -> set[int]:
    """Each agent, and each of its logs, has runs of its own."""
    return {status.origin.run for status in call.practitioner.received.statuses}


async def outcome(call: Consultation, before: set[int]) -> str:
    """What the practitioner knows in time of an agent that was not there before."""
    received = call.practitioner.received

    def analysed() -> bool:
        return any(frame.origin.run not in before for frame in received.frames)

    def refused() -> bool:
        return any(
            status.state == pb.AGENT_STATE_NO_CAPACITY and status.origin.run not in before
            for status in received.statuses
        )

    await eventually(lambda: analysed() or refused(), WITHIN_S, "the other worker's word")
    return "analysed" if analysed() else "no capacity"
