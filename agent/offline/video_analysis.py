"""A video file through the live pipeline: each step in its own thread, nothing dropped."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

import av

from agent.errors import FrameRejected, NotAVideo
from agent.observation import Frame, Observation
from agent.offline.analysed_session import (
    AnalysedSession,
    Progress,
    failures,
    no_progress,
    refuse_used_folder,
)
from agent.offline.people_seen import PeopleSeen
from agent.offline.prefetch import prefetched
from agent.offline.timestamps import Timestamps
from agent.offline.video_file import VideoFile
from agent.perception.engines import given_engine
from agent.perception.landmarkers import Engine
from agent.perception.perception import Perception
from agent.pipeline import ResultStream
from agent.record import SessionLog, describe_run
from agent.record.folder import is_session_id
from agent.record.provenance import FILE, FILE_STARTS_MS
from agent.record.session_json import DURATION_MS, VIDEO_NAME, add_to_session_json
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry
from models.digest import sha256_of

FRAMES_AHEAD, BYTES_AHEAD = 8, 64 * 2**20
OBSERVATIONS_AHEAD, OBSERVATIONS_AT_ONCE = 64, 32
RUN = 0

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class SeenVideo:
    video: VideoFile
    observations: Iterator[Observation]
    seeing: _Seeing

    def notes(self) -> tuple[str, ...]:
        """Known once all observations were taken."""
        return (*self.video.notes(), *self.seeing.notes())


def analyse_video(
    path: Path,
    out_dir: Path,
    progress: Progress = no_progress,
    timestamps: Path | None = None,
    track: int | None = None,
    person: int | None = None,
    engine: Engine | None = None,
) -> AnalysedSession:
    """The same file gives the same messages, however busy the machine is.

    engine: one that is there already, where many files are analysed.
    """
    refuse_used_folder(out_dir)
    with observing(path, timestamps, track, person, engine) as seen:
        analysed = _keep_all(seen, out_dir, progress)
    return replace(analysed, notes=(*seen.notes(), *analysed.notes))


@contextmanager
def observing(
    path: Path,
    timestamps: Path | None = None,
    track: int | None = None,
    person: int | None = None,
    engine: Engine | None = None,
) -> Iterator[SeenVideo]:
    """Raises NotAVideo or FileRefused before there is a first observation."""
    engine = engine or given_engine()
    with (
        closing(open_video(path, timestamps, track)) as video,
        closing(
            Perception(engine, live=False, camera_hz=video.rate_hz, person=person)
        ) as perception,
        closing(prefetched(video.frames(), frames_ahead(video), "decode")) as frames,
    ):
        seeing = _Seeing(perception, person)
        with closing(perceived_ahead(seeing.all(frames))) as observations:
            first = next(observations, None)  # nothing is written for a file that shows nothing
            if first is None:
                raise NotAVideo(f"{path.name}: {seeing.refusal}")
            yield SeenVideo(video, chain((first,), observations), seeing)


def frames_ahead(video: VideoFile) -> int:
    """Fewer of large pictures, that they may fit into memory."""
    return max(1, min(FRAMES_AHEAD, BYTES_AHEAD // video.frame_bytes))


def perceived_ahead(seen: Iterable[Seen]) -> Generator[Seen, None, None]:
    return prefetched(seen, OBSERVATIONS_AHEAD, "perceive", at_once=OBSERVATIONS_AT_ONCE)


def open_video(path: Path, timestamps: Path | None = None, track: int | None = None) -> VideoFile:
    """With a file of times the whole video is decoded first, to count its frames."""
    if timestamps is None:
        return VideoFile(path, track=track)
    times = Timestamps(timestamps)
    with closing(VideoFile(path, track=track)) as counted:
        times.check_count(counted.count_pictures(), path)
    return VideoFile(path, times, track)


def _keep_all(seen: SeenVideo, out_dir: Path, progress: Progress) -> AnalysedSession:
    stream = ResultStream(RUN)
    video, observations = seen.video, seen.observations
    seeing = seen.seeing
    provenance = _provenance(video, seeing.person, out_dir, seeing.engine)
    try:
        with closing(SessionLog(out_dir, provenance, encode_registry(), wait=True)) as log:
            for observation in observations:
                log.write_all(stream.process(observation).messages, observation.t_ms)
                progress(stream.frames, video.expected_frames)
            ending = stream.finish(video.ended)
            log.write_all(ending.messages, stream.t_ms)
    finally:  # also when somebody stopped it
        with suppress(OSError):
            facts = {VIDEO_NAME: video.path.name, DURATION_MS: stream.t_ms}
            add_to_session_json(out_dir, facts)
    summary = ending.summary
    return AnalysedSession(out_dir, stream.frames, summary.duration_ms, summary, failures(stream))


class _Seeing:
    """Frames to observations, counting the frames that perception refuses."""

    def __init__(self, perception: Perception, person: int | None) -> None:
        self.person = person
        self.engine = perception.engine
        self.refusal = ""
        self._people = PeopleSeen(person)
        self._refused = 0
        self._perception = perception

    def all(self, frames: Iterator[Frame]) -> Iterator[Observation]:
        for seen in self._perception.observe_each(frames):
            if isinstance(seen, FrameRejected):
                self.refusal = str(seen)
                self._refused += 1
            else:
                self._people.see(seen)
                yield seen

    def notes(self) -> tuple[str, ...]:
        refused = f"{self._refused} frames left out: {self.refusal}"
        return ((refused,) if self._refused else ()) + self._people.notes()


def _provenance(video: VideoFile, person: int | None, out_dir: Path, engine: str) -> pb.Provenance:
    """A folder that is not named by a session id gets one from the file, so that it repeats."""
    sha256 = sha256_of(video.path)
    session_id = out_dir.name if is_session_id(out_dir.name) else sha256[:32]
    return describe_run(
        session_id,
        RUN,
        source=FILE,
        engine=engine,
        video_sha256=sha256,
        configuration={
            **decoder_versions(),
            "camera_hz": f"{video.rate_hz:.6g}" if video.rate_hz else "unknown",
            "video_track": str(video.track_number),
            "person": "first" if person is None else str(person),
            **_timestamps_used(video),
        },
    )


def decoder_versions() -> dict[str, str]:
    libavcodec = ".".join(map(str, av.library_versions["libavcodec"]))
    return {"pyav": av.__version__, "libavcodec": libavcodec}


def _timestamps_used(video: VideoFile) -> dict[str, str]:
    if video.timestamps is None:
        return {FILE_STARTS_MS: str(video.starts_ms)}
    return {"timestamps_sha256": sha256_of(video.timestamps.path)}
