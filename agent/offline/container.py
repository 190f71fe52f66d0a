"""A video's container, opened without harm: what is not a video, or too large, is refused first."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NoReturn

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from agent.errors import NotAVideo

READ_BYTES = 256 * 1024
UNREADABLE = (av.error.FFmpegError, OSError)
PICTURE_FORMATS = ("_pipe", "image2")  # how the names of FFmpeg's formats of one picture end
TEXT_CODECS = {"ansi", "bintext", "idf", "xbin"}  # FFmpeg would play a letter as a film
MOST_PIXELS = 8192 * 4352  # of a stored picture: 8K, and what a codec rounds its sides up to
BOUNDS = {"max_pixels": str(MOST_PIXELS)}


def opened(file: io.BufferedReader, path: Path) -> InputContainer:
    try:
        return av.open(
            file, "r", io_open=_refuse_other_files, buffer_size=READ_BYTES, options=BOUNDS
        )
    except UNREADABLE as error:
        raise NotAVideo(f"{path.name} is no video, or its beginning or end is missing") from error


def video_tracks(container: InputContainer, path: Path) -> list[VideoStream]:
    """Those that hold moving pictures; at least one."""
    if container.format.name.endswith(PICTURE_FORMATS):
        raise NotAVideo(f"{path.name} is a picture, not a video")
    if any(stream.codec_context.name in TEXT_CODECS for stream in container.streams.video):
        raise NotAVideo(f"{path.name} is a text, not a video")
    tracks = [stream for stream in container.streams.video if _moves(stream)]
    if not tracks:
        raise NotAVideo(f"{path.name} has no video in it")
    return tracks


def chosen_track(tracks: list[VideoStream], number: int | None, path: Path) -> VideoStream:
    """Counted from 1; the first when none is named."""
    if not 1 <= (number or 1) <= len(tracks):
        raise NotAVideo(f"{path.name} has no video track {number}, only {len(tracks)}")
    track = tracks[(number or 1) - 1]
    width, height = track.codec_context.width, track.codec_context.height
    if width * height > MOST_PIXELS:
        raise NotAVideo(f"{path.name}: a picture of {width} x {height} px is too large")
    track.codec_context.options = BOUNDS
    track.thread_type = "AUTO"
    return track


def tracks_note(tracks: list[VideoStream], taken: VideoStream) -> str:
    sizes = ", ".join(f"{t.codec_context.width} x {t.codec_context.height}" for t in tracks)
    return (
        f"the file has {len(tracks)} video tracks ({sizes}); track {tracks.index(taken) + 1} was "
        "taken, --video-track takes another"
    )


def start_us(container: InputContainer) -> int:
    """What a player shows as 0."""
    return container.start_time or 0


def promised_end_us(container: InputContainer) -> int | None:
    return start_us(container) + container.duration if container.duration else None


def _moves(stream: VideoStream) -> bool:
    is_cover = stream.disposition & Disposition.attached_pic
    return not is_cover and bool(stream.codec_context.width)


def _refuse_other_files(url: str, flags: int, options: Any) -> NoReturn:
    """A playlist in a video's clothes must not fetch anything, from here or from elsewhere."""
    raise av.error.PermissionError(13, "a video file must not open other files")
