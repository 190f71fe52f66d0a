"""epedicare export: a session's tables for statistics programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.commands.frames_bar import frames_bar
from agent.commands.session_argument import Data, SessionName


class To(StrEnum):
    PARQUET = "parquet"
    CSV = "csv"


def export(
    session: SessionName,
    to: Annotated[To, typer.Option(help="The tables' format.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to put them. Default: the session's folder."),
    ] = None,
    *,
    data: Data,
) -> None:
    """Write a session's frames, windows and events as tables with units, quality and reasons."""
    from agent.export.tables import Format, export_runs
    from agent.record.folder import find_session
    from agent.record.run import lost_parts, read_runs
    from token_service.operator import audit_look

    folder = find_session(session, data)
    audit_look(data, folder, f"exported_{to.value}")
    runs = read_runs(folder)
    with frames_bar(folder.name, "rows") as show:
        tables = export_runs(runs, Format(to.value), output or folder, show)
    for table in tables:
        typer.echo(f"{table.path} ({table.rows} rows)")
    for part in lost_parts(folder, runs):
        typer.echo(f"note: {part}")
