"""Plots as SVG text, to look at in the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np

from agent.validation.agreement_text import number
from agent.validation.events import EventAgreement, Failure, Outcome
from agent.validation.frames import Float64
from agent.validation.values import ValueAgreement

WIDTH = 1000
NAMES = 110  # for the lanes' names
LANE, GAP = 18, 8
MOST_POINTS = 2000  # of a scatter or a line
SCATTER_HEIGHT = 300
PLOT_TOP, PLOT_HEIGHT = 30, 240
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
    """Each pair's error over its mean, with bias and limits of agreement (Bland & Altman 1986)."""
    mean = agreement.label + agreement.error / 2
    limits = (agreement.lower.value, agreement.upper.value)
    plot = _Scatter(_range(mean), _range(np.append(agreement.error, limits)))
    decimals = agreement.measure.decimals
    unit = "" if agreement.measure.unit == "1" else f" ({agreement.measure.unit})"
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {SCATTER_HEIGHT}" role="img" aria-label="Bland-Altman plot">',
        f'<text class="tick" x="0" y="12">found − label{unit}</text>',
        f'<text class="tick" x="{WIDTH / 2}" y="{SCATTER_HEIGHT - 4}">mean of both{unit}</text>',
    ]
    for estimate, name in (
        (agreement.upper, "upper limit"),
        (agreement.bias, "bias"),
        (agreement.lower, "lower limit"),
    ):
        if np.isfinite(estimate.value):
            parts.append(
                plot.level(estimate.value, f"{name} {number(estimate.value, decimals + 1)}")
            )
    parts.extend(plot.point(mean[i], agreement.error[i]) for i in _thinned(len(mean)))
    parts.extend(plot.ticks(decimals))
    return "".join((*parts, "</svg>"))


class _Scatter:
    def __init__(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        self._left, self._right = across
        self._low, self._high = up

    def level(self, value: float, text: str) -> str:
        y = self._y(value)
        return (
            f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{MARGIN}" y="{y - 3:.1f}">{escape(text)}</text>'
        )

    def point(self, x: float, y: float) -> str:
        return f'<circle cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="2.5"/>'

    def ticks(self, decimals: int) -> Iterator[str]:
        step = _round_step((self._right - self._left) / 8)
        for value in np.arange(np.ceil(self._left / step) * step, self._right, step):
            x = self._x(float(value))
            text = number(float(value), decimals)
            yield f'<text class="tick" x="{x:.1f}" y="{PLOT_HEIGHT + 24}">{text}</text>'

    def _x(self, value: float) -> float:
        share = (value - self._left) / (self._right - self._left)
        return MARGIN + share * (WIDTH - 2 * MARGIN)

    def _y(self, value: float) -> float:
        share = (self._high - value) / (self._high - self._low)
        return PLOT_TOP + share * (PLOT_HEIGHT - PLOT_TOP)


def _range(values: Float64) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _thinned(count: int) -> list[int]:
    return [int(i) for i in np.linspace(0, count - 1, min(count, MOST_POINTS))]
