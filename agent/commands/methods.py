"""epedicare methods: what a paper says of how a session's values were made."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.commands.session_argument import Data, SessionName


def methods(
    session: SessionName,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            help="A measure that the paper uses; again for more. Default: the headline's."
        ),
    ] = None,
    *,
    data: Data,
) -> None:
    """Write the methods paragraph, in English and French, and the BibTeX of its sources."""
    from agent.export.session import ExportedSession
    from agent.methods.facts import facts_of
    from agent.methods.text import methods as written
    from agent.record.folder import find_session
    from agent.record.run import lost_parts, read_runs
    from token_service.operator import look

    folder = find_session(session, data)
    key = look(data, folder, "read")
    runs = read_runs(folder, key)
    typer.echo(written(facts_of(ExportedSession(runs), measure or ())), nl=False)
    for part in lost_parts(folder, runs):
        typer.echo(f"note: {part}", err=True)
