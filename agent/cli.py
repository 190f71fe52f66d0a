"""epedicare: one command for all that the project does."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import typer

from agent.errors import EpedicareError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Paediatric tele-consultation with live, movement-level behavioural analysis.",
)
for name in (
    "up",
    "worker",
    "serve",
    "analyze",
    "replay",
    "export",
    "recover",
    "measures",
    "doctor",
):
    if importlib.util.find_spec(f"agent.commands.{name}"):
        module = importlib.import_module(f"agent.commands.{name}")
        app.command(name)(getattr(module, name))
for name in ("models", "sessions"):
    if importlib.util.find_spec(f"agent.commands.{name}"):
        app.add_typer(importlib.import_module(f"agent.commands.{name}").app, name=name)
app.command("sign-in-link")(importlib.import_module("agent.commands.sessions").sign_in_link)


def main() -> None:
    try:
        app()
    except EpedicareError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
