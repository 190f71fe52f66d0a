"""How far an analysis has come, on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def frames_bar(name: str, of_what: str = "frames") -> Iterator[Callable[[int, int | None], None]]:
    """Yields what is told the frames (or rows) done, and those expected if known."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(of_what),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(name, total=None)

        def show(done: int, expected: int | None) -> None:
            bar.update(task, completed=done, total=max(done, expected) if expected else None)

        yield show
