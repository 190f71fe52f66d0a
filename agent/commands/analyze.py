"""epedicare analyze: a video file, or a kept session's observations once more."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.commands.frames_bar import frames_bar
from agent.commands.session_argument import Data

if TYPE_CHECKING:
    from agent.offline import AnalysedSession
    from agent.wire.generated import analysis_pb2 as pb

INTERRUPTED = 130

TimestampsFile = Annotated[
    Path | None,
    typer.Option(
        "--timestamps",
        metavar="FILE",
        help="The frames' capture times, one a line, instead of the container's: in seconds, or "
        "under the heading t_s, t_ms or t_us.",
    ),
]

VideoTrack = Annotated[
    int | None,
    typer.Option(
        "--video-track",
        min=1,
        metavar="N",
        help="Which of several videos in the file, counted from 1. Default: the first.",
    ),
]

PersonNumber = Annotated[
    int | None,
    typer.Option(
        "--person",
        min=1,
        metavar="N",
        help="Follow this person only, by the number that an analysis without it tells.",
    ),
]


def analyze(
    what: Annotated[
        str,
        typer.Argument(
            metavar="VIDEO|SESSION", help="A video file, a session's id, or a session's folder."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The new session's folder. Default: in the data folder."
        ),
    ] = None,
    timestamps: TimestampsFile = None,
    video_track: VideoTrack = None,
    person: PersonNumber = None,
    *,
    data: Data,
) -> None:
    """Analyse a video file, or compute a session's measures again from its log."""
    from agent.errors import LogFailed
    from agent.record.folder import new_session_id, session_folder

    folder = output or session_folder(data, new_session_id())
    started_s = time.monotonic()
    try:
        analysed = _with_progress(what, folder, data, timestamps, video_track, person)
    except LogFailed as error:
        print(f"error: {error}; {_what_is_left(folder)}", file=sys.stderr)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        print(f"stopped; {_what_is_left(folder)}", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    _report(analysed, time.monotonic() - started_s)


def _what_is_left(folder: Path) -> str:
    from agent.record.folder import run_files

    if folder.is_dir() and any(path.stat().st_size for path in run_files(folder)):
        return f"what was analysed so far is in {folder}"
    return f"nothing was written in {folder}"


def _with_progress(
    what: str,
    folder: Path,
    data: Path,
    timestamps: Path | None,
    track: int | None,
    person: int | None,
) -> AnalysedSession:
    from agent.offline import analyse_session, analyse_video
    from agent.record.folder import find_session, means_session
    from token_service.operator import look

    a_session = means_session(what)
    if a_session and (timestamps, track, person) != (None, None, None):
        raise typer.BadParameter(
            "a session has its own times; --timestamps, --video-track and --person are for a video"
        )
    with frames_bar(Path(what).name) as show:
        if a_session:
            session = find_session(what, data)
            return analyse_session(session, folder, show, look(data, session, "read"))
        return analyse_video(Path(what), folder, show, timestamps, track, person)


def _report(analysed: AnalysedSession, took_s: float) -> None:
    console = Console()
    console.print(_summary_table(analysed.summary))
    for words in _reasons_in_words(analysed.summary):
        console.print(words, soft_wrap=True, markup=False, highlight=False)
    console.print(
        f"{analysed.frames} frames, {analysed.duration_ms / 1000:.1f} s of video, "
        f"in {took_s:.1f} s ({analysed.frames / took_s:.0f} frames a second)",
        highlight=False,
    )
    for note in analysed.notes:
        console.print(Text.assemble(("note:", "bold yellow"), f" {note}"), soft_wrap=True)
    console.print(f"{analysed.folder}", soft_wrap=True, markup=False, highlight=False)


def _summary_table(summary: pb.Summary) -> Table:
    from agent.wire.registry import encode_registry

    registry = encode_registry()
    title = f"The whole session ({summary.ended})"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("measure", overflow="fold")
    table.add_column("value (95 % interval)", overflow="fold")
    table.add_column("measurable", justify="right", no_wrap=True)
    table.add_column("quality", overflow="fold")
    group = None
    for value in summary.values:
        measure = registry.measures[value.measure]
        if measure.group != group:
            table.add_row(f"[bold]{measure.group.capitalize()}")
        group = measure.group
        reasons = ", ".join(registry.reasons[index].id for index in value.reasons)
        table.add_row(measure.label.en, *_trusted(value, measure, reasons))
    return table


def _trusted(value: pb.Value, measure: pb.MeasureInfo, reasons: str) -> tuple[str, str, str]:
    """A withheld value shows its reason where the number would be."""
    measurable = f"{value.valid_fraction:.0%}" if value.HasField("valid_fraction") else ""
    if not value.HasField("value"):
        return f"– {reasons}", measurable, "withheld"
    shown = f"{_number(value.value, measure)}{_interval(value, measure)}"
    return shown, measurable, f"{_quality(value)}{f' ({reasons})' if reasons else ''}"


def _reasons_in_words(summary: pb.Summary) -> list[str]:
    from agent.wire.registry import encode_registry

    used = sorted({index for value in summary.values for index in value.reasons})
    reasons = encode_registry().reasons
    return [f"{reasons[index].id}: {reasons[index].label.en}" for index in used]


def _number(value: float, measure: pb.MeasureInfo) -> str:
    unit = "" if measure.unit == "1" else f" {measure.unit}"
    return f"{value:.{measure.decimals}f}{unit}"


def _interval(value: pb.Value, measure: pb.MeasureInfo) -> str:
    if not (value.HasField("ci_low") and value.HasField("ci_high")):
        return ""
    return f" ({value.ci_low:.{measure.decimals}f} to {value.ci_high:.{measure.decimals}f})"


def _quality(value: pb.Value) -> str:
    from agent.wire.generated import analysis_pb2 as pb

    return pb.Quality.Name(value.quality).removeprefix("QUALITY_").replace("_", " ").lower()
