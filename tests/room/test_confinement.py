"""What a job can still reach, tried from inside one: a process that was confined as jobs are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from stack_fixtures import RunningStack

OWN, OTHER = "a" * 32, "b" * 32
INSIDE = """
import os, sys, time
from pathlib import Path

from agent.record import SessionLog, describe_run, session_folder
from agent.room.capacity import AnalysisSlots
from agent.room.confinement import confine
from agent.wire.registry import encode_registry
from models.bundles import bundles_folder

own, data, secrets = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
if not confine(data, bundles_folder()):
    sys.exit(77)
for secret in secrets:
    try:
        Path(secret).read_bytes()
    except PermissionError:
        continue
    sys.exit(f"{secret} was read")
for tamper in (lambda: os.link(secrets[0], data / "sessions" / "link"),
               lambda: os.kill(os.getppid(), 0)):
    try:
        tamper()
    except (PermissionError, OSError):
        continue
    sys.exit("the outside was reached")
provenance = describe_run(own, 1, source="live")
log = SessionLog(session_folder(data, own), provenance, encode_registry())
log.close()
if log.failure:
    sys.exit(log.failure)
if not AnalysisSlots(data / "slots", 1).acquire() or os.listdir(data / "slots") == []:
    sys.exit("no slot")
"""


@pytest.mark.unit
def test_a_job_writes_its_own_log_and_reads_nobody_elses_nor_a_key(tmp_path: Path) -> None:
    data = tmp_path / "data"
    other = data / "sessions" / OTHER
    other.mkdir(parents=True)
    log, database, env = other / "run-000.mcap", data / "service.sqlite", tmp_path / ".env"
    for secret in (log, database, env):
        secret.write_text("a secret")
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
    assert (data / "sessions" / OWN / "run-000.mcap").stat().st_size > 0


@pytest.mark.livekit
def test_the_jobs_of_a_worker_hold_no_key_of_the_server(stack: RunningStack) -> None:
    jobs = stack.jobs()
    assert jobs
    for job in jobs:
        assert not {"LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} & {*job.environ()}
        assert "NoNewPrivs:\t1" in Path(f"/proc/{job.pid}/status").read_text()
