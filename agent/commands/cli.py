"""epedicare: one command for all that the project does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from dotenv import dotenv_values

from agent.commands import models, sessions
from agent.commands.analyze import analyze
from agent.commands.doctor import doctor
from agent.commands.export import export
from agent.commands.measures import measures
from agent.commands.recover import recover
from agent.commands.replay import replay
from agent.commands.serve import serve
from agent.commands.terminal import make_output_readable
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


for command in (up, worker, serve, analyze, validate, replay, export, recover, measures, doctor):
    app.command()(command)
app.command("sign-in-link")(sessions.sign_in_link)
app.add_typer(sessions.app, name="sessions")
app.add_typer(models.app, name="models")


def main() -> None:
    make_output_readable()
    _take_settings_of(Path(".env"))
    try:
        app()
    except EpedicareError as error:
        _refuse(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _refuse(f"{error.filename}: {error.strerror}")  # a file or folder that was named


def _take_settings_of(file: Path) -> None:
    """Our own settings in the file hold for every command; those of the environment come first."""
    for name, text in dotenv_values(file).items():
        if name.startswith("EPEDICARE_") and text is not None:
            os.environ.setdefault(name, text)


def _refuse(why: str) -> NoReturn:
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)
