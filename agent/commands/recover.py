"""epedicare recover: whole files in the place of damaged ones."""

from __future__ import annotations

import typer

from agent.commands.session_argument import Data, SessionName


def recover(session: SessionName, data: Data) -> None:
    """Rewrite a session's damaged or cut-off logs; the originals stay beside them.

    Ends with 1 when nothing of a log can be read.
    """
    from agent.record.folder import find_session
    from agent.record.recover import recover_session
    from token_service.operator import look

    unreadable = False
    folder = find_session(session, data)
    for run in recover_session(folder, look(data, folder, "recovered")):
        if run.original is not None:
            kept = ", ".join(f"{count} {topic[1:]}" for topic, count in run.messages.items())
            typer.echo(f"{run.path.name}: recovered {kept}; the original is {run.original.name}")
        elif run.damage or not run.path.stat().st_size:
            unreadable = True
            typer.echo(f"{run.path.name}: nothing in it can be read; left as it is")
        else:
            typer.echo(f"{run.path.name}: whole; left as it is")
        for damage in run.damage:
            typer.echo(f"  at byte {damage.offset}: {damage.what}")
    if unreadable:
        raise typer.Exit(1)
