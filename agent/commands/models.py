"""epedicare models: fetch, verify, clips."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from models.bundles import BUNDLES, bundles_folder
from models.clips import CLIPS, TALKING_FACE, Clip, clips_folder, fetch_clips
from models.fetch import Received, fetch
from models.packages import Unpacked

app = typer.Typer(no_args_is_help=True, help="The MediaPipe bundles and the sample clips.")


@app.command("fetch")
def fetch_bundles() -> None:
    """Fetch the three model bundles; a file with another SHA-256 is refused."""
    folder = bundles_folder()
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress, Unpacked() as packages:
        for bundle in BUNDLES:
            task = progress.add_task(bundle.name, total=bundle.size)
            origin = fetch(bundle, folder, packages, _shown(progress, task))
            progress.console.print(f"{bundle.name}: {origin}", soft_wrap=True, highlight=False)


def _shown(progress: Progress, task: TaskID) -> Received:
    return lambda size: progress.update(task, completed=size)


@app.command()
def verify() -> None:
    """Check the three model bundles against their pinned SHA-256."""
    problems = [bundle.problem(bundles_folder()) for bundle in BUNDLES]
    for bundle, problem in zip(BUNDLES, problems, strict=True):
        typer.echo(problem or f"{bundle.name}: genuine ({bundle.licence})")
    if any(problems):
        raise typer.Exit(1)


@app.command("clips")
def fetch_sample_clips(
    of_tests: Annotated[
        bool, typer.Option("--all", help="Those that the tests play, too (30 MB more).")
    ] = False,
) -> None:
    """Fetch the clip of the sample patient."""
    folder = clips_folder()
    clips = CLIPS if of_tests else (TALKING_FACE,)
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}")
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("sample clips", total=len(clips))

        def done(clip: Clip) -> None:
            progress.update(task, advance=1, description=f"sample clips: {clip.name}")

        fetch_clips(clips, folder, done)
    typer.echo(f"{len(clips)} sample clips in {folder}")
