"""`epedicare admin`: what an operator does for the whole clinic, on the machine."""

import asyncio
import os
import sys
from pathlib import Path
from typing import IO, Annotated

import typer

from agent.commands import people
from agent.commands.session_argument import Data
from agent.record.folder import PRIVATE_FILE

STANDARD_STREAM = "-"

app = typer.Typer(no_args_is_help=True, help="People and units; back up, restore, change keys.")
app.add_typer(people.users, name="users")
app.add_typer(people.units, name="units")


@app.command("backup")
def backup(
    into: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A new tar file, or - for standard output."),
    ],
    data: Data,
) -> None:
    """Put the database and all that is kept of sessions into one file, while calls go on."""
    from token_service import operator_backup

    kept = asyncio.run(operator_backup.back_up(data, _new_file(into)))
    typer.echo(f"backed up the database and {kept} sessions", err=True)


@app.command("restore")
def restore(
    backup_file: Annotated[
        str, typer.Argument(metavar="FILE", help="A backup, or - for standard input.")
    ],
    data: Data,
) -> None:
    """Put a backup into an empty folder and an empty database. Everybody signs in anew."""
    from token_service import operator_backup

    with _opened(backup_file) as source:
        kept = asyncio.run(operator_backup.restore(data, source))
    typer.echo(f"restored the database and {kept} sessions", err=True)
    typer.echo("what was erased since the backup was made is back: erase it again", err=True)


@app.command("rotate-keys")
def rotate_keys(
    folder: Annotated[
        Path, typer.Argument(help="Where the files of keys lie, or are to lie: livekit.keys, …")
    ],
) -> None:
    """Make new keys of LiveKit and of the clinic; those before them stay good.

    LiveKit's until the next change; the clinic's until somebody takes their line out.
    """
    from agent.livekit_keys import rotate
    from token_service.clinic_keys import add_key

    for line in (*rotate(folder), add_key(folder)):
        typer.echo(line)


@app.command("rewrap-keys")
def rewrap_keys(data: Data) -> None:
    """Wrap every session's key by the clinic's newest one, as the service does within an hour."""
    from token_service.operator import rewrap

    typer.echo(asyncio.run(rewrap(data)))


def _opened(name: str) -> IO[bytes]:
    return sys.stdin.buffer if name == STANDARD_STREAM else Path(name).open("rb")


def _new_file(name: str) -> IO[bytes]:
    """Nothing is written over, and nobody else may read it."""
    if name == STANDARD_STREAM:
        return sys.stdout.buffer
    return os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb")
