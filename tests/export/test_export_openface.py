"""OpenFace's columns: angles checked against OpenFace's own definition of R = Rx·Ry·Rz."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from kept_sessions import cut_in_last_chunk, keep_live_run
from lively_session import keep_lively
from synthetic import Child, film, rotation

from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.openface import ABSENT, COLUMNS
from agent.export.session import ExportedSession
from agent.record.run import read_runs

pytestmark = pytest.mark.unit

FLIPPED = np.diag((1.0, -1.0, -1.0))  # y up and z toward the camera, to y down and z away


def exported(folder: Path, out: Path) -> list[dict[str, str]]:
    table, _ = export_session(folder, Format.OPENFACE, out)
    with table.path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rotation_of_openface(rx: float, ry: float, rz: float) -> np.ndarray:
    """Euler2RotationMatrix of its RotationHelpers: R = Rx·Ry·Rz."""
    about_x = np.array(
        [[1, 0, 0], [0, math.cos(rx), -math.sin(rx)], [0, math.sin(rx), math.cos(rx)]]
    )
    about_y = np.array(
        [[math.cos(ry), 0, math.sin(ry)], [0, 1, 0], [-math.sin(ry), 0, math.cos(ry)]]
    )
    about_z = np.array(
        [[math.cos(rz), -math.sin(rz), 0], [math.sin(rz), math.cos(rz), 0], [0, 0, 1]]
    )
    return np.asarray(about_x @ about_y @ about_z)


def posed(tmp_path: Path, child: Child) -> dict[str, str]:
    keep_live_run(tmp_path / "session", film(3, child=lambda t: child))
    return exported(tmp_path / "session", tmp_path / "out")[-1]


@pytest.mark.parametrize("angles", [(20, 0, 0), (0, 15, 0), (0, 0, 25), (-30, 12, -18)])
def test_the_heads_rotation_is_openfaces(
    tmp_path: Path, angles: tuple[float, float, float]
) -> None:
    row = posed(tmp_path, Child(*angles))
    told = rotation_of_openface(*(float(row[f"pose_R{axis}"]) for axis in "xyz"))
    *_, frame = ExportedSession(read_runs(tmp_path / "session")).frames()
    ours = rotation(*(frame[f"head_{name}_axis"] for name in ("yaw", "pitch", "roll")))
    cosine = (np.trace(told @ (FLIPPED @ ours @ FLIPPED).T) - 1) / 2
    assert math.degrees(math.acos(min(1.0, cosine))) < 0.02


def test_signs_of_single_turns(tmp_path: Path) -> None:
    left = posed(tmp_path / "left", Child(yaw=20, centre=(0.5, 0.5)))
    up = posed(tmp_path / "up", Child(pitch=15, centre=(0.5, 0.5)))
    tilted = posed(tmp_path / "tilted", Child(roll=25, centre=(0.5, 0.5)))
    assert float(left["pose_Ry"]) == pytest.approx(-math.radians(20), abs=0.04)
    assert float(up["pose_Rx"]) == pytest.approx(-math.radians(15), abs=0.1)
    assert float(tilted["pose_Rz"]) == pytest.approx(math.radians(25), abs=0.04)


def test_gaze_turns_with_the_head_and_alone(tmp_path: Path) -> None:
    ahead = posed(tmp_path / "ahead", Child(centre=(0.5, 0.5)))
    assert float(ahead["gaze_angle_x"]) == pytest.approx(0, abs=0.04)
    turned = posed(tmp_path / "turned", Child(yaw=20, centre=(0.5, 0.5)))
    assert float(turned["gaze_angle_x"]) == pytest.approx(math.radians(20), abs=0.06)
    eyes = posed(tmp_path / "eyes", Child(gaze=(0.2, 0.0), centre=(0.5, 0.5)))
    assert float(eyes["gaze_angle_x"]) > 0.15
    raised = posed(tmp_path / "raised", Child(gaze=(0.0, 0.1), centre=(0.5, 0.5)))
    assert float(raised["gaze_angle_y"]) < -0.05


def test_a_face_that_is_gone_has_no_angles_and_says_why(tmp_path: Path) -> None:
    keep_lively(tmp_path / "session")
    rows = exported(tmp_path / "session", tmp_path / "out")
    assert [int(row["frame"]) for row in rows] == list(range(1, len(rows) + 1))
    gone = [row for row in rows if row["success"] == "0"]
    assert gone
    for row in gone:
        assert row["pose_Rx"] == row["gaze_angle_x"] == row["AU45_c"] == ""
        assert "no_face" in row["epedicare_reasons"]
    times = [float(row["timestamp"]) for row in rows]
    assert times == sorted(times) and times[-1] > 20


def test_blinks_are_ones_among_zeros(tmp_path: Path) -> None:
    def blinking(t: float) -> Child:
        return Child(blink=(0.9, 0.9) if 6.0 <= t < 6.15 else (0.1, 0.1))

    keep_live_run(tmp_path / "session", film(10, child=blinking))
    rows = exported(tmp_path / "session", tmp_path / "out")
    closed = [float(row["timestamp"]) for row in rows if row["AU45_c"] == "1"]
    assert closed and 5.9 < closed[0] < closed[-1] < 6.25
    assert [row["AU45_c"] for row in rows if float(row["timestamp"]) > 7].count("0") > 80


def test_what_is_absent_is_said(tmp_path: Path) -> None:
    keep_live_run(tmp_path / "session", film(1))
    table, about = export_session(tmp_path / "session", Format.OPENFACE, tmp_path / "out")
    text = about.path.read_text("utf-8")
    for told in (*COLUMNS, *ABSENT, "face_present 3", "code_version"):
        assert told in text
    header = table.path.read_text("utf-8").splitlines()[0].split(",")
    assert header == list(COLUMNS)


def test_a_log_that_was_cut_off_is_written_as_far_as_it_goes(tmp_path: Path) -> None:
    run = keep_live_run(tmp_path / "session", film(12))
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    assert 0 < len(exported(tmp_path / "session", tmp_path / "out")) < 360
