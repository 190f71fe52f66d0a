"""epedicare validate as a researcher types it, on material with known answers."""

from __future__ import annotations

import base64
import json
import math
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from kept_sessions import keep_live_run
from made_videos import make_late, make_video, plain_picture
from synthetic import Child, film
from typer.testing import CliRunner, Result

from agent.commands.cli import app
from agent.offline import analyse_video
from agent.record import LogReader
from agent.validation.event_labels import KINDS
from agent.validation.findings import look_at
from agent.validation.material import SessionMaterial, VideoMaterial
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry
from models.clips import clips_folder

pytestmark = pytest.mark.unit

LASTS_S = 60
BLINKS_S = tuple(float(t) for t in range(4, 58, 3))
AWAY_S = (30.0, 33.0)
SHORT = clips_folder() / "single_face.mp4"  # 72 frames


def known(t: float) -> Child:
    blinking = any(onset <= t < onset + 0.15 for onset in BLINKS_S)
    return Child(
        yaw=6 * math.sin(t / 3) if not AWAY_S[0] <= t < AWAY_S[1] else 40.0,
        blink=(0.8, 0.8) if blinking else (0.1, 0.1),
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known") / "session"
    keep_live_run(folder, film(LASTS_S, child=known, noise=0.0002))
    return folder


@pytest.fixture(scope="module")
def short_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return analyse_video(SHORT, tmp_path_factory.mktemp("short") / "session").folder


def epedicare(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, arguments)])


def unboxed(output: str) -> str:
    return " ".join(re.sub(r"[│\n]", " ", output).split())


