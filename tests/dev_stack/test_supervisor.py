"""The supervisor with real processes: started again, stopped in time, never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent.dev_stack.child import LONGEST_PAUSE_S, STEADY_S, BackOff, Child
from agent.dev_stack.guard import groups_left
from agent.dev_stack.supervisor import Supervisor

pytestmark = pytest.mark.fault

STOP_LIMIT_S = 5.0

# Starts a process of its own, as the worker does, and says both process ids.
WITH_GRANDCHILD = """
import os, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), grandchild.pid, flush=True)
time.sleep(600)
"""
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WITH_GRANDCHILD


def python(name: str, code: str, **rules: object) -> Child:
    return Child(name, (sys.executable, "-c", code), **rules)  # type: ignore[arg-type]


async def eventually(true: Callable[[], object], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)


def process_ids(log: Path) -> list[int]:
    return [int(word) for word in log.read_text().split()] if log.exists() else []


def running(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def said() -> list[str]:
    return []


async def test_a_program_that_dies_is_started_again_and_said(
    tmp_path: Path, said: list[str]
) -> None:
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(python("service", WITH_GRANDCHILD))
    log = supervisor.log_of("service")
    await eventually(lambda: len(process_ids(log)) == 2)
    first, its_child = process_ids(log)
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: len(process_ids(log)) == 4)
    assert said == ["service stopped (killed by SIGKILL); starting it again in 0.5 s"]
    assert not running(its_child)
    await supervisor.stop()
    assert not any(map(running, process_ids(log)))


async def test_its_last_words_are_said(tmp_path: Path, said: list[str]) -> None:
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(python("worker", "raise SystemExit('no such camera')"))
    await eventually(lambda: said)
    await supervisor.stop()
    assert said[0].startswith("worker stopped (exit code 1: no such camera)")


async def test_a_program_that_may_finish_is_left_alone(tmp_path: Path, said: list[str]) -> None:
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(python("sample-patient", "print('done')", may_finish=True))
    await eventually(lambda: said)
    await supervisor.stop()
    assert said == ["sample-patient has finished"]


async def test_a_program_that_cannot_be_started_is_said(tmp_path: Path, said: list[str]) -> None:
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(Child("livekit-server", (str(tmp_path / "absent"),)))
    await eventually(lambda: said)
    await supervisor.stop()
    assert "livekit-server cannot be started: No such file" in said[0]


async def test_stops_within_five_seconds_and_leaves_no_process(
    tmp_path: Path, said: list[str]
) -> None:
    supervisor = Supervisor(tmp_path, said.append)
    for name in ("livekit-server", "service", "worker", "sample-patient"):
        supervisor.start(python(name, STUBBORN))
    logs = list(map(supervisor.log_of, ("livekit-server", "service", "worker", "sample-patient")))
    await eventually(lambda: all(len(process_ids(log)) == 2 for log in logs))
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < STOP_LIMIT_S
    assert not any(running(process_id) for log in logs for process_id in process_ids(log))
    await supervisor.stop()  # again: nothing to do
    assert said == []


def test_sigkill_of_the_supervisor_leaves_no_process(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from agent.dev_stack.child import Child
from agent.dev_stack.supervisor import Supervisor

async def main():
    supervisor = Supervisor(Path({str(tmp_path)!r}), print)
    supervisor.start(Child("worker", (sys.executable, "-c", {STUBBORN!r})))
    await asyncio.sleep(600)

asyncio.run(main())
"""
    supervisor = subprocess.Popen([sys.executable, "-c", code])
    log = tmp_path / "worker.log"

    async def killed() -> None:
        await eventually(lambda: len(process_ids(log)) == 2)
        everyone = process_ids(log) + [
            process.pid for process in psutil.Process(supervisor.pid).children(recursive=True)
        ]
        supervisor.kill()
        supervisor.wait()
        await eventually(lambda: not any(map(running, everyone)), STOP_LIMIT_S)

    asyncio.run(killed())


def test_the_pause_doubles_until_the_program_has_run_for_a_while() -> None:
    back_off = BackOff()
    assert [back_off.pause_s(ran_s=0.1) for _ in range(3)] == [0.5, 1.0, 2.0]
    for _ in range(9):
        longest = back_off.pause_s(ran_s=0.1)
    assert longest == LONGEST_PAUSE_S
    assert back_off.pause_s(ran_s=STEADY_S) == 0.5


def test_the_guard_remembers_which_groups_are_left() -> None:
    assert groups_left(["+11\n", "+12\n", "-11\n", "+13\n"]) == {12, 13}


def test_the_log_of_the_start_before_is_kept(tmp_path: Path) -> None:
    async def start_and_stop(word: str) -> None:
        supervisor = Supervisor(tmp_path, lambda line: None)
        supervisor.start(python("service", f"print({word!r})", may_finish=True))
        log = supervisor.log_of("service")
        await eventually(lambda: log.exists() and word in log.read_text())
        await supervisor.stop()

    asyncio.run(start_and_stop("first"))
    asyncio.run(start_and_stop("second"))
    assert (tmp_path / "service.log").read_text() == "second\n"
    assert (tmp_path / "service.previous.log").read_text() == "first\n"
