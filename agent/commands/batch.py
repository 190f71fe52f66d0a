"""epedicare batch: many videos and sessions, into one folder, by several workers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from agent.commands.session_argument import Data

if TYPE_CHECKING:
    from agent.batch.configuration import Configuration
    from agent.batch.dataset import Dataset
    from agent.batch.outcome import Outcome
    from agent.batch.run import Report
    from agent.batch.sources import Found, Source
    from agent.batch.worker import Worker
    from agent.record.session_key import SessionKey

INTERRUPTED = 130


def batch(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCES…",
            help="Videos, sessions, folders of them, or patterns as '**/*.mp4' in quotes.",
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="DATASET", help="The folder for all of them; a later run adds.")
    ],
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="How many at once. Default: one for each core, of this machine or the cluster.",
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="On a Ray cluster, such as head:6379, or auto."),
    ] = None,
    *,
    data: Data,
) -> None:
    """Analyse many videos and sessions. What is there already is not done again."""
    from agent.batch.dataset import opened_dataset
    from agent.batch.outcome import State
    from agent.batch.sources import find_sources

    found = find_sources(sources, data, out)
    for line in found.refused:
        _say(f"nothing to analyse: {line}")
    if not found.sources:
        raise typer.Exit(2)
    with opened_dataset(out) as dataset:
        try:
            report = _with_progress(found, dataset, workers, ray, data)
        except KeyboardInterrupt:
            _say(f"stopped; what is whole is in {out}, and the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from None
    for line in report.troubles:
        _say(line)
    counts = report.counts
    typer.echo(f"{counts[State.ANALYSED]} analysed, {counts[State.THERE]} there already: {out}")
    if counts[State.FAILED]:
        typer.echo(f"{counts[State.FAILED]} failed, listed in {dataset.manifest}; run it again")
    if counts[State.FAILED] or found.refused or report.troubles:
        raise typer.Exit(1)


def _with_progress(
    found: Found, dataset: Dataset, count: int | None, ray: str | None, data: Path
) -> Report:
    from agent.batch.configuration import configuration_of
    from agent.batch.outcome import State
    from agent.batch.run import run_batch
    from agent.perception.engines import given_engine
    from token_service.operator import look

    configuration = configuration_of(given_engine())
    dataset.describe(configuration)
    workers = _workers(count, ray, configuration)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.fields[done]} of {task.fields[all]}"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task("", total=None, done=0, all=len(found.sources))
        done = 0

        def told(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            bar.update(task, done=done)
            if outcome.state is State.FAILED:
                _say(f"failed: {outcome.source.path}: {outcome.reason}", console)

        def progress(done_bytes: float, all_bytes: int) -> None:
            bar.update(task, completed=done_bytes, total=all_bytes)

        def key_of(source: Source) -> SessionKey | None:
            return look(data, source.path, "read")

        return run_batch(found.sources, dataset, workers, key_of, told, progress)


def _workers(count: int | None, ray: str | None, configuration: Configuration) -> Sequence[Worker]:
    if ray is not None:
        from agent.batch.on_ray import ray_workers

        return ray_workers(ray, count, configuration)
    from agent.batch.local import LocalWorker

    return [LocalWorker(configuration) for _ in range(count or len(os.sched_getaffinity(0)))]


def _say(line: str, console: Console | None = None) -> None:
    """Above the bar."""
    (console or Console(stderr=True)).print(line, soft_wrap=True, markup=False, highlight=False)
