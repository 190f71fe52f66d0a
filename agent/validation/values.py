"""Agreement on values: how far from the labels, in which direction, and how often there is one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.measures.declarations import Measure
from agent.validation.bootstrap import Estimate, block_sums, estimates
from agent.validation.findings import Found
from agent.validation.frames import ROUNDING_MS, Float64, FrameTimes
from agent.validation.value_labels import ValueLabels

LIMITS_SD = 1.96  # half the width of Bland and Altman's limits, in standard deviations

# The sums that everything is made of, over the pairs.
N, ERROR, ABSOLUTE, SQUARED = range(4)
SUMS = 4


@dataclass(frozen=True, slots=True)
class ValueAgreement:
    measure: Measure
    labelled: int  # rows that hold a value
    pairs: int  # of them with a value found
    coverage: float  # pairs / labelled, 0-1
    withheld: dict[str, int]  # labelled rows without a value found, by reason; "": no frame there
    mae: Estimate
    bias: Estimate  # found - labelled
    lower: Estimate  # limit of agreement
    upper: Estimate
    t_ms: Float64  # (pairs,)
    label: Float64  # (pairs,)
    error: Float64  # (pairs,) found - labelled
    line: NDArray[np.intp]  # (pairs,) in the file of labels
    sums: Float64  # (blocks of time, SUMS)

    @property
    def name(self) -> str:
        return self.measure.id

    @property
    def compared(self) -> int:
        return self.pairs


def value_agreement(
    place: int, labels: ValueLabels, frames: FrameTimes, found: Found
) -> ValueAgreement:
    """Of the labels' column at that place; `frames` are the material's."""
    measure = labels.columns[place]
    label = labels.values[:, place]
    at_ms = labels.times_ms(frames)
    of_frame = found.frames.nearest(at_ms)
    there = np.abs(found.frames.t_ms[of_frame] - at_ms) <= max(ROUNDING_MS, frames.usual_ms)
    value = np.where(there, found.values[measure.id][of_frame], np.nan)
    labelled = np.isfinite(label)
    paired = labelled & np.isfinite(value)
    reasons = found.reasons[measure.id]
    withheld = Counter(
        reasons[of_frame[row]] if there[row] else "" for row in np.flatnonzero(labelled & ~paired)
    )
    t_ms = found.frames.t_ms[of_frame[paired]].astype(np.float64)
    error = value[paired] - label[paired]
    sums = block_sums(t_ms, error_parts(error), found.frames.end_ms)
    mae, bias, lower, upper = error_estimates(sums)
    return ValueAgreement(
        measure=measure,
        labelled=int(labelled.sum()),
        pairs=int(paired.sum()),
        coverage=float(paired.sum() / labelled.sum()) if labelled.any() else np.nan,
        withheld=dict(withheld),
        mae=mae,
        bias=bias,
        lower=lower,
        upper=upper,
        t_ms=t_ms,
        label=label[paired],
        error=error,
        line=np.array(labels.lines)[paired],
        sums=sums,
    )


def error_parts(error: Float64) -> Float64:
    """(n,) to (n, SUMS)."""
    return np.stack((np.ones_like(error), error, np.abs(error), error**2), axis=-1)


def error_estimates(sums: Float64) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """MAE, bias and limits of agreement of sums (parts, SUMS) that are resampled as wholes."""
    mae, bias, lower, upper = estimates(sums, _statistics)
    return mae, bias, lower, upper


def _statistics(sums: Float64) -> Float64:
    """(..., SUMS) to mean absolute error, bias, and the limits of agreement.

    Bland & Altman 1986: bias ± 1.96 standard deviations of the differences (n - 1).
    """
    n = sums[..., N]
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = sums[..., ERROR] / n
        spread = np.maximum(0.0, sums[..., SQUARED] - n * bias**2)
        half = LIMITS_SD * np.sqrt(np.where(n > 1, spread / (n - 1), np.nan))
        return np.stack((sums[..., ABSOLUTE] / n, bias, bias - half, bias + half), axis=-1)
