from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from log_helpers import FRAME_MS, frame, observation, provenance, registry

from agent.errors import LogFailed
from agent.record import LogReader, SessionLog, run_files
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit


def wait_until(condition: object, within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def frames_kept(path: Path) -> list[int]:
    return [entry.message().origin.seq for entry in LogReader(path).entries({"/frame"})]  # type: ignore[attr-defined]


def test_a_run_holds_provenance_first_and_summary_last(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "s"
    log = SessionLog(folder, provenance(7), registry())
    for number in range(50):
        log.write(observation(number), number * FRAME_MS)
        log.write(frame(number), number * FRAME_MS)
    log.write(pb.Summary(ended="left"), 50 * FRAME_MS)
    log.close()

    reader = LogReader(folder / "run-000.mcap")
    entries = list(reader.entries())
    assert [entries[0].topic, entries[1].topic, entries[-1].topic] == [
        "/provenance",
        "/registry",
        "/summary",
    ]
    assert entries[0].message() == provenance(7)
    assert entries[2].message() == observation(0)
    assert len(entries) == 103
    assert reader.complete
    assert reader.damage == ()
    assert (log.failure, log.dropped) == (None, 0)


def test_folder_and_files_are_private_and_described(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "s"
    SessionLog(folder, provenance(sample=True), registry()).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "run-000.mcap").stat().st_mode) == 0o600
    facts = json.loads((folder / "session.json").read_text())
    assert facts["session_id"] == provenance().session_id
    assert facts["sample"] is True


def test_each_run_has_its_own_file(tmp_path: Path) -> None:
    for run in range(3):
        SessionLog(tmp_path, provenance(run), registry()).close()
    assert [path.name for path in run_files(tmp_path)] == [
        "run-000.mcap",
        "run-001.mcap",
        "run-002.mcap",
    ]


def test_writing_costs_the_caller_little(tmp_path: Path) -> None:
    """The issue's limit is 100 µs per frame: one observation and one result."""
    log = SessionLog(tmp_path, provenance(), registry())
    messages = [(observation(number), frame(number)) for number in range(500)]
    costs_s = []
    for number, (seen, result) in enumerate(messages):
        start_s = time.perf_counter()
        log.write(seen, number)
        log.write(result, number)
        costs_s.append(time.perf_counter() - start_s)
        time.sleep(0.0005)
    log.close()
    assert sorted(costs_s)[len(costs_s) // 2] < 100e-6


def test_closing_twice_and_writing_after_are_harmless(tmp_path: Path) -> None:
    log = SessionLog(tmp_path, provenance(), registry())
    log.close()
    log.write(frame(0), 0)
    log.close()
    assert log.dropped == 1


def test_publish_time_is_kept_beside_the_media_time(tmp_path: Path) -> None:
    log = SessionLog(tmp_path, provenance(), registry())
    result = frame(3)
    result.timing.published_unix_us = 1_700_000_000_000_000
    log.write(result, 99)
    log.close()
    (entry,) = LogReader(tmp_path / "run-000.mcap").entries({"/frame"})
    assert (entry.t_ms, entry.published_ns) == (99, 1_700_000_000_000_000_000)


KILLED_WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {helpers!r})
from log_helpers import frame, observation, provenance, registry
from agent.record import SessionLog
log = SessionLog(Path({folder!r}), provenance(), registry())
start = time.monotonic()
for number in range(100_000):
    log.write(observation(number), number)
    log.write(frame(number), number)
    print(number, flush=True)
    time.sleep(0.005)
"""


def test_a_killed_writer_loses_at_most_the_last_second(tmp_path: Path) -> None:
    script = KILLED_WRITER.format(helpers=str(Path(__file__).parent.parent), folder=str(tmp_path))
    written_at: list[float] = []
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in writer.stdout:
            written_at.append(time.monotonic())
            if written_at[-1] - written_at[0] > 3.3:
                break
        killed_at = time.monotonic()
        writer.kill()
    kept = frames_kept(tmp_path / "run-000.mcap")
    assert kept == list(range(1, len(kept) + 1))
    must_be_kept = sum(at < killed_at - 1.2 for at in written_at)
    assert len(kept) >= must_be_kept > 100


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount_point = tmp_path / "disk"
    mount_point.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount_point)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield mount_point
    subprocess.run(["umount", "-l", str(mount_point)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb") as stream:
        try:
            while True:
                stream.write(os.urandom(64 * 1024))
                stream.flush()
        except OSError:
            pass
    return filler


def test_a_full_disk_is_said_and_writing_resumes_when_there_is_space(small_disk: Path) -> None:
    folder = small_disk / "s"
    log = SessionLog(folder, provenance(), registry())
    log.write(frame(0), 0)
    wait_until(lambda: folder.exists() and frames_kept(folder / "run-000.mcap") == [1])
    filler = fill(small_disk)
    number = 1
    deadline = time.monotonic() + 10
    while log.failure is None and time.monotonic() < deadline:
        log.write(_random_observation(number), number)
        log.write(frame(number), number)
        number += 1
        time.sleep(0.01)
    assert log.failure == "the disk is full"
    assert frames_kept(folder / "run-000.mcap")[0] == 1

    filler.unlink()
    wait_until(lambda: log.failure is None)
    log.write(frame(number), number)
    log.close()
    reader = LogReader(folder / "run-000.mcap")
    kept = [entry.message().origin.seq for entry in reader.entries({"/frame"})]  # type: ignore[attr-defined]
    assert reader.complete
    assert kept == sorted(set(kept))
    assert kept[-1] == number + 1
    assert log.dropped == 0 or len(kept) < number + 1


def _random_observation(number: int) -> pb.Observation:
    return pb.Observation(t_ms=number, face=pb.FaceObservation(landmarks=os.urandom(5736)))


def test_a_log_that_begins_on_a_full_disk_still_explains_itself(small_disk: Path) -> None:
    filler = fill(small_disk)
    folder = small_disk / "s"
    log = SessionLog(folder, provenance(), registry())
    wait_until(lambda: log.failure == "the disk is full")
    log.write(frame(0), 0)
    filler.unlink()
    wait_until(lambda: log.failure is None)
    log.write(frame(1), 33)
    log.close()
    topics = [entry.topic for entry in LogReader(folder / "run-000.mcap").entries()]
    assert topics == ["/provenance", "/registry", "/frame"]
    assert log.dropped == 1


def test_offline_a_full_disk_stops_the_work(small_disk: Path) -> None:
    fill(small_disk)
    log = SessionLog(small_disk / "s", provenance(), registry(), wait=True)
    with pytest.raises(LogFailed, match="the disk is full"):
        for number in range(1_000_000):
            log.write(_random_observation(number), number)
    with pytest.raises(LogFailed):
        log.close()


def test_a_read_only_disk_is_said(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    log = SessionLog(small_disk / "s", provenance(), registry())
    wait_until(lambda: log.failure is not None)
    assert log.failure == "the disk is read-only"
    for number in range(100):
        log.write(frame(number), number)
    log.close()
    assert log.dropped > 0


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("not a folder")
    log = SessionLog(tmp_path / "s", provenance(), registry())
    wait_until(lambda: log.failure is not None)
    log.close()
    assert log.failure == "File exists"


def test_a_disk_that_hangs_never_blocks_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fsync on a stopped disk cannot be provoked without root's help, so it is held here."""
    release = threading.Event()
    monkeypatch.setattr("agent.record.file.os.fsync", lambda _: release.wait(30))
    monkeypatch.setattr("agent.record.log.SLOW_DISK_S", 0.3)
    monkeypatch.setattr("agent.record.log.CLOSE_WITHIN_S", 0.5)
    log = SessionLog(tmp_path, provenance(), registry())
    start_s = time.monotonic()
    for number in range(6000):
        log.write(frame(number), number)
    assert time.monotonic() - start_s < 2
    wait_until(lambda: "has not answered" in (log.failure or ""))
    assert log.dropped > 0
    start_s = time.monotonic()
    log.close()
    assert time.monotonic() - start_s < 2
    release.set()
