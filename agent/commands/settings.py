"""epedicare settings: what the environment and `.env` say here and now."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.settings import Settings, markdown, read_settings, shown


def settings(
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/configuration.md instead of a table.")
    ] = False,
) -> None:
    """List what can be configured, and what holds here and now."""
    if as_markdown:
        sys.stdout.write(markdown())
        return
    given = read_settings()
    table = Table("variable", "holds now", "what it says")
    for name, field in Settings.model_fields.items():
        value = getattr(given, name)
        description = (field.description or "").replace("`", "")
        table.add_row(str(field.validation_alias), shown(value), description)
    Console().print(table)
