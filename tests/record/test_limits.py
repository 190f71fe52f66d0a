"""A session takes no more than its quota, and none of what is to stay free on the disk."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from log_helpers import frame, provenance, registry

from agent.record import LogReader, SessionLog
from agent.record.limits import BYTES_PER_MB, KeepingLimits, Limit
from agent.record.place import SessionFolder, free_bytes, kept_bytes
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

MORE_THAN_ANY_DISK_MB = 10**9


def incompressible(number: int) -> pb.Observation:
    return pb.Observation(t_ms=number, face=pb.FaceObservation(landmarks=os.urandom(50_000)))


def wait_for(log: SessionLog, limit: Limit) -> None:
    deadline_s = time.monotonic() + 10
    while log.limit is not limit:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_at_the_quota_what_is_kept_stays_and_only_the_end_is_added(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    limits = KeepingLimits(session_mb=1, free_mb=0)
    log = SessionLog(folder, provenance(), registry(), limits=limits)
    for number in range(30):
        log.write(incompressible(number), number)
    wait_for(log, Limit.QUOTA)
    assert log.failure == "the session has used up its 1 MB"
    at_quota_bytes = kept_bytes(folder)
    for number in range(30, 100):
        log.write(incompressible(number), number)
        log.write(frame(number), number)
    log.write(pb.Event(label="the end of a movement"), 100)
    log.write(pb.Summary(ended=Limit.QUOTA.value), 100)
    log.close()

    reader = LogReader(folder / "run-000.mcap")
    topics = [entry.topic for entry in reader.entries()]
    assert topics == ["/provenance", "/registry", *["/observation"] * 30, "/event", "/summary"]
    assert reader.complete
    assert log.dropped == 140
    assert kept_bytes(folder) - at_quota_bytes < 100_000  # the index, and the end


def test_the_runs_of_a_session_share_its_quota(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    limits = KeepingLimits(session_mb=1, free_mb=0)
    assert limits.reached(SessionFolder(folder)) is None
    folder.mkdir()
    for run in range(2):
        (folder / f"run-00{run}.mcap").write_bytes(bytes(600_000))
    assert limits.reached(SessionFolder(folder)) is Limit.QUOTA
    (folder / "windows.parquet").write_bytes(bytes(600_000))
    assert kept_bytes(folder) == 1_200_000


def test_a_nearly_full_disk_is_left_to_the_others(tmp_path: Path) -> None:
    limits = KeepingLimits(session_mb=1000, free_mb=MORE_THAN_ANY_DISK_MB)
    log = SessionLog(tmp_path / "s", provenance(), registry(), limits=limits)
    wait_for(log, Limit.DISK)
    assert log.failure == f"less than {MORE_THAN_ANY_DISK_MB} MB of the disk are free"
    log.write(frame(0), 0)
    log.close()
    topics = [entry.topic for entry in LogReader(tmp_path / "s" / "run-000.mcap").entries()]
    assert topics == ["/provenance", "/registry"]


def test_a_log_is_begun_only_where_it_can_go_on_for_a_while(tmp_path: Path) -> None:
    floor_mb = free_bytes(tmp_path) // BYTES_PER_MB - 50
    limits = KeepingLimits(session_mb=1000, free_mb=floor_mb)
    place = SessionFolder(tmp_path / "s")
    assert limits.reached(place) is None
    assert limits.forbid_to_begin(place) is Limit.DISK
