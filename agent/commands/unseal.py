"""epedicare unseal: a kept session's files in the clear."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.session_argument import Data, SessionName


def unseal(
    session: SessionName,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="A new folder, outside the data.")
    ],
    *,
    data: Data,
) -> None:
    """Write a session's sealed files out in the clear, for who has the clinic's key.

    Ends with 1 when something of them cannot be opened.
    """
    from agent.record.folder import find_session
    from agent.record.unsealing import unseal_session
    from token_service.operator import look

    folder = find_session(session, data)
    damaged = False
    for file in unseal_session(folder, look(data, folder, "unsealed"), out):
        typer.echo(f"{out / file.name}{': cut off' if file.cut_off else ''}")
        for damage in file.damage:
            damaged = True
            typer.echo(f"  at byte {damage.offset}: {damage.what}")
    if damaged:
        raise typer.Exit(1)
