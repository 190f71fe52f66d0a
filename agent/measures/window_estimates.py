"""Values of a window and their 95 % confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.measures.declarations import Measure, Over
from agent.measures.intervals import Floats, independent_batches, poisson, student, wilson
from agent.measures.window_bins import (
    BATCHES,
    FORMER,
    GOOD,
    LATTER,
    MEANS,
    PAIRS,
    PRODUCTS,
    SQUARES,
    TOTAL,
    VALID,
    N,
    Sums,
    divisor_of_mean,
)


class Estimates:
    """How each measure's value and interval follow from its sums.

    Few seconds that hang together are worth two: Student's interval is then wider than all that was
    seen. It ends where a range of which so many seconds were seen may be taken to end: one part in
    n - 1 beyond what was seen.
    """

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._is_rate = np.array([m.over is Over.RATE for m in measures], dtype=bool)
        self._rates = np.flatnonzero(self._is_rate)
        self._is_duration = np.array([m.over is Over.DURATION for m in measures], dtype=bool)
        self._is_mean = np.array([m.over is Over.MEAN for m in measures], dtype=bool)
        self._is_share = np.array([m.over is Over.SHARE for m in measures], dtype=bool)
        self._is_maximum = np.array([m.over is Over.MAXIMUM for m in measures], dtype=bool)
        self._most_missed = np.array([m.most_missed for m in measures])
        self._low = np.array([-np.inf if m.low is None else m.low for m in measures])
        self._high = np.array([np.inf if m.high is None else m.high for m in measures])

    def counts(self, sums: Sums) -> list[int]:
        """Of events, or of samples."""
        counted: Floats = np.where(self._is_rate, sums.rows[TOTAL], sums.rows[N])
        counts: list[int] = counted.astype(int).tolist()
        return counts

    def of(self, sums: Sums) -> tuple[Floats, Floats, Floats]:
        """Value, low and high end of each measure; NaN where there is none."""
        rows = sums.rows
        with np.errstate(all="ignore"):
            mean_value = rows[TOTAL] / divisor_of_mean(rows, self._is_duration)
            value = np.where(self._is_rate, mean_value * 60, mean_value)
            value = np.where(self._is_maximum, sums.maximum, value)
            low, high = self._of_means_and_shares(rows, value)
            unseen = (sums.maximum - sums.minimum) / (rows[BATCHES] - 1)
            low = np.where(self._is_mean, np.maximum(low, sums.minimum - unseen), low)
            high = np.where(self._is_mean, np.minimum(high, sums.maximum + unseen), high)
            rates = self._rates
            valid_s = rows[VALID, rates]
            rate_low, rate_high = poisson(rows[TOTAL, rates])
            low[rates] = rate_low / valid_s * 60
            missed = self._most_missed[rates] * (1 - rows[GOOD, rates] / valid_s)
            high[rates] = rate_high / valid_s * 60 / (1 - missed)
            return value, np.maximum(low, self._low), np.minimum(high, self._high)

    def _of_means_and_shares(self, rows: Floats, value: Floats) -> tuple[Floats, Floats]:
        batches = rows[BATCHES]
        mean = rows[MEANS] / batches
        variance = np.maximum(rows[SQUARES] / batches - mean * mean, 0.0)
        independent = independent_batches(batches, self._correlation(rows, mean, variance))
        low, high = student(value, variance * batches / (batches - 1), independent)
        share_low, share_high = wilson(np.clip(value / 100, 0, 1), independent)
        low = np.where(self._is_share, share_low * 100, low)
        high = np.where(self._is_share, share_high * 100, high)
        few = (batches < 2) | self._is_maximum
        return np.where(few, np.nan, low), np.where(few, np.nan, high)

    def _correlation(self, rows: Floats, mean: Floats, variance: Floats) -> Floats:
        """Of each second's mean with the next one's."""
        varies = variance > 1e-9 * (mean * mean + 1e-9)  # else only rounding is left
        pairs = rows[PAIRS]
        together = rows[PRODUCTS] / pairs - rows[FORMER] / pairs * rows[LATTER] / pairs
        correlation: Floats = np.where(varies, together / variance, np.nan)
        correlation[self._is_duration] = 0.0  # an event's length is one reading by itself
        return correlation
