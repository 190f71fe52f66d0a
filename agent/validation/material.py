"""What is validated on: a video, or a kept session's observations."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np

from agent.errors import LogUnreadable, NotAVideo, OtherVideo
from agent.observation import Observation
from agent.offline.analysed_session import Progress
from agent.offline.video_analysis import observing, open_video
from agent.record.run import read_runs
from agent.record.session_key import SessionKey
from agent.record.timeline import PlacedRun, Timeline
from agent.validation.frames import FrameTimes
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import decode_observation

Part = tuple[int, Iterator[Observation]]  # a run: its place on the line of time (ms), what it saw


class Material(Protocol):
    name: str
    video: Path | None  # to take pictures from

    def frames(self) -> FrameTimes:
        """Of all frames, before any is looked at."""
        ...

    @property
    def picture_starts_ms(self) -> int | None:
        """What a player shows at the first frame; known once `frames` was called."""
        ...

    def parts(self, progress: Progress) -> Generator[Part, None, None]:
        """To be closed by whoever stops before the end."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Known once all parts were taken."""
        ...


class VideoMaterial:
    """Observed as `epedicare analyze` does; nothing is kept."""

    def __init__(
        self,
        path: Path,
        timestamps: Path | None = None,
        track: int | None = None,
        person: int | None = None,
    ) -> None:
        self.name = path.name
        self.path = path
        self.video: Path | None = path
        self.timestamps = timestamps
        self.track = track
        self.person = person
        self.notes: tuple[str, ...] = ()
        self.picture_starts_ms: int | None = None

    def frames(self) -> FrameTimes:
        with closing(open_video(self.path, self.timestamps, self.track)) as video:
            times_us = np.array(video.frame_times_us())
            self.picture_starts_ms = video.starts_ms
        return FrameTimes((times_us - times_us[0]) // 1000)

    def parts(self, progress: Progress) -> Generator[Part, None, None]:
        with observing(self.path, self.timestamps, self.track, self.person) as seen:
            yield 0, counted(seen.observations, progress, seen.video.expected_frames)
            self.notes = seen.notes()


class ObservedMaterial:
    """What was observed already, of one run."""

    def __init__(self, name: str, observations: Sequence[Observation]) -> None:
        self.name = name
        self.video: Path | None = None
        self.notes: tuple[str, ...] = ()
        self.picture_starts_ms: int | None = None
        self._observations = observations

    def frames(self) -> FrameTimes:
        return FrameTimes(np.array([seen.t_ms for seen in self._observations]))

    def parts(self, progress: Progress) -> Generator[Part, None, None]:
        yield 0, counted(self._observations, progress, len(self._observations))


class SessionMaterial:
    """The measures of today at work on what was observed then."""

    def __init__(
        self, folder: Path, video: Path | None = None, key: SessionKey | None = None
    ) -> None:
        """Raises OtherVideo unless the session was made from that file."""
        self.name = folder.name
        self.video = video
        self.notes: tuple[str, ...] = ()
        timeline = Timeline(read_runs(folder, key))
        self._runs = timeline.runs
        if not self._runs:
            raise LogUnreadable(f"{folder} holds no observations")
        self.picture_starts_ms = self._runs[0].run.file_starts_ms
        if video is None:
            return
        if not video.is_file():
            raise NotAVideo(f"{video} is no file")
        if not timeline.was_made_from(video):
            raise OtherVideo(f"{folder.name} was not made from {video.name}")

    def frames(self) -> FrameTimes:
        times = [
            entry.t_ms + placed.offset_ms
            for placed in self._runs
            for entry in placed.run.log.entries({"/observation"})
        ]
        return FrameTimes(np.array(times))

    def parts(self, progress: Progress) -> Generator[Part, None, None]:
        for placed in self._runs:
            yield placed.offset_ms, counted(_observations(placed), progress, None)


def _observations(placed: PlacedRun) -> Iterator[Observation]:
    for entry in placed.run.log.entries({"/observation"}):
        message = entry.message()
        if isinstance(message, pb.Observation):
            yield decode_observation(message, placed.run.registry)


def counted(
    observations: Iterable[Observation], progress: Progress, expected: int | None
) -> Iterator[Observation]:
    for number, observation in enumerate(observations, start=1):
        yield observation
        progress(number, expected)
