"""What both kinds of offline analysis leave behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.errors import FolderInUse, LogFailed
from agent.pipeline import ResultStream
from agent.record import run_files
from agent.wire.generated import analysis_pb2 as pb

Progress = Callable[[int, int | None], None]  # frames done, frames expected if known


@dataclass(frozen=True, slots=True)
class AnalysedSession:
    """A session folder that was just written, and what its reader should know."""

    folder: Path
    frames: int
    duration_ms: int  # of all runs
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


def failures(stream: ResultStream) -> tuple[str, ...]:
    return tuple(
        f"measure {measure} failed and is off: {text}"
        for measure, text in stream.failed_measures.items()
    )
