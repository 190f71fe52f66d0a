"""The agreement as one self-contained page, with the failures to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from agent.errors import CannotWriteReport
from agent.record.folder import write_whole
from agent.validation.agreement import Judged
from agent.validation.agreement_text import cells, headings, number
from agent.validation.events import EventAgreement, Failure
from agent.validation.findings import Found
from agent.validation.pictures import Wanted, cut, wanted
from agent.validation.plots import bland_altman, timeline
from agent.validation.values import ValueAgreement

MOST_FAILURES = 30  # shown of each label
MOST_WORST = 12  # shown of each measure
PICTURES = 8  # of an event
APART_MS = 500  # the worst errors are shown from different moments

WARNING = (
    "This page holds pictures of the person in the video. Keep it as you keep the video, and do "
    "not share it."
)
FAILURES = "Framed in orange: labelled and missed, or found and not labelled. Grey: not measurable."
WORST = "The largest errors, from different moments:"
STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 1040px; margin: 24px auto; padding: 0 16px; font-variant-numeric: tabular-nums; }
h1 { overflow-wrap: anywhere; } .wide { overflow-x: auto; } .wide svg { min-width: 640px; }
.warning { border: 2px solid; padding: 8px 12px; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid #8886; font-size: 13px; }
td { white-space: pre-line; vertical-align: top; }
svg { width: 100%; height: auto; font-size: 12px; fill: currentColor; margin: 8px 0; }
.lane { fill: #8882; } .quiet { fill: #888a; } .good { fill: #2a78c2; } .aside { fill: #888; }
.bad { fill: #d9761a; stroke: currentColor; stroke-width: 1; }
.tick { font-size: 11px; opacity: .8; } line { stroke: currentColor; stroke-dasharray: 5 4; }
circle { fill: #2a78c2; opacity: .6; }
figure { margin: 12px 0; } figure div { display: flex; flex-wrap: wrap; gap: 4px; }
figure.one { display: inline-block; width: 240px; margin: 6px; vertical-align: top; }
figcaption { font-size: 13px; } figure span { font-size: 11px; }
img { display: block; height: 150px; }
"""
HTML_HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width">'
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A failure, or a worst error, with the frames to look at."""

    caption: str
    pictures: tuple[Wanted, ...]


Sections = list[tuple[EventAgreement | ValueAgreement, list[Shown]]]


def page(
    title: str,
    judged: Judged,
    found: Found,
    sentences: Iterable[str],
    video: Path | None,
    timestamps: Path | None = None,
    track: int | None = None,
) -> str:
    """Without a video there are no pictures."""
    sections: Sections = [(agreement, list(_shown(agreement, found))) for agreement in judged]
    images: Mapping[Wanted, str] = {}
    if video is not None:
        every = (w for _, shown in sections for one in shown for w in one.pictures)
        images = cut(video, timestamps, track, every)
    parts = [
        HTML_HEAD,
        f"<title>{escape(title)}</title><style>{STYLE}</style><h1>{escape(title)}</h1>",
        f'<p class="warning">{WARNING}</p>' if video is not None else "",
        _table(judged),
        *(f"<p>{escape(sentence)}</p>" for sentence in sentences),
    ]
    for agreement, shown in sections:
        parts.extend(_section(agreement, shown, images, found.frames.end_ms))
    return "\n".join(parts)


def write_page(path: Path, content: str) -> None:
    """Readable by its owner only."""
    try:
        write_whole(path, content.encode())
    except OSError as error:
        raise CannotWriteReport(f"{path}: {error.strerror}") from error


def _table(judged: Judged) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings(judged))
    rows = (
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells(agreement)) + "</tr>"
        for agreement in judged
    )
    return _wide(f"<table><tr>{head}</tr>{''.join(rows)}</table>")


def _wide(content: str) -> str:
    """Scrolls on a narrow screen."""
    return f'<div class="wide" tabindex="0">{content}</div>'


def _section(
    agreement: EventAgreement | ValueAgreement,
    shown: list[Shown],
    images: Mapping[Wanted, str],
    end_ms: float,
) -> Iterator[str]:
    if isinstance(agreement, EventAgreement):
        yield f"<h2>{escape(agreement.kind.label.en)}</h2>"
        yield _wide(timeline(agreement, end_ms))
        if agreement.failures:
            yield f"<p>{FAILURES}</p>"
        left_out = len(agreement.failures) - len(shown)
    else:
        yield f"<h2>{escape(agreement.measure.label.en)}</h2>"
        yield _wide(bland_altman(agreement)) if agreement.pairs else "<p>Nothing to compare.</p>"
        yield f"<p>{WORST}</p>" if shown else ""
        left_out = 0
    for one in shown:
        yield _figure(one, images)
    if left_out:
        yield f"<p>{left_out} more failures are not shown.</p>"


def _figure(shown: Shown, images: Mapping[Wanted, str]) -> str:
    pictures = "".join(
        f'<span><img src="{images[one]}" alt="">{one.t_ms / 1000:.2f} s</span>'
        for one in shown.pictures
        if one in images
    )
    kind = ' class="one"' if len(shown.pictures) == 1 else ""
    caption = f"<figcaption>{escape(shown.caption)}</figcaption>"
    return f"<figure{kind}>{caption}<div>{pictures}</div></figure>"


def _shown(agreement: EventAgreement | ValueAgreement, found: Found) -> Iterator[Shown]:
    if isinstance(agreement, ValueAgreement):
        yield from _worst(agreement, found)
        return
    for failure in agreement.failures[:MOST_FAILURES]:
        frames = _frames_of(failure, found)
        yield Shown(_caption(failure), tuple(wanted(found, frame) for frame in frames))


def _caption(failure: Failure) -> str:
    span = f"{failure.onset_ms / 1000:.2f} to {failure.offset_ms / 1000:.2f} s"
    where = "" if failure.line is None else f", line {failure.line}"
    why = f" ({failure.reason})" if failure.reason else ""
    return f"{failure.outcome}{why}: {span}{where}"


def _frames_of(failure: Failure, found: Found) -> list[int]:
    """Some from one frame before to one after."""
    within = found.frames.within(failure.onset_ms, failure.offset_ms)
    first, last = max(0, within.start - 1), min(len(found.frames.t_ms) - 1, within.stop)
    return sorted({int(i) for i in np.linspace(first, last, min(PICTURES, last - first + 1))})


def _worst(agreement: ValueAgreement, found: Found) -> Iterator[Shown]:
    taken_ms: list[float] = []
    digits = agreement.measure.decimals + 1
    for pair in np.argsort(-np.abs(agreement.error)):
        t_ms = float(agreement.t_ms[pair])
        if len(taken_ms) == MOST_WORST:
            return
        if any(abs(t_ms - other) < APART_MS for other in taken_ms):
            continue
        taken_ms.append(t_ms)
        label, error = agreement.label[pair], agreement.error[pair]
        caption = (
            f"{t_ms / 1000:.2f} s, line {agreement.line[pair]}: label {number(label, digits)}, "
            f"found {number(label + error, digits)}"
        )
        frame = int(found.frames.nearest(np.array([t_ms]))[0])
        yield Shown(caption, (wanted(found, frame),))
