"""The agreement in words and cells, the same on the terminal and in the report."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from agent.measures.registry import REGISTRY
from agent.record.provenance import code_version
from agent.validation.agreement import Judged
from agent.validation.bootstrap import RESAMPLES, SEED, Estimate, block_ms
from agent.validation.events import EventAgreement, Outcome
from agent.validation.frames import FrameTimes
from agent.validation.matching import LEAST_OVERLAP
from agent.validation.values import ValueAgreement
from agent.wire.registry import encode_registry

EVENT_HEADINGS = (
    "label",
    "found, missed, false",
    "precision",
    "recall",
    "F1",
    "κ of time",
    "measurable",
)
VALUE_HEADINGS = ("measure", "MAE", "bias", "limits of agreement", "measurable")
FEW = 20
NOTHING = "–"


def headings(judged: Judged) -> tuple[str, ...]:
    return EVENT_HEADINGS if isinstance(judged[0], EventAgreement) else VALUE_HEADINGS


def cells(agreement: EventAgreement | ValueAgreement) -> tuple[str, ...]:
    if isinstance(agreement, EventAgreement):
        return _event_cells(agreement)
    return _value_cells(agreement)


def _event_cells(agreement: EventAgreement) -> tuple[str, ...]:
    return (
        agreement.kind.id,
        f"{agreement.correct}, {agreement.missed}, {agreement.invented}",
        *(
            estimate(of, 2, "–")
            for of in (agreement.precision, agreement.recall, agreement.f1, agreement.kappa)
        ),
        f"{agreement.measurable} of {agreement.labelled}\n{agreement.coverage:.0%} of time",
    )


def _value_cells(agreement: ValueAgreement) -> tuple[str, ...]:
    measure = agreement.measure
    digits = measure.decimals + 1
    limits = (estimate(limit, digits).split("\n") for limit in (agreement.lower, agreement.upper))
    return (
        measure.id + ("" if measure.unit == "1" else f"\n{measure.unit}"),
        estimate(agreement.mae, digits),
        estimate(agreement.bias, digits),
        "\n".join(" and ".join(lines) for lines in zip(*limits, strict=True)),
        f"{agreement.pairs} of {agreement.labelled}"
        + ("" if math.isnan(agreement.coverage) else f"\n{agreement.coverage:.0%}"),
    )


def estimate(of: Estimate, digits: int, between: str = " to ") -> str:
    """The value, and its interval on a line of its own."""
    if math.isnan(of.value):
        return NOTHING
    value = number(of.value, digits)
    if math.isnan(of.low):
        return value
    return f"{value}\n{number(of.low, digits)}{between}{number(of.high, digits)}"


def number(value: float, digits: int) -> str:
    """Never a minus before zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def method(judged: Judged, frames: FrameTimes, tolerance_ms: float) -> Iterator[str]:
    """How the numbers were made, and what they cannot bear."""
    if isinstance(judged[0], EventAgreement):
        yield (
            f"An event found is a labelled one when the two share {LEAST_OVERLAP:.0%} of the time "
            f"that they take up together, or when onset and offset are both at most "
            f"{tolerance_ms:g} ms apart; each counts once. κ compares frame by frame, over "
            "measurable time."
        )
    else:
        yield (
            "Bias: found − label. Limits of agreement: bias ± 1.96 standard deviations (Bland and "
            "Altman)."
        )
    block_s = block_ms(frames.end_ms) / 1000
    yield (
        f"Intervals: 95 %, percentile bootstrap over blocks of {block_s:.3g} s, {RESAMPLES} "
        f"resamples, seed {SEED}."
    )
    yield f"Measures of epedicare {code_version()}, registry {encode_registry().hash[:12]}."
    few = [agreement.name for agreement in judged if agreement.compared < FEW]
    if few:
        yield (
            f"Fewer than {FEW} labels to compare of {', '.join(few)}: the intervals are too "
            "narrow, and without any failure they have no width at all."
        )


def outside(judged: Judged) -> Iterator[str]:
    """The labels that nothing could have been found for, and why."""
    why = {reason.id: reason.label.en for reason in REGISTRY.reasons}
    for agreement in judged:
        if isinstance(agreement, ValueAgreement):
            for reason, count in agreement.withheld.items():
                yield (
                    f"{agreement.name}: {count} of {agreement.labelled} labels could not be "
                    f"compared: {why.get(reason, 'no frames')}"
                )
            continue
        for failure in agreement.failures:
            if failure.outcome is Outcome.OUTSIDE:
                yield (
                    f"{agreement.kind.id} at {failure.onset_ms / 1000:.2f} s (line {failure.line}) "
                    f"was not measurable: {why.get(failure.reason, 'no frames')}"
                )


def as_json(judged: Judged) -> list[dict[str, Any]]:
    return [_event_json(a) if isinstance(a, EventAgreement) else _value_json(a) for a in judged]


def _event_json(agreement: EventAgreement) -> dict[str, Any]:
    return {
        "label": agreement.kind.id,
        "labelled": agreement.labelled,
        "measurable": agreement.measurable,
        "found": agreement.correct,
        "missed": agreement.missed,
        "false": agreement.invented,
        "coverage": _or_null(agreement.coverage),
        "precision": _estimate_json(agreement.precision),
        "recall": _estimate_json(agreement.recall),
        "f1": _estimate_json(agreement.f1),
        "kappa": _estimate_json(agreement.kappa),
    }


def _value_json(agreement: ValueAgreement) -> dict[str, Any]:
    return {
        "measure": agreement.measure.id,
        "unit": agreement.measure.unit,
        "labelled": agreement.labelled,
        "pairs": agreement.pairs,
        "coverage": _or_null(agreement.coverage),
        "mae": _estimate_json(agreement.mae),
        "bias": _estimate_json(agreement.bias),
        "limit_low": _estimate_json(agreement.lower),
        "limit_high": _estimate_json(agreement.upper),
    }


def _estimate_json(of: Estimate) -> dict[str, float | None]:
    return {"value": _or_null(of.value), "low": _or_null(of.low), "high": _or_null(of.high)}


def _or_null(value: float) -> float | None:
    return None if math.isnan(value) else value
