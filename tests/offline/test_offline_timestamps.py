"""Capture times from a file, for clips whose container lies about time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from kept_sessions import kept
from made_videos import make_video, plain_picture
from typer.testing import CliRunner

from agent.commands.cli import app
from agent.errors import FileRefused
from agent.offline import analyse_video
from agent.offline.timestamps import Timestamps
from agent.offline.video_analysis import open_video
from agent.record import LogReader
from agent.wire.generated import analysis_pb2 as pb
from models.digest import sha256_of

pytestmark = pytest.mark.unit

CONTAINER_MS = (0, 1, 2, 3, 4, 5)  # a container that lies: 1000 frames a second
TRUE_MS = (0, 40, 80, 140, 1000, 1040)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", plain_picture(), CONTAINER_MS)


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "times.csv"
    path.write_bytes(content.encode("latin-1"))
    return path


@pytest.mark.parametrize(
    "content",
    [
        "0\n0.04\n0.08\n0.14\n1\n1.04\n",
        "0\r\n0,04\r\n0,08\r\n0,14\r\n1\r\n1,04\r\n",
        "sep=;\nt_ms;\n0;\n40;\n80;\n140;\n1000;\n1040;\n",
        "t_s\n5\n5.04\n5.08\n5.14\n6\n6.04\n",
        "frame,t_ms\n0,0\n1,40\n2,80\n3,140\n4,1000\n5,1040\n",
        "t_us\n0\n40000\n80000\n\n140000\n1000000\n1040000",
    ],
)
def test_frames_get_the_times_of_the_file(tmp_path: Path, video: Path, content: str) -> None:
    with closing(open_video(video, written(tmp_path, content))) as opened:
        times_us = [frame.media_us for frame in opened.frames()]
        assert opened.notes() == ()
    assert [(t_us - times_us[0]) // 1000 for t_us in times_us] == list(TRUE_MS)


def test_they_take_the_place_of_times_that_do_not_even_increase(tmp_path: Path) -> None:
    """Pictures that would be left out, for their container's time stands still."""
    raw = tmp_path / "raw.ts"
    first = make_video(tmp_path / "a.ts", plain_picture(), range(0, 400, 40))
    second = make_video(tmp_path / "b.ts", plain_picture(), range(0, 400, 40))
    raw.write_bytes(first.read_bytes() + second.read_bytes())
    with closing(open_video(raw)) as opened:
        by_itself = len(list(opened.frames()))
        pictures = by_itself + opened.untimed
    times = written(tmp_path, "\n".join(str(i * 0.04) for i in range(pictures)))
    with closing(open_video(raw, times)) as opened:
        assert len(list(opened.frames())) == pictures > by_itself


def test_the_analysis_runs_on_them_and_says_so(tmp_path: Path, video: Path) -> None:
    times = written(tmp_path, "t_ms\n" + "\n".join(map(str, TRUE_MS)))
    analysed = analyse_video(video, tmp_path / "out", timestamps=times)
    log = analysed.folder / "run-000.mcap"
    assert [t_ms for _, t_ms, _ in kept(log, "/frame")] == list(TRUE_MS)
    (entry,) = LogReader(log).entries({"/provenance"})
    provenance = entry.message()
    assert isinstance(provenance, pb.Provenance)
    assert provenance.configuration["timestamps_sha256"] == sha256_of(times)
    assert float(provenance.configuration["camera_hz"]) == pytest.approx(5 / 1.04, rel=1e-3)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "times.csv is empty"),
        ("t_s\n", "times.csv holds no times"),
        ("seconds\n0\n1\n", "line 1: no column of times: name it t_s, t_ms or t_us"),
        ("0\n0.04\nlate\n", "line 3: t_s is not a number: 'late'"),
        ("0\n0.04\nnan\n", "line 3: t_s is not a number: 'nan'"),
        ("t_ms\n0\n40\n\n40\n", "line 5: 40 is not at least 1 ms after the time before it"),
        ("0\n0.08\n0.04\n", "line 3: 0.04 is not at least 1 ms after"),
        ("0\n90001\n", "line 2: 90001 is more than 24 hours after the first time"),
        ("0\n0.0004\n", "line 2: 0.0004 is not at least 1 ms after"),
        ("0\n1\n2\n3\n4\n", "line 5: the times end here: there are 5 times, and clip.mp4 has 6"),
        ("t_s\n0\n1\n2\n3\n4\n5\n6\n7\n", "line 8: one time too many: there are 8 times, and"),
        ("0\n0.04\n0,08\n", "line 3: it has 2 cells where the columns are t_s"),
        ("0\n0.04\n\xe9\n", "line 3: it is not UTF-8 text"),
    ],
)
def test_a_file_that_does_not_fit_is_told_in_one_line_and_nothing_is_written(
    tmp_path: Path, video: Path, content: str, why: str
) -> None:
    with pytest.raises(FileRefused, match=why) as refusal:
        analyse_video(video, tmp_path / "out", timestamps=written(tmp_path, content))
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_the_rate_is_that_of_the_file(tmp_path: Path) -> None:
    assert Timestamps(written(tmp_path, "0\n0.05\n0.1\n0.2\n")).rate_hz == pytest.approx(15)
    assert Timestamps(written(tmp_path, "7\n")).rate_hz is None


def test_the_command_takes_them_for_a_video_only(tmp_path: Path, video: Path) -> None:
    times = written(tmp_path, "t_ms\n" + "\n".join(map(str, TRUE_MS)))
    out = tmp_path / "out"
    command = ["analyze", str(video), "-o", str(out), "--timestamps", str(times)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "6 frames, 1.0 s of video" in result.output
    again = ["analyze", str(out), "-o", str(tmp_path / "again"), "--timestamps", str(times)]
    refused = CliRunner().invoke(app, again)
    assert refused.exit_code == 2
    assert "a session has its own times" in refused.output
    assert not (tmp_path / "again").exists()
