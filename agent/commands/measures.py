"""epedicare measures: what is measured, in which unit, from what, and with which limits."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.measures.documentation import markdown, standing, unit_text, window_text
from agent.measures.evidence import LEAST_LABELS, is_checked
from agent.measures.registry import REGISTRY


def measures(
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/measures.md instead of a table.")
    ] = False,
) -> None:
    """List the measures, their units, windows and needs."""
    if as_markdown:
        sys.stdout.write(markdown())
        return
    console = Console()
    console.print(_table())
    console.print("[bold]*[/] shown first to a practitioner. Formulas and limits: docs/measures.md")
    console.print(
        f"experimental: fewer than {LEAST_LABELS} labels made by people say how good it is yet."
    )


def _table() -> Table:
    table = Table(title=f"{len(REGISTRY.measures)} measures, {len(REGISTRY.events)} kinds of event")
    for heading in ("measure", "what it is", "unit", "over", "needs at least", "so far"):
        table.add_column(heading)
    group = None
    for measure in REGISTRY.measures:
        if measure.group is not group:
            group = measure.group
            table.add_section()
            table.add_row(f"[bold]{group.title}")
        table.add_row(
            measure.id + (" [bold]*[/]" if measure.headline else ""),
            measure.label.en,
            unit_text(measure),
            window_text(measure.display_window_ms),
            f"{measure.landmarker.value} {measure.minimum_hz:g} Hz",
            standing(is_checked(measure)),
        )
    return table
