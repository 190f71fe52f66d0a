"""epedicare validate: how far what is found agrees with what people labelled."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.commands.analyze import INTERRUPTED, TimestampsFile
from agent.commands.frames_bar import frames_bar
from agent.commands.session_argument import DEFAULT_DATA, Data
from agent.validation import TOLERANCE_MS

if TYPE_CHECKING:
    from agent.validation.agreement import Judged
    from agent.validation.findings import Found
    from agent.validation.labels import Labels
    from agent.validation.material import Material


def validate(
    what: Annotated[
        str,
        typer.Argument(
            metavar="VIDEO|SESSION",
            help="A video file, or a kept session's id or folder.",
        ),
    ],
    labels: Annotated[
        Path,
        typer.Argument(
            metavar="LABELS",
            help="A CSV file: events (onset_s,offset_s,label), or values per frame (t_s or frame, "
            "and columns named by measures). Times count from the first frame.",
        ),
    ],
    label: Annotated[
        list[str] | None,
        typer.Option(
            help="A kind of event that was looked for, though the file may hold none of it. "
            "Repeat it for more."
        ),
    ] = None,
    tolerance_ms: Annotated[
        float,
        typer.Option(
            min=0,
            help="An event is found when onset and offset are both no further apart, or when half "
            "of the time is shared.",
        ),
    ] = TOLERANCE_MS,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a page with plots and the failures as pictures. It holds PICTURES OF THE "
            "PERSON: keep it as you keep the video, and do not share it.",
        ),
    ] = None,
    video: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="For --html of a session: the video it was made from."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the numbers as JSON instead of a table.")
    ] = False,
    timestamps: TimestampsFile = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Compare labels made by people with what the measures find, on a video or a session."""
    from agent.validation.agreement import judge
    from agent.validation.agreement_text import as_json as to_json
    from agent.validation.agreement_text import method, outside
    from agent.validation.labels import read_labels

    if html is not None and not html.parent.is_dir():
        raise typer.BadParameter(f"{html.parent} is no folder", param_hint="--html")
    read = read_labels(labels, label or ())
    material = _material(what, data, video, timestamps)
    frames = material.frames()
    read.check(frames)
    found = _look(material, read)
    judged = judge(read, frames, found, tolerance_ms)
    sentences = (
        *outside(judged),
        *method(judged, frames, tolerance_ms),
        *(f"note: {note}" for note in material.notes),
    )
    title = f"{labels.name} and what was found in {material.name}"
    if as_json:
        print(json.dumps(to_json(judged), indent=2))
    else:
        _print(title, judged, sentences)
    if html is not None:
        from agent.validation.report import page, write_page

        content = page(title, judged, found, sentences, material.video, timestamps)
        write_page(html, content)
        pictures = "pictures of the person" if material.video else "no pictures"
        print(f"{html} (holds {pictures})", file=sys.stderr)


def _look(material: Material, labels: Labels) -> Found:
    from agent.validation.findings import look_at

    try:
        with frames_bar(material.name) as show:
            return look_at(material, labels.measures, show)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def _material(what: str, data: Path, video: Path | None, timestamps: Path | None) -> Material:
    from agent.record.folder import find_session, means_session
    from agent.validation.material import SessionMaterial, VideoMaterial

    if means_session(what):
        if timestamps is not None and video is None:
            raise typer.BadParameter("a session has its own times; --timestamps is for a video")
        return SessionMaterial(find_session(what, data), video)
    if video is not None:
        raise typer.BadParameter("--video is for a session")
    return VideoMaterial(Path(what), timestamps)


def _print(title: str, judged: Judged, sentences: tuple[str, ...]) -> None:
    from agent.validation.agreement_text import cells, headings

    table = Table(title=title, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings(judged):
        table.add_column(heading, overflow="fold")
    for agreement in judged:
        table.add_row(*cells(agreement))
    console = Console()
    console.print(table)
    for sentence in sentences:
        console.print(sentence, soft_wrap=True, markup=False, highlight=False)
