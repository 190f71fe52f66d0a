"""A session in one of the formats, in one file to be handed to a person."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.record.session_key import SessionKey


def write_archive(to: str, folder: Path, archive: Path, key: SessionKey | None) -> None:
    """Imports late: whoever has this done in another process need not hold the tables' library."""
    from agent.export.format import Format
    from agent.export.formats import export_session

    with TemporaryDirectory(dir=archive.parent) as tables:
        export_session(folder, Format(to), Path(tables), key=key)
        with zipfile.ZipFile(archive, "x", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(Path(tables).rglob("*")):
                file.write(path, path.relative_to(tables))


def write_summary_pdf(language: str, folder: Path, path: Path, key: SessionKey | None) -> None:
    """The two pages in one of their languages. Imports late, too."""
    from agent.export.formats import no_progress
    from agent.export.session import ExportedSession
    from agent.export.summary import write_summary_in
    from agent.record.run import read_runs

    write_summary_in(language, ExportedSession(read_runs(folder, key)), path, no_progress)
