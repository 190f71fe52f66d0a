"""epedicare validate: how far what is found agrees with what people labelled."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.commands.analyze import INTERRUPTED, PersonNumber, TimestampsFile, VideoTrack
from agent.commands.frames_bar import frames_bar
from agent.commands.session_argument import Data
from agent.validation import TOLERANCE_MS

if TYPE_CHECKING:
    from agent.validation.agreement import Judged
    from agent.validation.findings import Found
    from agent.validation.labels import Labels
    from agent.validation.material import Material


class TimesFrom(StrEnum):
    PICTURE = "picture"
    FILE = "file"


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
            "and columns named by measures). Times count from the first picture.",
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
    times_from: Annotated[
        TimesFrom,
        typer.Option(
            help="What times in LABELS count from: the first picture, or the file's beginning, as "
            "players and ELAN show it."
        ),
    ] = TimesFrom.PICTURE,
    shift_s: Annotated[
        float, typer.Option(min=-86_400, max=86_400, help="Added to all times in LABELS.")
    ] = 0.0,
    timestamps: TimestampsFile = None,
    video_track: VideoTrack = None,
    person: PersonNumber = None,
    *,
    data: Data,
) -> None:
    """Compare labels made by people with what the measures find, on a video or a session."""
    from agent.validation.agreement import judge
    from agent.validation.agreement_text import as_json as to_json
    from agent.validation.agreement_text import method, outside
    from agent.validation.labels import read_labels
    from agent.validation.shift import constant_shift, shift_sentences

    if html is not None and not html.parent.is_dir():
        raise typer.BadParameter(f"{html.parent} is no folder", param_hint="--html")
    read = read_labels(labels, label or ())
    material = _material(what, data, video, timestamps, video_track, person)
    frames = material.frames()
    shift_ms = round(1000 * shift_s) - _counted_from_ms(times_from, material)
    if shift_ms:
        read = read.shifted(shift_ms)
    read.check(frames)
    found = _look(material, read)
    judged = judge(read, frames, found, tolerance_ms)
    sentences = (
        *outside(judged),
        *shift_sentences(
            read.path, constant_shift(judged, tolerance_ms), material.picture_starts_ms, shift_s
        ),
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

        content = page(title, judged, found, sentences, material.video, timestamps, video_track)
        write_page(html, content)
        pictures = "pictures of the person" if material.video else "no pictures"
        print(f"{html} (holds {pictures})", file=sys.stderr)


def _counted_from_ms(times_from: TimesFrom, material: Material) -> int:
    if times_from is TimesFrom.PICTURE:
        return 0
    if material.picture_starts_ms is None:
        raise typer.BadParameter(
            f"{material.name} has no times of a file", param_hint="--times-from"
        )
    return material.picture_starts_ms


def _look(material: Material, labels: Labels) -> Found:
    from agent.validation.findings import look_at

    try:
        with frames_bar(material.name) as show:
            return look_at(material, labels.measures, show)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def _material(
    what: str,
    data: Path,
    video: Path | None,
    timestamps: Path | None,
    track: int | None,
    person: int | None,
) -> Material:
    from agent.record.folder import find_session, means_session
    from agent.validation.material import SessionMaterial, VideoMaterial
    from token_service.operator import look

    if means_session(what):
        if person is not None or (video is None and (timestamps, track) != (None, None)):
            raise typer.BadParameter(
                "a session has its own times; "
                "--timestamps, --video-track and --person are for a video"
            )
        folder = find_session(what, data)
        return SessionMaterial(folder, video, look(data, folder, "read"))
    if video is not None:
        raise typer.BadParameter("--video is for a session")
    return VideoMaterial(Path(what), timestamps, track, person)


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
