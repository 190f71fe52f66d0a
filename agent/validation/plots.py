"""Plots as SVG text, to look at in the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np

from agent.validation.events import EventAgreement, Failure, Outcome
from agent.validation.frames import Float64
from agent.validation.values import ValueAgreement
from agent.validation.words import number

WIDTH = 1000
NAMES = 110  # for the lanes' names
LANE, GAP = 18, 8
MOST_POINTS = 2000  # of a scatter or a line
SCATTER_HEIGHT = 260
MARGIN = 50


def timeline(agreement: EventAgreement, end_ms: float) -> str:
    """Labels over what was found, with the failures marked and the unmeasurable time in grey."""
    missed = _onsets(agreement.failures, Outcome.MISSED)
    invented = _onsets(agreement.failures, Outcome.INVENTED)
    outside = _onsets(agreement.failures, Outcome.OUTSIDE)
    scale = _Scale(end_ms)
    lanes: tuple[tuple[str, Float64, dict[float, str]], ...] = (
        (
            "labelled",
            agreement.labelled_ms,
            {**dict.fromkeys(missed, "bad"), **dict.fromkeys(outside, "aside")},
        ),
        ("found", agreement.found_ms, dict.fromkeys(invented, "bad")),
        ("measurable", agreement.measurable_ms, {}),
    )
    height = len(lanes) * (LANE + GAP) + 20
    parts = [f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="timeline">']
    for place, (name, spans, marks) in enumerate(lanes):
        y = place * (LANE + GAP)
        parts.append(f'<text x="0" y="{y + LANE - 4}">{name}</text>')
        parts.append(
            f'<rect class="lane" x="{NAMES}" y="{y}" width="{WIDTH - NAMES}" height="{LANE}"/>'
        )
        parts.extend(_bars(spans, marks, scale, y, "quiet" if name == "measurable" else "good"))
    parts.extend(_seconds(scale, end_ms, height - 4))
    return "".join((*parts, "</svg>"))


def _onsets(failures: Iterable[Failure], outcome: Outcome) -> list[float]:
    return [failure.onset_ms for failure in failures if failure.outcome is outcome]


class _Scale:
    def __init__(self, end_ms: float) -> None:
        self._per_ms = (WIDTH - NAMES) / max(1.0, end_ms)

    def x(self, t_ms: float) -> float:
        return NAMES + t_ms * self._per_ms


def _bars(
    spans: Float64, marks: dict[float, str], scale: _Scale, y: int, usual: str
) -> Iterator[str]:
    for onset_ms, offset_ms in spans:
        x, end = scale.x(onset_ms), scale.x(offset_ms)
        kind = marks.get(onset_ms, usual)
        title = f"{onset_ms / 1000:.2f} to {offset_ms / 1000:.2f} s"
        yield (
            f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{max(1.5, end - x):.1f}" '
            f'height="{LANE}"><title>{title}</title></rect>'
        )


def _seconds(scale: _Scale, end_ms: float, y: int) -> Iterator[str]:
    step_ms = _round_step(end_ms / 8)
    for t_ms in np.arange(0, end_ms, step_ms):
        yield f'<text class="tick" x="{scale.x(float(t_ms)):.1f}" y="{y}">{t_ms / 1000:g} s</text>'


def _round_step(step: float) -> float:
    """1, 2 or 5 times a power of ten, at least `step`."""
    power = 10.0 ** np.floor(np.log10(max(step, 1e-9)))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step))


def bland_altman(agreement: ValueAgreement) -> str:
    """Each pair's error over its mean, with bias and limits of agreement."""
    mean = agreement.label + agreement.error / 2
    chosen = _thinned(len(mean))
    low, high = _range(np.append(agreement.error, (agreement.lower.value, agreement.upper.value)))
    left, right = _range(mean)

    def x(value: float) -> float:
        return MARGIN + (value - left) / (right - left) * (WIDTH - 2 * MARGIN)

    def y(value: float) -> float:
        return 10 + (high - value) / (high - low) * (SCATTER_HEIGHT - 40)

    parts = [f'<svg viewBox="0 0 {WIDTH} {SCATTER_HEIGHT}" role="img" aria-label="Bland-Altman">']
    for estimate, name in (
        (agreement.upper, "upper limit"),
        (agreement.bias, "bias"),
        (agreement.lower, "lower limit"),
    ):
        if np.isfinite(estimate.value):
            at = y(estimate.value)
            text = f"{name} {number(estimate.value, agreement.measure.decimals + 1)}"
            parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{at:.1f}" y2="{at:.1f}"/>')
            parts.append(f'<text class="tick" x="{MARGIN}" y="{at - 3:.1f}">{escape(text)}</text>')
    parts.extend(
        f'<circle cx="{x(mean[i]):.1f}" cy="{y(agreement.error[i]):.1f}" r="2.5"/>' for i in chosen
    )
    step = _round_step((right - left) / 8)
    for value in np.arange(np.ceil(left / step) * step, right, step):
        text = number(float(value), agreement.measure.decimals)
        parts.append(
            f'<text class="tick" x="{x(float(value)):.1f}" y="{SCATTER_HEIGHT - 4}">{text}</text>'
        )
    return "".join((*parts, "</svg>"))


def _range(values: Float64) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _thinned(count: int) -> list[int]:
    return [int(i) for i in np.linspace(0, count - 1, min(count, MOST_POINTS))]
