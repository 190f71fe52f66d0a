"""epedicare export: a session for statistics programs and for those that coders work with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.frames_bar import frames_bar
from agent.commands.session_argument import Data, SessionName
from agent.export.format import Format


def export(
    session: SessionName,
    to: Annotated[Format, typer.Option(help="The format: docs/exports.md says what each holds.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Where to put it. Default: the session's folder, of BIDS bids in it.",
        ),
    ] = None,
    video: Annotated[
        Path | None,
        typer.Option(
            help="The video that the session was made from, to be linked with its offset."
        ),
    ] = None,
    *,
    data: Data,
) -> None:
    """Write a session's values, events and marks with units, quality and reasons."""
    from agent.errors import CannotExport
    from agent.export.formats import export_runs
    from agent.record.folder import find_session
    from agent.record.run import lost_parts, read_runs
    from token_service.operator import look

    folder = find_session(session, data)
    key = look(data, folder, f"exported_{to.value}")
    if key is not None and output is None:
        raise CannotExport(
            f"the session {folder.name} is sealed, its export is not: name a folder with --output"
        )
    runs = read_runs(folder, key)
    own = folder / "bids" if to is Format.BIDS else folder  # a dataset holds nothing else
    with frames_bar(folder.name, "rows") as show:
        written = export_runs(runs, to, output or own, show, video=video)
    for file in written:
        typer.echo(f"{file.path} ({file.rows} {file.of})")
    for part in lost_parts(folder, runs):
        typer.echo(f"note: {part}")
