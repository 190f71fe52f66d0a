"""A video file as a camera, on small files written here."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from agent.dev_stack.footage import Footage
from agent.errors import NotPlayable

pytestmark = pytest.mark.unit


def video(
    path: Path, levels: list[int], *, hz: float = 25, size: tuple[int, int] = (64, 48)
) -> Path:
    """One grey picture after the other."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), hz, size)
    for level in levels:
        writer.write(np.full((size[1], size[0], 3), level, np.uint8))
    writer.release()
    return path


def levels_of(footage: Footage, count: int) -> list[float]:
    return [
        round(float(frame[: footage.height].mean()), -1)
        for frame in islice(footage.frames(), count)
    ]


def test_is_played_forth_and_back_without_a_seam(tmp_path: Path) -> None:
    footage = Footage(video(tmp_path / "clip.avi", [50, 100, 150]))
    assert levels_of(footage, 9) == pytest.approx(
        [60, 100, 140, 100, 60, 100, 140, 100, 60], abs=11
    )


def test_has_a_cameras_size_and_rate(tmp_path: Path) -> None:
    large = Footage(video(tmp_path / "large.avi", [10, 20], hz=60, size=(1920, 1080)))
    assert (large.width, large.height, large.hz) == (1280, 720, 30)
    frame = next(large.frames())
    assert frame.shape == (720 * 3 // 2, 1280)
    small = Footage(video(tmp_path / "small.avi", [10], hz=15))
    assert (small.width, small.height, small.hz) == (64, 48, 15)


def test_one_picture_is_a_still_camera(tmp_path: Path) -> None:
    footage = Footage(video(tmp_path / "still.avi", [100]))
    assert len(set(levels_of(footage, 5))) == 1


@pytest.mark.parametrize("content", [None, b"", b"no video"])
def test_a_file_without_pictures_is_refused_in_one_line(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "notes.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotPlayable, match=r"notes\.mp4 is not a video"):
        Footage(path)


@pytest.mark.timeout(30)
def test_a_long_file_that_disappears_ends_in_an_error(tmp_path: Path) -> None:
    path = video(tmp_path / "long.avi", [100] * 40, hz=1)
    frames = Footage(path).frames()
    assert len(list(islice(frames, 40))) == 40
    path.unlink()
    with pytest.raises(NotPlayable, match=r"long\.avi"):
        next(frames)
