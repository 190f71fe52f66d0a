"""What both kinds of offline analysis leave behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.record import SessionLog, run_files
from agent.record.errors import LogFailed, RecordError
from agent.results import Results, ResultStream
from agent.wire.generated import analysis_pb2 as pb

Progress = Callable[[int, int | None], None]  # frames done, frames expected if known


class FolderInUse(RecordError):
    """A session is never mixed with another."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """A session folder that was just written, and what its reader should know."""

    folder: Path
    frames: int
    duration_ms: int
    summary: pb.Summary  # of the last run
    notes: tuple[str, ...]


def no_progress(done: int, expected: int | None) -> None:
    pass


def refuse_used_folder(folder: Path) -> None:
    """Said before the analysis, which may take hours."""
    if folder.exists() and (not folder.is_dir() or run_files(folder)):
        raise FolderInUse(f"{folder} already holds something; name a new folder")
    above = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not above.is_dir():
        raise LogFailed(f"{above} is a file; name a new folder elsewhere")
    if not os.access(above, os.W_OK | os.X_OK):
        raise LogFailed(f"{above} may not be written to; name a new folder elsewhere")


def keep_results(log: SessionLog, results: Results) -> None:
    t_ms = results.observation.t_ms
    for message in (results.observation, results.frame, *results.windows, *results.events):
        log.write(message, t_ms)


def keep_summary(
    log: SessionLog,
    stream: ResultStream,
    frames: int,
    duration_ms: int,
    ended: str,
    timing: pb.Timing | None = None,
) -> pb.Summary:
    window = stream.finish(timing)
    for event in stream.closing_events(timing):
        log.write(event, duration_ms)
    summary = pb.Summary(
        origin=window.origin,
        duration_ms=duration_ms,
        frames=frames,
        values=window.values,
        ended=ended,
        timing=timing,
    )
    log.write(summary, duration_ms)
    return summary


def failures(stream: ResultStream) -> tuple[str, ...]:
    return tuple(
        f"measure {measure} failed and is off: {text}"
        for measure, text in stream.failed_measures.items()
    )
