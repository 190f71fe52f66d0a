from __future__ import annotations

import re
import socket
from pathlib import Path

import av
import numpy as np
import pytest
from made_videos import (
    Picture,
    make_sound,
    make_video,
    make_without_pictures,
    marked_picture,
    plain_picture,
)

from agent.errors import NotAVideo
from agent.observation import Frame
from agent.offline import VideoFile

pytestmark = pytest.mark.unit

EVEN_MS = tuple(range(0, 1000, 40))


def frames_of(path: Path) -> tuple[list[Frame], VideoFile]:
    video = VideoFile(path)
    try:
        return list(video.frames()), video
    finally:
        video.close()


def test_times_are_the_containers_own(tmp_path: Path) -> None:
    uneven_ms = (0, 33, 70, 71, 500, 1800, 1840)
    frames, video = frames_of(make_video(tmp_path / "v.mp4", plain_picture(), uneven_ms))
    assert [frame.media_us for frame in frames] == [t_ms * 1000 for t_ms in uneven_ms]
    assert video.notes() == ()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pictures_are_turned_upright(tmp_path: Path, rotation: int) -> None:
    """`rotation` is what a phone was turned clockwise; the sensor's picture is stored as it is."""
    upright = marked_picture(320, 240)
    stored = np.ascontiguousarray(np.rot90(upright, rotation // 90))
    path = make_video(tmp_path / "v.mp4", stored, EVEN_MS, rotation=-rotation)
    frames, _ = frames_of(path)
    assert {frame.rotation_deg for frame in frames} == {rotation}
    image = frames[-1].image
    assert image.shape == upright.shape
    assert image.flags["C_CONTIGUOUS"]
    assert float(np.abs(image.astype(int) - upright).mean()) < 6


def test_pixels_that_are_not_square_are_made_square(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", plain_picture(176, 144), EVEN_MS, aspect="128/117")
    frames, _ = frames_of(path)
    assert frames[0].image.shape == (144, 193, 3)


def test_expected_frames_are_told_beforehand(tmp_path: Path) -> None:
    video = VideoFile(make_video(tmp_path / "v.mp4", plain_picture(), EVEN_MS))
    assert video.expected_frames == len(EVEN_MS)
    video.close()


def text_file(path: Path) -> Path:
    path.write_text("Dear colleague, this is a letter.\n" * 100)
    return path


def letter_file(path: Path) -> Path:
    """FFmpeg knows how to play this name."""
    return text_file(path.with_suffix(".txt"))


def photograph_file(path: Path) -> Path:
    return photograph(path.with_suffix(".jpg"))


def empty_file(path: Path) -> Path:
    path.touch()
    return path


def noise_file(path: Path) -> Path:
    path.write_bytes(np.random.default_rng(1).bytes(50_000))
    return path


def headless_mp4(path: Path) -> Path:
    """As a phone leaves it that lost power while it was recording: no index at the end."""
    whole = make_video(path.with_name("whole.mp4"), plain_picture(), EVEN_MS)
    path.write_bytes(whole.read_bytes()[:-3000])
    return path


def photograph(path: Path) -> Path:
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(plain_picture(), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (text_file, "is no video"),
        (empty_file, "is no video"),
        (noise_file, "is no video"),
        (headless_mp4, "is no video, or its beginning or end is missing"),
        (photograph, "is a picture, not a video"),
        (photograph_file, "is a picture, not a video"),
        (letter_file, "is a text, not a video"),
        (make_sound, "has no video in it"),
        (make_without_pictures, "has no pictures in it"),
    ],
)
def test_what_cannot_be_analysed_is_refused_in_one_line(
    tmp_path: Path, make: object, why: str
) -> None:
    path = make(tmp_path / "clip.mp4")  # type: ignore[operator]
    with pytest.raises(NotAVideo, match=why) as refusal:
        frames_of(path)
    assert "\n" not in str(refusal.value)


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.mp4"):
        with pytest.raises(NotAVideo, match="is no file"):
            VideoFile(path)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.m3u8"])
def test_a_playlist_in_a_videos_clothes_fetches_nothing(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/part.ts"
        local = make_video(tmp_path / "local.ts", plain_picture(), EVEN_MS)
        for target in (address, str(local)):
            playlist = tmp_path / name
            playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n")
            with pytest.raises(NotAVideo):
                frames_of(playlist)
        with pytest.raises(TimeoutError):
            server.accept()


def test_damaged_pieces_are_left_out_and_said(tmp_path: Path) -> None:
    moving: list[Picture] = [np.roll(marked_picture(), 4 * n, axis=1) for n in range(40)]
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "5", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for picture in moving:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 60] = bytes(60)
    path.write_bytes(content)
    frames, video = frames_of(path)
    assert 20 <= len(frames) < 40
    assert [frame.media_us for frame in frames] == sorted({frame.media_us for frame in frames})
    assert any("damaged" in note for note in video.notes())


def test_a_cut_off_file_is_analysed_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.ts", plain_picture(), EVEN_MS)
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    frames, _ = frames_of(cut)
    assert 3 < len(frames) < len(EVEN_MS)


def test_a_file_that_ends_before_it_says_is_told(tmp_path: Path) -> None:
    """An MP4 with its index in front, of which a copy stopped half-way."""
    whole = make_video(
        tmp_path / "whole.mp4", plain_picture(), range(0, 4000, 40), index_first=True
    )
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    frames, video = frames_of(cut)
    (note,) = video.notes()
    told = re.fullmatch(r"the pictures end (\d\.\d) s before the file says .* cut off", note)
    assert told
    assert float(told[1]) == pytest.approx(3.96 - frames[-1].media_us / 1e6, abs=0.1)
    _, video = frames_of(whole)
    assert video.notes() == ()


def test_time_stamps_that_jump_back_end_the_analysis_there(tmp_path: Path) -> None:
    first = make_video(tmp_path / "a.ts", plain_picture(), range(5000, 8000, 40))
    second = make_video(tmp_path / "b.ts", plain_picture(), range(0, 2000, 40))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    frames, video = frames_of(joined)
    assert len(frames) == 75
    assert "jump back" in video.ended
    assert any("analysis stopped" in note for note in video.notes())
