"""`epedicare audit`: whether the audit is as it was written, and a copy of it."""

import asyncio
import sys
from typing import Annotated, Literal

import typer

from agent.commands.session_argument import Data

app = typer.Typer(no_args_is_help=True, help="Verify and export the audit.")


@app.command("verify")
def verify_audit(
    known: Annotated[
        str | None,
        typer.Option(
            "--known",
            metavar="END",
            help="An end that an earlier verification printed, kept where nobody changes it.",
        ),
    ] = None,
    *,
    data: Data,
) -> None:
    """Check that no entry was changed, added or taken away since it was written."""
    from token_service import operator_audit

    told, holds = asyncio.run(operator_audit.verified(data, known))
    typer.echo(told)
    if not holds:
        raise typer.Exit(1)


@app.command("export")
def export_audit(
    to: Annotated[Literal["csv", "jsonl"], typer.Option(help="As a table or as JSON lines.")],
    *,
    data: Data,
) -> None:
    """Write the whole audit to the standard output."""
    from token_service import operator_audit

    asyncio.run(operator_audit.export(data, to, sys.stdout))
