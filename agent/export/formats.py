"""One session in one of the formats; works on a log that was cut off, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.export.files import Exported
from agent.export.format import Format
from agent.export.session import ExportedSession, Progress
from agent.record.run import Run, read_runs
from agent.record.session_key import SessionKey

Writer = Callable[[ExportedSession, Path, Progress], list[Exported]]


def no_progress(done: int, expected: int | None) -> None:
    pass


def export_session(
    folder: Path,
    to: Format,
    out_dir: Path,
    progress: Progress = no_progress,
    *,
    video: Path | None = None,
    key: SessionKey | None = None,
) -> list[Exported]:
    return export_runs(read_runs(folder, key), to, out_dir, progress, video=video)


def export_runs(
    runs: list[Run],
    to: Format,
    out_dir: Path,
    progress: Progress = no_progress,
    *,
    video: Path | None = None,
) -> list[Exported]:
    """After this `lost_parts` of the runs is known."""
    return _writer(to)(ExportedSession(runs, video), out_dir, progress)


def _writer(to: Format) -> Writer:
    """Each imports what it needs when it is asked for."""
    match to:
        case Format.PARQUET | Format.CSV:
            from agent.export.tables import write_tables

            return lambda session, out_dir, progress: write_tables(session, to, out_dir, progress)
        case Format.ELAN:
            from agent.export.elan import write_elan

            return write_elan
        case Format.BORIS:
            from agent.export.boris import write_boris

            return write_boris
        case Format.BIDS:
            from agent.export.bids import write_bids

            return write_bids
        case Format.OPENFACE:
            from agent.export.openface import write_openface

            return write_openface
        case Format.FHIR:
            from agent.export.fhir import write_fhir

            return write_fhir
        case Format.RERUN:
            from agent.export.rerun import write_rerun

            return write_rerun
        case Format.FAMILY:
            from agent.export.family import write_family

            return write_family
        case Format.SUMMARY:
            from agent.export.summary import write_summary

            return write_summary
