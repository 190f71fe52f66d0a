"""A video file as upright frames with the container's own times, or times from a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from agent.errors import NotAVideo
from agent.observation import Frame
from agent.offline.timestamps import LONGEST_US, Timestamps

END_OF_FILE = "end of file"
READ_BYTES = 256 * 1024
UNREADABLE = (av.error.FFmpegError, OSError)
STEP_BACK_US = 1_000_000
MISSING_END_US = 1_000_000  # less may be the sound that goes on a little longer
PICTURE_FORMATS = ("_pipe", "image2")  # how the names of FFmpeg's formats of one picture end
TEXT_CODECS = {"ansi", "bintext", "idf", "xbin"}  # FFmpeg would play a letter as a film
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class VideoFile:
    """Iterate once over `frames()`; what was left out is counted."""

    def __init__(self, path: Path, timestamps: Timestamps | None = None) -> None:
        self.path = path
        self.timestamps = timestamps
        self.damaged = 0  # packets and pictures that could not be decoded
        self.ended = END_OF_FILE
        self.untimed = 0  # pictures without a time stamp, or not after the one before
        self._end_us: int | None = None  # when the last picture was over, in the container's time
        if not path.is_file():
            raise NotAVideo(f"{path} is no file")
        self._file = path.open("rb")
        try:
            self._container = _opened(self._file, path)
            self._stream = _picture_stream(self._container, path)
        except NotAVideo:
            self._file.close()
            raise
        self._stream.thread_type = "AUTO"
        self._promised_end_us = _promised_end_us(self._container)

    @property
    def rate_hz(self) -> float | None:
        if self.timestamps is not None:
            return self.timestamps.rate_hz
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate) if rate else None

    @property
    def expected_frames(self) -> int | None:
        """For a progress bar: what the container says, or its length times its rate."""
        if self.timestamps is not None:
            return len(self.timestamps.times_us)
        if self._stream.frames:
            return self._stream.frames
        if self.rate_hz and self._container.duration:
            return round(self._container.duration / av.time_base * self.rate_hz)
        return None

    def frames(self) -> Iterator[Frame]:
        """Raises NotAVideo when there is none; what stops it later is told in `ended`."""
        for media_us, picture in self._kept():
            yield _upright(picture, media_us, _pixel_aspect(self._stream))

    def frame_times_us(self) -> list[int]:
        """The times of the frames that `frames` would give, instead of them."""
        return [media_us for media_us, _ in self._kept()]

    def count_pictures(self) -> int:
        """All that decode, damaged or not, whatever their time; instead of `frames`."""
        count = sum(1 for _ in self._pictures())
        if not count:
            raise NotAVideo(f"{self.path.name} {self._why_nothing()}")
        return count

    def _kept(self) -> Iterator[tuple[int, VideoFrame]]:
        first_us = last_us = None
        for media_us, picture in self._timed():
            if picture.is_corrupt:
                self.damaged += 1
                continue
            if media_us is None or (last_us is not None and media_us <= last_us):
                self.untimed += 1
                if media_us is None or last_us is None or media_us > last_us - STEP_BACK_US:
                    continue
                at_s = last_us / 1e6
                self.ended = f"its time stamps jump back at {at_s:.1f} s; convert it to MP4 first"
                break
            first_us = media_us if first_us is None else first_us
            if media_us - first_us > LONGEST_US:
                self.ended = "its time stamps claim more than 24 hours; convert it to MP4 first"
                break
            last_us = media_us
            self._end_us = media_us + _duration_us(picture)
            yield media_us, picture
        if last_us is None:
            raise NotAVideo(f"{self.path.name} {self._why_nothing()}")

    def notes(self) -> tuple[str, ...]:
        """What a reader of the results should know about the file."""
        notes = []
        if self.ended != END_OF_FILE:
            notes.append(f"analysis stopped: {self.ended}")
        if self.damaged:
            notes.append(f"{self.damaged} damaged pieces of the video were left out")
        if self.untimed:
            notes.append(f"{self.untimed} pictures without a time of their own were left out")
        if (missing_us := self._missing_end_us()) is not None:
            notes.append(
                f"the pictures end {missing_us / 1e6:.1f} s before the file says that it ends; "
                "it may be cut off"
            )
        return tuple(notes)

    def close(self) -> None:
        self._container.close()
        self._file.close()

    def _timed(self) -> Iterator[tuple[int | None, VideoFrame]]:
        if self.timestamps is not None:
            yield from zip(self.timestamps.times_us, self._pictures(), strict=False)
            return
        for picture in self._pictures():
            yield _media_us(picture), picture

    def _pictures(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                pictures = packet.decode()
            except StopIteration:
                return
            except av.error.EOFError:
                return
            except UNREADABLE:
                self.damaged += 1
                continue
            yield from (picture for picture in pictures if isinstance(picture, VideoFrame))

    def _missing_end_us(self) -> int | None:
        """How much earlier the pictures ended than the container promises, if much."""
        if self.timestamps is not None or self.ended != END_OF_FILE:
            return None
        if self._promised_end_us is None or self._end_us is None:
            return None
        missing_us = self._promised_end_us - self._end_us
        return missing_us if missing_us >= MISSING_END_US else None

    def _why_nothing(self) -> str:
        if self.untimed:
            return "has no time stamps; convert it to MP4 first"
        return "is damaged: no picture can be decoded" if self.damaged else "has no pictures in it"


def _opened(file: io.BufferedReader, path: Path) -> InputContainer:
    try:
        return av.open(file, "r", io_open=_refuse_other_files, buffer_size=READ_BYTES)
    except UNREADABLE as error:
        raise NotAVideo(f"{path.name} is no video, or its beginning or end is missing") from error


def _refuse_other_files(url: str, flags: int, options: Any) -> NoReturn:
    """A playlist in a video's clothes must not fetch anything, from here or from elsewhere."""
    raise av.error.PermissionError(13, "a video file must not open other files")


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    if container.format.name.endswith(PICTURE_FORMATS):
        raise NotAVideo(f"{path.name} is a picture, not a video")
    for stream in container.streams.video:
        if stream.codec_context.name in TEXT_CODECS:
            raise NotAVideo(f"{path.name} is a text, not a video")
        if not stream.disposition & Disposition.attached_pic and stream.codec_context.width:
            return stream
    raise NotAVideo(f"{path.name} has no video in it")


def _promised_end_us(container: InputContainer) -> int | None:
    if not container.duration:
        return None
    return (container.start_time or 0) + container.duration


def _media_us(picture: VideoFrame) -> int | None:
    if picture.pts is None or picture.time_base is None:
        return None
    return round(picture.pts * picture.time_base * 1_000_000)


def _duration_us(picture: VideoFrame) -> int:
    if not picture.duration or picture.time_base is None:
        return 0
    return round(picture.duration * picture.time_base * 1_000_000)


def _pixel_aspect(stream: VideoStream) -> Fraction:
    return stream.sample_aspect_ratio or Fraction(1)


def _upright(picture: VideoFrame, media_us: int, pixel_aspect: Fraction) -> Frame:
    width = max(1, round(picture.width * pixel_aspect))
    image = picture.to_ndarray(format="rgb24", width=width, height=picture.height)
    # FFmpeg gives the angle, anticlockwise, that makes the picture upright; we name it clockwise.
    rotation_deg = round(-picture.rotation / 90) % 4 * 90
    upright = cv2.rotate(image, TURNS[rotation_deg]) if rotation_deg else image
    return Frame(
        image=np.ascontiguousarray(upright, np.uint8),
        media_us=media_us,
        key=None,
        rotation_deg=rotation_deg,
        track=0,
    )
