"""Recordings for Rerun, verified by its own command and read back by its reader.

Rerun is optional: `uv sync --extra rerun`.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kept_sessions import cut_in_last_chunk, keep_live_run
from lively_session import ODD_MARKS, keep_lively, keep_of_video
from made_videos import make_late
from synthetic import film

from agent.errors import CannotExport
from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.session import ExportedSession
from agent.record.run import read_runs
from models.clips import clips_folder

chunk = pytest.importorskip("rerun.chunk", reason="no Rerun; run: deploy/setup exports")
pytestmark = pytest.mark.unit

NS_PER_MS = 1_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="module")
def recording(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (exported,) = export_session(folder, Format.RERUN, tmp_path_factory.mktemp("rerun"))
    return exported.path


def read(recording: Path, path: str, component: str) -> list[tuple[int, Any]]:
    """(ns on the timeline, what is there), in order."""
    found: list[tuple[int, Any]] = []
    for one in chunk.RrdReader(recording).stream():
        batch = one.to_record_batch()
        if str(one.entity_path) == path and component in batch.schema.names:
            assert [str(name) for name in one.timeline_names] == ["session"]
            times = [int(t.value) for t in batch.column("session")]
            found.extend(zip(times, batch.column(component).to_pylist(), strict=True))
    return sorted(found, key=lambda pair: pair[0])


def test_rerun_itself_verifies_it(recording: Path, tmp_path: Path) -> None:
    rerun = Path(sys.executable).with_name("rerun")
    home = os.environ | {"HOME": str(tmp_path)}
    subprocess.run([rerun, "analytics", "disable"], env=home, check=True, capture_output=True)
    ran = subprocess.run(
        [rerun, "rrd", "verify", recording], env=home, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert "verified without error" in ran.stdout + ran.stderr


def test_values_stand_at_their_frames_and_withheld_ones_are_no_number(
    recording: Path, folder: Path
) -> None:
    rows = list(ExportedSession(read_runs(folder)).frames())
    told = read(recording, "/values/head_yaw", "Scalars:scalars")
    assert [ns for ns, _ in told] == [row["session_ms"] * NS_PER_MS for row in rows]
    for (_, (value,)), row in zip(told, rows, strict=True):
        assert math.isnan(value) if row["head_yaw"] is None else value == row["head_yaw"]
    states = read(recording, "/withheld/head_yaw", "StateChange:state")
    assert [state for _, state in states] == [["no_face"], []]


def test_events_are_states_and_marks_are_words(recording: Path, folder: Path) -> None:
    session = ExportedSession(read_runs(folder))
    for kind in ("blink", "look_away"):
        told = read(recording, f"/events/{kind}", "StateChange:state")
        wanted = [t for e in session.events if e.kind.id == kind for t in (e.onset_ms, e.offset_ms)]
        assert [ns // NS_PER_MS for ns, _ in told] == wanted
        assert [state == [] for _, state in told] == [False, True] * (len(wanted) // 2)
    words = [text for _, (text,) in read(recording, "/log", "TextLog:text")]
    assert [w for w in words if w.startswith("mark: ")] == [
        f"mark: {mark}" for mark in (*ODD_MARKS, "later")
    ]


def test_landmarks_are_in_pixels_and_gone_with_the_face(recording: Path) -> None:
    told = read(recording, "/camera/face", "Points2D:positions")
    counts = {len(points) for _, points in told}
    assert counts == {0, 478}
    first = told[0][1]
    assert max(x for x, _ in first) > 300
    assert read(recording, "/camera/pose", "Points2D:positions")


def test_the_videos_pictures_lie_where_they_belong(tmp_path: Path) -> None:
    video = make_late(tmp_path / "late.mp4", clips_folder() / "single_face.mp4", 520)
    keep_of_video(tmp_path / "session", video, starts_ms=520)
    (exported,) = export_session(tmp_path / "session", Format.RERUN, tmp_path / "out", video=video)
    shown = read(exported.path, "/camera/video", "VideoFrameReference:timestamp")
    assert len(shown) > 50
    assert shown[0][0] == 0  # the first picture is the session's beginning


def test_what_is_no_video_that_rerun_shows_is_one_line(tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(b"no video")
    keep_of_video(tmp_path / "session", video, starts_ms=0)
    with pytest.raises(CannotExport, match="Rerun cannot show"):
        export_session(tmp_path / "session", Format.RERUN, tmp_path / "out", video=video)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_log_that_was_cut_off_is_written_as_far_as_it_goes(tmp_path: Path) -> None:
    run = keep_live_run(tmp_path / "session", film(12))
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    (exported,) = export_session(tmp_path / "session", Format.RERUN, tmp_path / "out")
    assert 0 < len(read(exported.path, "/camera/face", "Points2D:positions")) < 360
