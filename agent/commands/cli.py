"""epedicare: one command for all that the project does."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from agent.commands import admin, audit, models, sessions
from agent.commands.analyze import analyze
from agent.commands.batch import batch
from agent.commands.doctor import doctor
from agent.commands.export import export
from agent.commands.measures import measures
from agent.commands.methods import methods
from agent.commands.migrate import migrate
from agent.commands.recover import recover
from agent.commands.replay import replay
from agent.commands.reproduce import reproduce
from agent.commands.serve import serve
from agent.commands.settings import settings
from agent.commands.terminal import make_output_readable
from agent.commands.unseal import unseal
from agent.commands.up import up
from agent.commands.validate import validate
from agent.commands.worker import worker
from agent.errors import EpedicareError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Paediatric tele-consultation with live, movement-level behavioural analysis.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from agent.record.provenance import code_version

        typer.echo(f"epedicare {code_version()}")
        raise typer.Exit


PRIVATE = 0o077  # what is written here is about children: nobody else may read it


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help="Print the version, and in a checkout the commit.",
        ),
    ] = False,
) -> None:
    """Of the command itself."""
    os.umask(PRIVATE)


COMMANDS = (
    up,
    worker,
    serve,
    migrate,
    analyze,
    batch,
    validate,
    replay,
    reproduce,
    export,
    methods,
    recover,
    unseal,
    measures,
    settings,
    doctor,
)
for command in COMMANDS:
    app.command()(command)
app.command("sign-in-link")(sessions.sign_in_link)
app.add_typer(sessions.app, name="sessions")
app.add_typer(admin.app, name="admin")
app.add_typer(audit.app, name="audit")
app.add_typer(models.app, name="models")


def main() -> None:
    make_output_readable()
    try:
        app()
    except EpedicareError as error:
        _refuse(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _refuse(f"{error.filename}: {error.strerror}")  # a file or folder that was named


def _refuse(why: str) -> NoReturn:
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)
