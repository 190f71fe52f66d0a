"""A kept or newly analysed session, as a notebook reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.errors import OtherVideo
from agent.export.session import MARK, ExportedSession
from agent.export.tables import arrow_table
from agent.notebook.table import Table
from agent.offline import VideoFile, analyse_video
from agent.record.folder import find_session, new_session_id, session_folder
from agent.record.run import lost_parts, read_runs
from agent.settings import read_settings


class Session:
    """Its tables are made when they are first asked for, from the same rows as the exports.

    Times: `session_ms` counts on the session's own line from its first picture, `t_ms` on its
    run's, `file_ms` as a player shows it of the video.
    """

    def __init__(self, session: ExportedSession, notes: tuple[str, ...] = ()) -> None:
        self._session = session
        self._notes = notes

    def __repr__(self) -> str:
        return f"Session({self.id}, {self.duration_ms / 1000:.1f} s)"

    @property
    def id(self) -> str:
        return self._session.id

    @property
    def folder(self) -> Path:
        return self._session.folder

    @property
    def duration_ms(self) -> int:
        """Of all runs and what lies between them."""
        return self._session.end_ms

    @property
    def facts(self) -> dict[str, str]:
        """Where the values come from (versions, engine), and the visit as far as it is known."""
        return self._session.facts | self._session.visit_facts

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the values should know: of the analysis, of lost parts of the log."""
        return (*self._notes, *lost_parts(self.folder, self._session.runs))

    @cached_property
    def frames(self) -> Table:
        """One row for each analysed frame, one column for each measure (`head_yaw`, in its unit)
        beside `….quality` and `….reasons`."""
        return self._table("frames")

    @cached_property
    def windows(self) -> Table:
        """One row for each measure and window: value, unit, coverage, interval, reasons."""
        return self._table("windows")

    @cached_property
    def events(self) -> Table:
        """One row for each event, marks among them; onset, peak and offset in ms of its run."""
        return self._table("events")

    @cached_property
    def annotations(self) -> Table:
        """Those of the events that a person put there: the practitioner's marks."""
        arrow = self.events.arrow
        return Table(arrow.filter([kind == MARK for kind in arrow["kind"].to_pylist()]))

    def pictures(self, keys: Iterable[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """The video's frames with these keys, each with its key, in the order of the video.

        keys: from the column `media_us` of `frames`, in µs.
        Yields the upright picture, shape (height, width, 3), RGB. The video is decoded once from
        its beginning. Raises OtherVideo where no video was given, and KeyError, at the end, with
        the keys that no frame has.
        """
        if self._session.medium is None:
            raise OtherVideo("no video was given: open_session(…, video=PATH)")
        configuration = self._session.provenance.configuration
        if "timestamps_sha256" in configuration:
            raise OtherVideo("the session's times came from a file of times, not from the video")
        wanted = set(map(int, keys))
        track = int(configuration.get("video_track", "1"))
        with closing(VideoFile(self._session.medium.path, track=track)) as video:
            for frame in video.frames() if wanted else ():
                if frame.media_us in wanted:
                    wanted.remove(frame.media_us)
                    yield frame.media_us, frame.image
                if not wanted:
                    return
        if wanted:
            raise KeyError(*sorted(wanted))

    def _table(self, name: str) -> Table:
        return Table(arrow_table(self._session, name))


def open_session(
    session: str | Path, *, data: Path | None = None, video: Path | str | None = None
) -> Session:
    """A kept session, by its id, the beginning of it, or its folder. One that was cut off, too.

    data: where sessions are kept; by default EPEDICARE_DATA, or `data`.
    video: the file that the session was made from, for `pictures`.
    Whoever opens a session of the service stands in its audit; a sealed one opens where the
    clinic's key is. Raises NoSuchSession, LogUnreadable, or OtherVideo for a file that is not it.
    """
    from token_service.operator import look

    kept = read_settings().data if data is None else data
    folder = find_session(str(session), kept)
    with ThreadPoolExecutor(1) as thread:  # a notebook has an event loop of its own
        key = thread.submit(look, kept, folder, "read").result()
    runs = read_runs(folder, key)
    return Session(ExportedSession(runs, None if video is None else Path(video)))


def analyze(
    video: str | Path,
    *,
    output: str | Path | None = None,
    data: Path | None = None,
    timestamps: str | Path | None = None,
    track: int | None = None,
    person: int | None = None,
) -> Session:
    """A video file analysed as `epedicare analyze` does it, kept, and opened with its pictures.

    output: the new session's folder; by default one in the data folder (see `open_session`).
    timestamps: a file with the frames' capture times, instead of the container's.
    track: which of several videos in the file, from 1. person: follow this one of several, from 1.
    Raises NotAVideo, FileRefused or FolderInUse, each with one line that says why.
    """
    kept = read_settings().data if data is None else data
    folder = session_folder(kept, new_session_id()) if output is None else Path(output)
    analysed = analyse_video(
        Path(video),
        folder,
        timestamps=None if timestamps is None else Path(timestamps),
        track=track,
        person=person,
    )
    return Session(ExportedSession(read_runs(folder), Path(video)), analysed.notes)
