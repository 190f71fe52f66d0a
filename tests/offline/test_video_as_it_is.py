"""Files as cameras, editors and players leave them: mirrored, late, in two tracks, too large."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from made_videos import (
    Picture,
    make_video,
    make_with_later_pictures,
    marked_picture,
    plain_picture,
)

from agent.errors import NotAVideo
from agent.observation import Frame
from agent.offline import VideoFile

pytestmark = pytest.mark.unit

EVEN_MS = tuple(range(0, 1000, 40))
WHOLE = 1 << 16  # 1 in a display matrix


def frames_of(path: Path, track: int | None = None) -> tuple[list[Frame], VideoFile]:
    with closing(VideoFile(path, track=track)) as video:
        return list(video.frames()), video


def lopsided_picture() -> Picture:
    """No turn and no mirror leaves it as it is."""
    picture = marked_picture(320, 240)
    picture[-40:, -120:] = 10
    return picture


def display_matrix(*, mirrored: bool, clockwise_deg: int) -> tuple[int, ...]:
    """Of a stored picture that is to be mirrored left to right, then turned."""
    turn = np.deg2rad(clockwise_deg)
    across = np.array([np.cos(turn), np.sin(turn)]) * (-1 if mirrored else 1)
    down = np.array([-np.sin(turn), np.cos(turn)])
    (a, b), (c, d) = np.rint(across).astype(int), np.rint(down).astype(int)
    return (a * WHOLE, b * WHOLE, 0, c * WHOLE, d * WHOLE, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize("suffix", ["mp4", "mov"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("clockwise_deg", [0, 90, 180, 270])
def test_all_eight_ways_in_which_a_picture_can_be_stored_are_undone(
    tmp_path: Path, mirrored: bool, clockwise_deg: int, suffix: str
) -> None:
    wanted = lopsided_picture()
    stored = np.rot90(wanted, clockwise_deg // 90)
    stored = np.ascontiguousarray(stored[:, ::-1] if mirrored else stored)
    matrix = display_matrix(mirrored=mirrored, clockwise_deg=clockwise_deg)
    path = make_video(tmp_path / f"v.{suffix}", stored, EVEN_MS, matrix=matrix)
    frames, video = frames_of(path)
    image = frames[-1].image
    assert image.shape == wanted.shape
    assert image.flags["C_CONTIGUOUS"]
    assert float(np.abs(image.astype(int) - wanted).mean()) < 6
    assert {frame.rotation_deg for frame in frames} == {clockwise_deg}
    assert any("mirrored" in note for note in video.notes()) == mirrored


def test_a_display_matrix_that_shows_nothing_is_left_alone(tmp_path: Path) -> None:
    matrix = (0, 0, 0, WHOLE, WHOLE, 0, 0, 0, 1 << 30)
    path = make_video(tmp_path / "v.mp4", lopsided_picture(), EVEN_MS, matrix=matrix)
    frames, _ = frames_of(path)
    assert float(np.abs(frames[-1].image.astype(int) - lopsided_picture()).mean()) < 6


def brighter_and_brighter(count: int) -> list[Picture]:
    return [plain_picture(grey=10 + 4 * number) for number in range(count)]


@pytest.mark.parametrize("suffix", ["avi", "mp4", "mkv", "ts"])
@pytest.mark.parametrize("b_frames", [0, 2, 5])
def test_pictures_that_refer_to_later_ones_lose_nothing(
    tmp_path: Path, suffix: str, b_frames: int
) -> None:
    path = make_with_later_pictures(
        tmp_path / f"v.{suffix}", brighter_and_brighter(50), b_frames=b_frames
    )
    frames, video = frames_of(path)
    assert np.diff([frame.media_us for frame in frames]).tolist() == [40_000] * 49
    shown = [float(frame.image.mean()) for frame in frames]
    assert shown == sorted(shown)
    assert video.notes() == ()


def test_a_damaged_avi_is_in_step_again_at_the_next_whole_picture(tmp_path: Path) -> None:
    path = make_with_later_pictures(tmp_path / "v.avi", brighter_and_brighter(50))
    content = bytearray(path.read_bytes())
    pieces = [at for at in range(len(content)) if content[at : at + 4] == b"00dc"]
    head = pieces[10] + 8
    content[head : head + 40] = bytes(40)
    path.write_bytes(content)
    frames, _ = frames_of(path)
    late = {round(frame.image.mean()): frame.media_us for frame in frames[-20:]}
    whole = make_with_later_pictures(tmp_path / "w.avi", brighter_and_brighter(50))
    wanted = {round(frame.image.mean()): frame.media_us for frame in frames_of(whole)[0][-20:]}
    assert late == wanted


def test_a_picture_that_begins_after_the_sound_is_said(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", plain_picture(), range(700, 2000, 40), sound_s=2)
    frames, video = frames_of(path)
    assert frames[0].media_us == pytest.approx(700_000, abs=1000)
    assert video.starts_ms == pytest.approx(700, abs=1)
    (note,) = video.notes()
    assert note.startswith("the picture begins 0.70 s after the file does")


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_a_container_that_counts_from_elsewhere_is_not_late(tmp_path: Path, suffix: str) -> None:
    """MPEG-TS begins at 1.4 s, and a player shows that as 0."""
    _, video = frames_of(make_video(tmp_path / f"v.{suffix}", plain_picture(), EVEN_MS))
    assert video.starts_ms == pytest.approx(0, abs=1)
    assert video.notes() == ()


def test_of_two_videos_the_one_taken_is_named_and_the_other_can_be_chosen(tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "v.mkv", plain_picture(320, 240), EVEN_MS, also=plain_picture(160, 120)
    )
    frames, video = frames_of(path)
    assert {frame.image.shape for frame in frames} == {(240, 320, 3)}
    assert video.notes() == (
        "the file has 2 video tracks (320 x 240, 160 x 120); track 1 was taken, "
        "--video-track takes another",
    )
    frames, video = frames_of(path, track=2)
    assert {frame.image.shape for frame in frames} == {(120, 160, 3)}
    assert video.notes() == ()
    with pytest.raises(NotAVideo, match="has no video track 3, only 2"):
        frames_of(path, track=3)


def test_a_picture_that_would_be_made_too_large_is_refused_before_it_is_made(
    tmp_path: Path,
) -> None:
    """640 x 48 stored pixels, each said to be 40 times wider than high."""
    path = make_video(tmp_path / "v.mkv", plain_picture(640, 48), EVEN_MS, aspect="40")
    with pytest.raises(NotAVideo, match="a frame of 25600 x 48 px is unusable"):
        frames_of(path)


PEAK = """
import resource, sys
from pathlib import Path
from agent.errors import NotAVideo
from agent.offline.prefetch import prefetched
from agent.offline.video_analysis import frames_ahead
from agent.offline.video_file import VideoFile
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    video = VideoFile(Path(sys.argv[1]))
    print(sum(1 for _ in prefetched(video.frames(), frames_ahead(video), "decode")))
except NotAVideo as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def grown_mb(path: Path) -> tuple[str, int]:
    """What came of reading the file, and the memory that it took."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True
    )
    answer, grown = done.stdout.splitlines()
    return answer, int(grown)


def test_a_small_file_of_huge_pictures_takes_no_more_memory_than_a_few_of_them(
    tmp_path: Path,
) -> None:
    path = make_video(tmp_path / "v.mp4", plain_picture(7680, 4320), range(0, 320, 40))
    answer, mb = grown_mb(path)
    assert answer == "8"
    assert mb < 900


def test_pictures_that_are_larger_than_any_camera_makes_are_refused_before_they_are_decoded(
    tmp_path: Path,
) -> None:
    path = make_with_later_pictures(tmp_path / "v.mp4", [plain_picture(8192, 8000)])
    answer, mb = grown_mb(path)
    assert answer == "v.mp4: a picture of 8192 x 8000 px is too large"
    assert mb < 50
