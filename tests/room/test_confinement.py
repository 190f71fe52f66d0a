"""What a job can still reach, tried from inside one: a process that was confined as jobs are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from compiled_models import data_with_compiled_models
from perceiving import ONE_FACE, clip
from stack_fixtures import RunningStack

from agent.perception.engines import EngineName
from agent.record.opening import sealed_session

OWN, OTHER = "a" * 32, "b" * 32
INSIDE = """
import os, shutil, sys, time
from pathlib import Path

from agent.record import SessionLog, describe_run, session_folder
from agent.record.session_key import SessionKey
from agent.room.capacity import AnalysisSlots
from agent.room.confinement import confine
from agent.room.log_keeper import LogKeeper
from agent.wire.registry import encode_registry
from models.bundles import bundles_folder

own, data, secrets = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
log, slot = Path(secrets[0]), data / "slots" / "analysis-slot-0"
keeper = LogKeeper.start(data)
if not confine(data, bundles_folder()):
    sys.exit(77)
for secret in secrets:
    try:
        Path(secret).read_bytes()
    except PermissionError:
        continue
    sys.exit(f"{secret} was read")
place = keeper.place_of(own)
descriptor, _ = place.new_run()
os.close(descriptor)
mine = session_folder(data, own) / "run-000.mcap"
for tamper in (
    lambda: os.link(log, data / "sessions" / "link"),
    lambda: os.kill(os.getppid(), 0),
    lambda: log.unlink(),
    lambda: os.rename(log, log.with_name("run-001.mcap")),
    lambda: os.rename(log.parent, log.parent.with_name("c" * 32)),
    lambda: os.rename(mine, log),
    lambda: os.truncate(log, 0),
    lambda: os.open(log, os.O_WRONLY),
    lambda: os.open(log.with_name("run-002.mcap"), os.O_WRONLY | os.O_CREAT),
    lambda: log.with_name("folder").mkdir(),
    lambda: shutil.rmtree(log.parent),
    lambda: mine.unlink(),
    lambda: slot.unlink(),
    lambda: keeper.place_of(log.parent.name),
    lambda: keeper.ask("read", str(log)),
):
    try:
        tamper()
    except OSError:
        continue
    sys.exit(f"the outside was reached: {tamper.__code__.co_names}")
provenance = describe_run(own, 1, source="live", engine="none")
kept = SessionLog(place, provenance, encode_registry(), lock=SessionKey.new(own).lock)
kept.close()
if kept.failure:
    sys.exit(kept.failure)
if place.kept_bytes() <= 0 or place.free_bytes() <= 0:
    sys.exit("the keeper does not say how much there is")
if not AnalysisSlots(data / "slots", 1).acquire() or os.listdir(data / "slots") == []:
    sys.exit("no slot")
"""
IN_A_ROOM_OF_THEIRS = """
import sys
from pathlib import Path

from agent.room.log_keeper import LogKeeper

keeper = LogKeeper.start(Path(sys.argv[1]))
place = keeper.place_of("a-room-of-theirs")
for wish in (place.new_run, place.kept_bytes, lambda: keeper.place_of(sys.argv[2])):
    try:
        wish()
    except PermissionError:
        continue
    sys.exit("something was handed out")
"""


@pytest.mark.unit
def test_in_the_room_of_another_application_nothing_is_kept(tmp_path: Path) -> None:
    inside = subprocess.run(
        [sys.executable, "-c", IN_A_ROOM_OF_THEIRS, str(tmp_path), OWN],
        capture_output=True,
        text=True,
        check=False,
    )
    assert inside.returncode == 0, inside.stderr
    assert "nothing of this room can be kept" in inside.stderr


@pytest.mark.unit
def test_a_job_writes_its_own_log_and_touches_nobody_elses(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    other = data / "sessions" / OTHER
    other.mkdir(parents=True)
    log, database, env = other / "run-000.mcap", data / "service.sqlite", tmp_path / ".env"
    for secret in (log, database, env):
        secret.write_text("a secret")
    slot = data / "slots" / "analysis-slot-0"
    slot.parent.mkdir()
    slot.touch()
    secrets = (log, database, env, f"/proc/{os.getpid()}/environ")
    inside = subprocess.run(
        [sys.executable, "-c", INSIDE, OWN, str(data), *map(str, secrets)],
        capture_output=True,
        text=True,
        check=False,
    )
    if inside.returncode == 77:
        pytest.skip("this kernel has no Landlock")
    assert (inside.returncode, inside.stderr) == (0, "")
    written = data / "sessions" / OWN
    assert (written / "run-001.mcap").stat().st_size > 0
    assert (written / "session.json").stat().st_size > 0
    assert sealed_session(written) == OWN
    assert {path.name for path in other.iterdir()} == {"run-000.mcap"}
    assert log.read_text() == "a secret"


SEEING = """
import importlib, os, sys
from pathlib import Path

sys.path.insert(0, sys.argv[3])
import numpy as np

from agent.perception.engines import EngineName, build_engine
from agent.perception.perception import Perception
from agent.room.confinement import confine
from agent.room.fork_server import ENGINE
from models.bundles import ModelBundles, bundles_folder
from perceiving import observe_with


def fail(why):
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


data, name = Path(sys.argv[1]), EngineName(sys.argv[2])
images = np.load(sys.argv[4])
importlib.import_module(ENGINE[name])
if os.fork():  # as a job's process is
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
engine = build_engine(ModelBundles.verified(), name, data)
kept = [*(data / "compiled").iterdir()]
alone = os.listdir("/proc/self/task")
if not confine(data, bundles_folder()):
    os._exit(77)
if len(alone) > 1:
    fail(f"{len(alone)} threads keep all rights")
watching = Perception(engine, live=False)
if not engine.name.startswith(name) or observe_with(watching, images)[-1].face is None:
    fail(f"{engine.name} sees nobody")
watching.close()
for path in kept:
    try:
        path.open("ab")
    except OSError:
        continue
    fail("other jobs' models were changed")
os._exit(0)  # as multiprocessing ends a job's
"""


@pytest.mark.unit
@pytest.mark.parametrize("engine", list(EngineName))
def test_a_confined_job_sees_and_changes_nothing_that_others_see_with(
    tmp_path: Path, engine: EngineName
) -> None:
    data = data_with_compiled_models(tmp_path / "data")
    tests = str(Path(__file__).parents[1])
    np.save(tmp_path / "images.npy", clip(ONE_FACE, 12))
    inside = subprocess.run(
        [sys.executable, "-c", SEEING, str(data), engine, tests, str(tmp_path / "images.npy")],
        capture_output=True,
        text=True,
        check=False,
    )
    if inside.returncode == 77:
        pytest.skip("this kernel has no Landlock")
    assert inside.returncode == 0, inside.stderr


@pytest.mark.livekit
def test_the_jobs_of_a_worker_hold_no_key_of_the_server(stack: RunningStack) -> None:
    jobs = stack.jobs()
    assert jobs
    for job in jobs:
        assert not {"LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} & {*job.environ()}
        assert "NoNewPrivs:\t1" in Path(f"/proc/{job.pid}/status").read_text()