def judged(*arguments: object) -> dict[str, dict[str, Any]]:
    """What --json prints, by label or measure."""
    result = epedicare(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return {entry.get("label") or entry["measure"]: entry for entry in json.loads(result.stdout)}


def labels_of_blinks(folder: Path, late_s: float = 0.0) -> Path:
    path = folder / "labels.csv"
    rows = (f"{t + late_s},{t + late_s + 0.15},blink\n" for t in BLINKS_S)
    path.write_text("onset_s,offset_s,label\n" + "".join(rows))
    return path


def test_what_was_done_is_found(session: Path, tmp_path: Path) -> None:
    blink = judged(session, labels_of_blinks(tmp_path))["blink"]
    away = [t for t in BLINKS_S if AWAY_S[0] <= t < AWAY_S[1]]
    assert blink["labelled"] == len(BLINKS_S)
    assert blink["labelled"] - blink["measurable"] == len(away)  # turned away too far
    assert (blink["missed"], blink["false"]) == (0, 0)
    assert blink["f1"]["value"] == 1
    away_s = AWAY_S[1] - AWAY_S[0]
    assert blink["coverage"] == pytest.approx(1 - away_s / LASTS_S, abs=0.01)
    assert blink["kappa"]["value"] > 0.8


def test_what_was_labelled_elsewhere_is_not(session: Path, tmp_path: Path) -> None:
    blink = judged(session, labels_of_blinks(tmp_path, late_s=1.0))["blink"]
    assert blink["f1"]["value"] == 0
    assert blink["false"] > 10
    assert blink["kappa"]["value"] < 0.05
    near = judged(session, tmp_path / "labels.csv", "--tolerance-ms", 1200)["blink"]
    assert near["f1"]["value"] > 0.9


def test_what_was_looked_for_and_never_labelled_counts_as_false(
    session: Path, tmp_path: Path
) -> None:
    by_label = judged(session, labels_of_blinks(tmp_path), "--label", "look_away")
    assert by_label["look_away"]["false"] == 1
    assert by_label["look_away"]["recall"]["value"] is None


def test_values_are_compared_in_their_unit_and_direction(session: Path, tmp_path: Path) -> None:
    path = tmp_path / "yaw.csv"
    times = np.arange(0.5, LASTS_S - 0.5, 0.1)
    rows = (f"{t:.2f},{known(float(t)).yaw - 2:.3f}\n" for t in times)
    path.write_text("t_s,head_yaw\n" + "".join(rows))
    yaw = judged(session, path)["head_yaw"]
    assert yaw["bias"]["value"] == pytest.approx(2, abs=0.1)
    assert yaw["bias"]["low"] <= 2.05
    assert yaw["bias"]["high"] >= 1.95
    assert yaw["coverage"] > 0.9
    assert yaw["limit_low"]["value"] < yaw["bias"]["value"] < yaw["limit_high"]["value"]


def test_the_table_holds_the_figures_and_how_they_were_made(session: Path, tmp_path: Path) -> None:
    result = epedicare(session, labels_of_blinks(tmp_path))
    assert result.exit_code == 0
    for words in ("blink", "1.00", "bootstrap", "300 ms", "was not measurable: "):
        assert words in result.stdout


def test_labels_that_nothing_was_found_for_are_told_with_why(session: Path, tmp_path: Path) -> None:
    """A smile is not measured while its resting level is being learned."""
    path = tmp_path / "smile.csv"
    path.write_text("t_s,smile\n0.50,0\n1.00,0\n8.00,0\n")
    words = " ".join(epedicare(session, path).stdout.split())
    assert "smile: 2 of 3 labels could not be compared: This child's usual level" in words
    assert "Fewer than 20 labels to compare of smile" in words


def test_the_events_are_those_of_the_log(session: Path) -> None:
    """What is validated is what a session shows."""
    found = look_at(SessionMaterial(session), ("blink_rate", "facing_screen"))
    registry = encode_registry()
    latest: dict[int, pb.Event] = {}
    for entry in LogReader(session / "run-000.mcap").entries({"/event"}):
        message = entry.message()
        assert isinstance(message, pb.Event)
        latest[message.id] = message
    logged = sorted((registry.events[e.kind].id, e.onset_ms, e.offset_ms) for e in latest.values())
    assert sorted((e.kind, e.onset_ms, e.offset_ms) for e in found.events) == logged
    assert len(logged) > len(BLINKS_S) - 3
    assert "look_away" in {kind for kind, _, _ in logged}


def test_a_video_and_its_session_give_the_same(short_session: Path) -> None:
    measures = tuple(dict.fromkeys(kind.measure_id for kind in KINDS.values()))
    of_video = look_at(VideoMaterial(SHORT), measures)
    of_session = look_at(SessionMaterial(short_session), measures)
    assert of_video.events == of_session.events
    assert len(of_video.frames.t_ms) == 72
    np.testing.assert_array_equal(of_video.frames.t_ms, VideoMaterial(SHORT).frames().t_ms)
    for measure in measures:
        np.testing.assert_array_equal(of_video.values[measure], of_session.values[measure])


def test_runs_of_one_session_are_put_after_each_other(tmp_path: Path) -> None:
    keep_live_run(tmp_path / "two", film(20, child=known), run=1)
    start_us = 1_800_000_000_000_000 + 30_000_000
    keep_live_run(tmp_path / "two", film(20, child=known), run=2, start_unix_us=start_us)
    material = SessionMaterial(tmp_path / "two")
    found = look_at(material, ("blink_rate",))
    onsets = [event.onset_ms for event in found.events if event.kind == "blink"]
    assert len(onsets) == 2 * sum(1 for t in BLINKS_S if t < 20)
    assert min(t for t in onsets if t > 20_000) == pytest.approx(34_000, abs=100)
    np.testing.assert_array_equal(found.frames.t_ms, material.frames().t_ms)


def test_the_report_shows_the_failures_and_nothing_from_elsewhere(
    short_session: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("onset_s,offset_s,label\n0.2,0.4,look_away\n1.9,2,<b>blink\n")
    assert "'<b>blink' is no label" in str(epedicare(SHORT, labels).exception)
    labels.write_text("onset_s,offset_s,label\n0.2,0.4,look_away\n1.9,2,blink\n")
    page = tmp_path / "report.html"
    result = epedicare(short_session, labels, "--html", page, "--video", SHORT)
    assert result.exit_code == 0, result.output
    assert "holds pictures of the person" in result.output
    text = page.read_text()
    assert page.stat().st_mode & 0o777 == 0o600
    assert "do not share it" in text
    assert re.findall(r"(?:src|href|url\()[=\"']*([a-z]+:)", text) == ["data:"] * text.count("<img")
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<svg") == 2
    pictures = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', text)
    assert len(pictures) >= 6
    for picture in pictures:
        image = cv2.imdecode(np.frombuffer(base64.b64decode(picture), np.uint8), cv2.IMREAD_COLOR)
        assert image.shape[0] == 150
        assert image.std() > 20  # a face, not a grey card
    for failure in ("missed: 0.20 to 0.40 s, line 2", "missed: 1.90 to 2.00 s, line 3"):
        assert failure in text


def test_the_report_of_values_shows_the_worst(short_session: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    rows = (f"{frame},{99 if frame == 40 else 0}\n" for frame in range(72))
    labels.write_text("frame,head_yaw\n" + "".join(rows))
    page = tmp_path / "report.html"
    assert epedicare(short_session, labels, "--html", page, "--video", SHORT).exit_code == 0
    text = page.read_text()
    assert re.search(r"<figcaption>1\.3\d s, line 42: label 99\.0, found", text)
    assert text.count("<circle") > 60
    assert 2 <= text.count("<img") <= 5  # half a second apart


def test_without_a_video_there_are_no_pictures(session: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    labels = labels_of_blinks(tmp_path, late_s=1.0)
    assert epedicare(session, labels, "--html", page).exit_code == 0
    text = page.read_text()
    assert "<img" not in text
    assert "do not share it" not in text
    assert "false: " in text


def test_the_help_warns_of_the_pictures() -> None:
    words = unboxed(epedicare("--help").stdout)
    assert "PICTURES OF THE PERSON" in words
    assert "do not share it" in words


def test_a_video_runs_on_times_from_a_file(tmp_path: Path) -> None:
    video = make_video(tmp_path / "clip.mp4", plain_picture(), range(0, 10, 1))
    times, labels = tmp_path / "times.csv", tmp_path / "labels.csv"
    times.write_text("\n".join(str(i / 10) for i in range(10)))
    labels.write_text("onset_s,offset_s,label\n0.5,0.9,smile\n")
    assert judged(video, labels, "--timestamps", times)["smile"]["measurable"] == 0
    assert "the video at 0.01 s" in str(epedicare(video, labels).exception)
    times.write_text("0\n1\n")
    assert "times.csv, line 2: " in str(epedicare(video, labels, "--timestamps", times).exception)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("none.mp4", "LABELS"), "none.mp4 is no file"),
        (("SESSION", "none.csv"), "none.csv cannot be read"),
        (("EMPTY", "LABELS"), "holds no session"),
        (("SESSION", "LABELS", "--label", "joy"), "'joy' is no label; labels are blink"),
        (("SESSION", "LABELS", "--video", str(SHORT)), "was not made from single_face.mp4"),
        (("SESSION", "LABELS", "--video", "none.mp4"), "none.mp4 is no file"),
        (("SESSION", "LABELS", "--html", "EMPTY"), "Is a directory"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    session: Path, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    names = {"SESSION": session, "LABELS": labels_of_blinks(tmp_path), "EMPTY": tmp_path}
    result = epedicare(*(names.get(argument, argument) for argument in arguments))
    assert re.search(why, str(result.exception))
    assert "\n" not in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("SESSION", "LABELS", "--tolerance-ms", "-1"), "greater than or equal to 0"),
        (("SESSION", "LABELS", "--html", "nowhere/report.html"), "nowhere is no folder"),
        (("SESSION", "LABELS", "--timestamps", "times.csv"), "a session has its own times"),
        ((str(SHORT), "LABELS", "--video", str(SHORT)), "--video is for a session"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_the_work(
    session: Path, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    names = {"SESSION": session, "LABELS": labels_of_blinks(tmp_path)}
    result = epedicare(*(names.get(argument, argument) for argument in arguments))
    assert result.exit_code == 2
    assert why in unboxed(result.output)


def test_a_shift_that_explains_why_nothing_was_found_is_proposed(
    session: Path, tmp_path: Path
) -> None:
    labels = labels_of_blinks(tmp_path, late_s=0.7)
    told = unboxed(epedicare(session, labels).output)
    proposed = re.search(
        r"If all times in labels.csv were (\S+) s earlier, (\d+) of 18 events would be found "
        r"instead of 0: they seem to count from another beginning. See --shift-s (\S+)\.",
        told,
    )
    assert proposed, told
    assert float(proposed[1]) == pytest.approx(0.7, abs=0.05)
    assert float(proposed[3]) == -float(proposed[1])
    assert int(proposed[2]) == 17  # and one while the head was turned away
    blink = judged(session, labels, "--shift-s", "-0.7")["blink"]
    assert (blink["missed"], blink["false"]) == (0, 0)
    assert "If all times" not in epedicare(session, labels, "--shift-s", "-0.7").output


def test_no_shift_is_proposed_for_labels_that_fit_or_fit_nowhere(
    session: Path, tmp_path: Path
) -> None:
    assert "If all times" not in epedicare(session, labels_of_blinks(tmp_path)).output
    anywhere = np.sort(np.random.default_rng(5).uniform(2, 55, 12))
    rows = (f"{t},{t + 0.05},blink\n" for t in anywhere if not 29 < t < 34)
    (tmp_path / "labels.csv").write_text("onset_s,offset_s,label\n" + "".join(rows))
    assert "If all times" not in epedicare(session, tmp_path / "labels.csv").output


def labelled_yaw(folder: Path, late_s: float) -> Path:
    path = folder / f"yaw-{late_s}.csv"
    rows = (f"{0.2 * n + late_s:.2f},{n}\n" for n in range(10))
    path.write_text("t_s,head_yaw\n" + "".join(rows))
    return path


def test_labels_of_a_player_fit_a_picture_that_begins_after_the_sound(
    short_session: Path, tmp_path: Path
) -> None:
    late = make_late(tmp_path / "late.mp4", SHORT, 700)
    wanted = judged(short_session, labelled_yaw(tmp_path, 0.0))
    got = judged(late, labelled_yaw(tmp_path, 0.7), "--times-from", "file")
    assert got == wanted
    of_session = analyse_video(late, tmp_path / "late")
    assert any("begins 0.70 s after the file" in note for note in of_session.notes)
    again = (of_session.folder, labelled_yaw(tmp_path, 0.7), "--times-from", "file")
    assert judged(*again) == wanted


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("SESSION", "LABELS", "--times-from", "file"), "has no times of a file"),
        (("SHORT", "EARLY", "--shift-s", "-0.5"), "line 2: blink begins 0.4 s before the first"),
        (("SHORT", "ROWS", "--shift-s", "1"), "has no column t_s: its rows are not shifted"),
    ],
)
def test_a_shift_that_cannot_be_is_one_clear_line(
    session: Path, short_session: Path, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    (tmp_path / "early.csv").write_text("onset_s,offset_s,label\n0.1,0.2,blink\n")
    (tmp_path / "rows.csv").write_text("head_yaw\n" + "1\n" * 72)
    names = {
        "SESSION": session,
        "SHORT": short_session,
        "LABELS": labels_of_blinks(tmp_path),
        "EARLY": tmp_path / "early.csv",
        "ROWS": tmp_path / "rows.csv",
    }
    result = epedicare(*(names.get(argument, argument) for argument in arguments))
    assert result.exit_code
    assert why in unboxed(f"{result.output} {result.exception}")
