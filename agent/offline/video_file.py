"""A video file as upright frames with the container's own times, or times from a file."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame

from agent.errors import NotAVideo
from agent.observation import Frame
from agent.observation.frame import MAX_ASPECT, MAX_SIDE_PX, MIN_SIDE_PX
from agent.offline import container
from agent.offline.decoder import Decoder
from agent.offline.timestamps import LONGEST_US, Timestamps
from agent.offline.upright import Orientation, orientation_of, shown_size, upright

END_OF_FILE = "end of file"
STEP_BACK_US = 1_000_000
MISSING_END_US = 1_000_000  # less may be the sound that goes on a little longer
LATE_START_US = 100_000  # less is a codec's delay, and less than people label by


class VideoFile:
    """Iterate once over `frames()`; what was left out is counted."""

    def __init__(
        self, path: Path, timestamps: Timestamps | None = None, track: int | None = None
    ) -> None:
        """`track`: which of several videos in the file, from 1; the first when none is named."""
        self.path = path
        self.timestamps = timestamps
        self._damaged = 0  # pictures of which a part is missing
        self.ended = END_OF_FILE
        self.untimed = 0  # pictures without a time stamp, or not after the one before
        self._starts_us: int | None = None  # the first picture's time, as a player shows it
        self._end_us: int | None = None  # when the last picture was over, in the container's time
        self._too_large = 0
        self._too_large_size = (0, 0)
        self._was_mirrored = False
        if not path.is_file():
            raise NotAVideo(f"{path} is no file")
        self._file = path.open("rb")
        try:
            self._container = container.opened(self._file, path)
            self._tracks = container.video_tracks(self._container, path)
            self._stream = container.chosen_track(self._tracks, track, path)
        except NotAVideo:
            self._file.close()
            raise
        self._track_was_named = track is not None
        self._pixel_aspect = self._stream.sample_aspect_ratio or Fraction(1)
        self._decoder = Decoder(self._container, self._stream)
        self._zero_us = container.start_us(self._container)
        self._promised_end_us = container.promised_end_us(self._container)

    @property
    def damaged(self) -> int:
        """Packets and pictures that could not be decoded."""
        return self._damaged + self._decoder.damaged

    @property
    def rate_hz(self) -> float | None:
        if self.timestamps is not None:
            return self.timestamps.rate_hz
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate) if rate else None

    @property
    def frame_bytes(self) -> int:
        width, height = self._stream.codec_context.width, self._stream.codec_context.height
        return max(1, round(width * height * 3 * self._pixel_aspect))

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

    @property
    def track_number(self) -> int:
        """Among the file's videos, from 1."""
        return self._tracks.index(self._stream) + 1

    @property
    def starts_ms(self) -> int | None:
        """The first picture's time as a player shows it; known once there is a frame."""
        return None if self._starts_us is None else self._starts_us // 1000

    def frames(self) -> Iterator[Frame]:
        """Raises NotAVideo when there is none; what stops it later is told in `ended`."""
        for media_us, picture in self._kept():
            how = orientation_of(picture)
            self._was_mirrored |= how.mirrored
            yield self._frame(picture, media_us, how)

    def frame_times_us(self) -> list[int]:
        """The times of the frames that `frames` would give, instead of them."""
        return [media_us for media_us, _ in self._kept()]

    def count_pictures(self) -> int:
        """All that decode, damaged or not, whatever their time; instead of `frames`."""
        count = sum(1 for _ in self._decoder.pictures())
        if not count:
            raise NotAVideo(f"{self.path.name} {self._why_nothing()}")
        return count

    def _kept(self) -> Iterator[tuple[int, VideoFrame]]:
        first_us = last_us = None
        for media_us, picture in self._timed():
            if picture.is_corrupt:
                self._damaged += 1
                continue
            if media_us is None or (last_us is not None and media_us <= last_us):
                self.untimed += 1
                if media_us is None or last_us is None or media_us > last_us - STEP_BACK_US:
                    continue
                at_s = last_us / 1e6
                self.ended = f"its time stamps jump back at {at_s:.1f} s; convert it to MP4 first"
                break
            if first_us is None:
                first_us = media_us
                if self.timestamps is None:
                    self._starts_us = media_us - self._zero_us
            if media_us - first_us > LONGEST_US:
                self.ended = "its time stamps claim more than 24 hours; convert it to MP4 first"
                break
            size = shown_size(picture, self._pixel_aspect)
            if _is_too_large(size):
                self._too_large, self._too_large_size = self._too_large + 1, size
                continue
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
        if self._too_large:
            notes.append(f"{self._too_large} frames left out: {self._size_words()}")
        if self._was_mirrored:
            notes.append("the file says that its picture is mirrored; it was turned back")
        if len(self._tracks) > 1 and not self._track_was_named:
            notes.append(container.tracks_note(self._tracks, self._stream))
        if self._starts_us is not None and self._starts_us >= LATE_START_US:
            notes.append(
                f"the picture begins {self._starts_us / 1e6:.2f} s after the file does; times "
                "count from the first picture, a player's from the file's beginning"
            )
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
            yield from zip(self.timestamps.times_us, self._decoder.pictures(), strict=False)
            return
        for picture in self._decoder.pictures():
            yield _media_us(picture), picture

    def _frame(self, picture: VideoFrame, media_us: int, how: Orientation) -> Frame:
        return Frame(
            image=upright(picture, shown_size(picture, self._pixel_aspect), how),
            media_us=media_us,
            key=None,
            rotation_deg=how.rotation_deg,
            track=0,
        )

    def _size_words(self) -> str:
        width, height = self._too_large_size
        return f"a frame of {width} x {height} px is unusable"

    def _missing_end_us(self) -> int | None:
        """How much earlier the pictures ended than the container promises, if much."""
        if self.timestamps is not None or self.ended != END_OF_FILE:
            return None
        if self._promised_end_us is None or self._end_us is None:
            return None
        missing_us = self._promised_end_us - self._end_us
        return missing_us if missing_us >= MISSING_END_US else None

    def _why_nothing(self) -> str:
        if self._too_large:
            return f"cannot be analysed: {self._size_words()}"
        if self.untimed:
            return "has no time stamps; convert it to MP4 first"
        return "is damaged: no picture can be decoded" if self.damaged else "has no pictures in it"


def _media_us(picture: VideoFrame) -> int | None:
    if picture.pts is None or picture.time_base is None:
        return None
    return round(picture.pts * picture.time_base * 1_000_000)


def _duration_us(picture: VideoFrame) -> int:
    if not picture.duration or picture.time_base is None:
        return 0
    return round(picture.duration * picture.time_base * 1_000_000)


def _is_too_large(size: tuple[int, int]) -> bool:
    """Before it is made; how small it may be is for perception to say."""
    short, long = sorted(size)
    return long > MAX_SIDE_PX or long > MAX_ASPECT * max(short, MIN_SIDE_PX)
