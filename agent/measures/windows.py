"""Windows of 1, 10 and 60 s and of the session: values, their intervals, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from agent.measures.declarations import Measure
from agent.measures.intervals import Floats
from agent.measures.labels import Reason
from agent.measures.results import BaselineState, Quality, Value, Window
from agent.measures.window_bins import BIN_MS, BINS, GOOD, VALID, Bins, Sums
from agent.measures.window_estimates import Estimates
from agent.measures.window_reasons import LEAST_FRACTION, Stretch, WindowReasons

WINDOWS_MS = (1000, 10_000, BINS * BIN_MS)
SESSION_MS = 0
SESSION_EVERY_MS = 10_000
LEAST_FRACTION_SESSION = 0.7


class Windows:
    def __init__(self, measures: Sequence[Measure], all_reasons: Sequence[Reason]) -> None:
        self._ids = [measure.id for measure in measures]
        self._reasons = WindowReasons(measures, all_reasons)
        self._estimates = Estimates(measures)
        self._bins = Bins(measures, self._reasons.places)
        self.add = self._bins.add  # one frame; see there

    def move_to(self, t_ms: int) -> tuple[int, ...]:
        """Close the bins that ended; the lengths of the windows that are due."""
        ends_ms = self._bins.move_to(t_ms)
        if not ends_ms:
            return ()
        if any(end_ms % SESSION_EVERY_MS == 0 for end_ms in ends_ms):
            return (*WINDOWS_MS, SESSION_MS)
        return WINDOWS_MS

    def window(
        self,
        window_ms: int,
        baseline_states: Sequence[BaselineState],
        failed: frozenset[str],
    ) -> Window:
        """The window that ends with the last closed bin; of the session, the bin at hand too."""
        bins = self._bins
        if window_ms == SESSION_MS:
            sums = bins.session
            length_s, least = sums.observed_s, LEAST_FRACTION_SESSION
        else:
            sums = bins.sum_of_last(window_ms // BIN_MS)
            length_s, least = window_ms / 1000, LEAST_FRACTION
        elapsed_s = (bins.end_ms - (bins.first_ms or 0)) / 1000
        stretch = Stretch(window_ms, length_s, elapsed_s, least)
        values = self._values(sums, stretch, baseline_states, failed)
        return Window(bins.end_ms, window_ms, values)

    def finish(
        self, t_ms: int, baseline_states: Sequence[BaselineState], failed: frozenset[str]
    ) -> Window:
        if self._bins.first_ms is not None:
            self._bins.close(t_ms)
        session = self.window(SESSION_MS, baseline_states, failed)
        return Window(max(t_ms, 0), SESSION_MS, session.values)

    def _values(
        self,
        sums: Sums,
        stretch: Stretch,
        baseline_states: Sequence[BaselineState],
        failed: frozenset[str],
    ) -> tuple[Value, ...]:
        value, low, high = self._estimates.of(sums)
        counts = self._estimates.counts(sums)
        fraction = np.minimum(sums.rows[VALID] / max(stretch.length_s, 1e-9), 1.0)
        good = sums.rows[GOOD] >= 0.5 * sums.rows[VALID]
        why = self._reasons.of(sums, fraction, counts, stretch, self._bins, failed)
        withheld = np.array([bool(reasons) for reasons in why], bool)
        return tuple(
            map(
                Value,
                self._ids,
                np.where(withheld, nan, value).tolist(),
                map(_quality, withheld.tolist(), good.tolist()),
                why,
                counts,
                fraction.tolist(),
                _or_none(np.where(withheld, nan, low)),
                _or_none(np.where(withheld, nan, high)),
                baseline_states,
            )
        )


def _or_none(numbers: Floats) -> list[float | None]:
    return [None if number != number else number for number in numbers.tolist()]


def _quality(withheld: bool, is_good: bool) -> Quality:
    if withheld:
        return Quality.NOT_MEASURABLE
    return Quality.GOOD if is_good else Quality.USABLE
