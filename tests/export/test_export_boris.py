"""BORIS projects: their pairs and times, and what BORIS itself says and exports of them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kept_sessions import keep_live_run
from lively_session import ODD_MARKS, keep_lively, keep_of_video
from other_programs import PROGRAMS, installed
from synthetic import film

from agent.errors import CannotExport
from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.session import ExportedSession
from agent.record.run import read_runs

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="module")
def written(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    project, table = export_session(folder, Format.BORIS, tmp_path_factory.mktemp("boris"))
    return project.path, table.path


@pytest.fixture(scope="module")
def of_video(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("video")
    video = folder / "the visit, n° 2.mp4"
    video.write_bytes(b"its content tells which one it is")
    keep_of_video(folder / "session", video, starts_ms=520)
    project, table = export_session(folder / "session", Format.BORIS, folder / "out", video=video)
    return project.path, table.path


def observation_of(project: Path) -> dict[str, Any]:
    content = json.loads(project.read_text("utf-8"))
    (observation,) = content["observations"].values()
    assert isinstance(observation, dict)
    return observation


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, dialect="excel-tab"))


def test_states_start_and_stop_in_turn_at_the_events_times(
    folder: Path, written: tuple[Path, Path]
) -> None:
    session = ExportedSession(read_runs(folder))
    rows = rows_of(written[1])
    for kind in ("blink", "look_away", "face_lost"):
        coded = [(row["Behavior type"], row["Time"]) for row in rows if row["Behavior"] == kind]
        wanted = [
            (status, f"{t_ms / 1000:.3f}")
            for event in session.events
            if event.kind.id == kind
            for status, t_ms in (("START", event.onset_ms), ("STOP", event.offset_ms))
        ]
        assert coded == wanted


def test_marks_are_points_with_their_words(written: tuple[Path, Path]) -> None:
    marks = [row for row in rows_of(written[1]) if row["Behavior"] == "mark"]
    assert {row["Behavior type"] for row in marks} == {"POINT"}
    assert [m["Comment"] for m in marks] == [*(m.replace("\n", " ") for m in ODD_MARKS), "later"]


def test_the_ethogram_has_what_was_looked_for_with_unit_and_version(
    written: tuple[Path, Path],
) -> None:
    ethogram = json.loads(written[0].read_text("utf-8"))["behaviors_conf"].values()
    told = {behaviour["code"]: behaviour for behaviour in ethogram}
    assert "pointing" in told
    assert (
        "amplitude in deg; measure facing_screen, algorithm version"
        in (told["look_away"]["description"])
    )
    assert told["blink_rate: not measurable"]["category"] == "not measurable"


def test_the_videos_picture_lies_under_the_time_offset(of_video: tuple[Path, Path]) -> None:
    observation = observation_of(of_video[0])
    assert observation["type"] == "MEDIA"
    assert observation["time offset"] == -0.52
    ((path, length_s),) = observation["media_info"]["length"].items()
    assert Path(path).name == "the visit, n° 2.mp4"
    assert length_s == pytest.approx(6.52, abs=0.04)


def test_a_project_that_may_have_been_worked_on_is_not_overwritten(
    folder: Path, written: tuple[Path, Path]
) -> None:
    before = [path.read_bytes() for path in written]
    with pytest.raises(CannotExport, match="is there already"):
        export_session(folder, Format.BORIS, written[0].parent)
    assert [path.read_bytes() for path in written] == before


def in_boris(project: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [installed("boris/bin/python"), PROGRAMS / "open_in_boris.py", project],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout.splitlines()[-1])
    assert isinstance(said, dict)
    return said


def assert_boris_agrees(project: Path, table: Path) -> None:
    said = in_boris(project)
    assert (said["changed"], said["message"], said["integrity"]) == (False, "", "")
    by_boris = csv.reader(io.StringIO(said["events"]), "excel-tab")
    with table.open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream, "excel-tab")) == list(by_boris)


def test_boris_finds_nothing_wrong_and_exports_the_same_table(
    written: tuple[Path, Path], of_video: tuple[Path, Path]
) -> None:
    installed("boris")
    assert_boris_agrees(*written)
    assert_boris_agrees(*of_video)


def test_boris_opens_a_session_without_events(tmp_path: Path) -> None:
    keep_live_run(tmp_path / "quiet", film(0.5))
    project, table = export_session(tmp_path / "quiet", Format.BORIS, tmp_path)
    assert rows_of(table.path) == []
    said = in_boris(project.path)
    assert (said["changed"], said["integrity"], said["events"]) == (False, "", "")
