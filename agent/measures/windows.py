"""Windows of 1, 10 and 60 s and of the session, kept as second-long bins.

Memory and cost do not grow with the session: a ring of 60 bins, and running sums for the session.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.measures import reasons
from agent.measures.declarations import Measure, Over
from agent.measures.intervals import Floats, independent_batches, poisson, student, wilson
from agent.measures.labels import Reason
from agent.measures.results import BaselineState, Quality, Value, Window

BIN_MS = 1000
WINDOWS_MS = (1000, 10_000, 60_000)
SESSION_MS = 0
SESSION_EVERY_MS = 10_000
BINS = WINDOWS_MS[-1] // BIN_MS
LEAST_FRACTION = 0.5  # of a window that must have been measurable
LEAST_FRACTION_SESSION = 0.7
TOO_LITTLE, MISLEADS = reasons.TOO_LITTLE_TIME.id, reasons.REST_WOULD_MISLEAD.id
MOST_HIDDEN = 0.1  # of the time, for reasons that go with what is measured: the rest is biased
LEAST_BATCH_S = 0.25  # measurable part of a bin whose mean counts for the interval

# Rows of a bin: samples, measurable and well measured seconds, the sum, and what the interval needs
# of the bins' own means: how many, sum, sum of squares; of neighbouring pairs: how many, sums of
# the former, of the latter, of their products.
N, VALID, GOOD, TOTAL, BATCHES, MEANS, SQUARES, PAIRS, FORMER, LATTER, PRODUCTS = range(11)
ROWS = 11
_GOOD = int(Quality.GOOD)


class Sums:
    """Of one or more bins."""

    def __init__(self, measures: int, reason_count: int) -> None:
        self.rows = np.zeros((ROWS, measures))
        self.maximum = np.full(measures, np.nan)
        self.withheld_s = np.zeros((measures, reason_count))
        self.observed_s = 0.0


class Windows:
    def __init__(self, measures: Sequence[Measure], all_reasons: Sequence[Reason]) -> None:
        self._measures = measures
        self._reason_ids = ["", *(r.id for r in all_reasons)]  # place 0: not withheld
        self._is_rate = np.array([m.over is Over.RATE for m in measures], dtype=bool)
        self._is_duration = np.array([m.over is Over.DURATION for m in measures], dtype=bool)
        self._is_counted = self._is_rate | self._is_duration
        self._is_share = np.array([m.over is Over.SHARE for m in measures], dtype=bool)
        self._is_maximum = np.array([m.over is Over.MAXIMUM for m in measures], dtype=bool)
        self._low = np.array([-np.inf if m.low is None else m.low for m in measures])
        self._high = np.array([np.inf if m.high is None else m.high for m in measures])
        self._least_s = np.array([m.minimum_seconds for m in measures])
        self._every = np.arange(len(measures))
        self._hides = np.array(
            [[r in [h.id for h in m.hidden_by] for r in self._reason_ids] for m in measures]
        ).reshape(len(measures), len(self._reason_ids))
        self._bin = self._sums()
        self._ring = np.zeros((BINS, ROWS, len(measures)))
        self._ring_maximum = np.full((BINS, len(measures)), np.nan)
        self._ring_withheld = np.zeros((BINS, len(measures), len(self._reason_ids)))
        self._session = self._sums()
        self._previous_mean = np.full(len(measures), np.nan)
        self._first_ms: int | None = None
        self._bin_end_ms = 0

    def _sums(self) -> Sums:
        return Sums(len(self._measures), len(self._reason_ids))

    def move_to(self, t_ms: int) -> tuple[int, ...]:
        """Close the bins that ended; the lengths of the windows that are due."""
        if self._first_ms is None:
            self._first_ms = t_ms
            self._bin_end_ms = (t_ms // BIN_MS + 1) * BIN_MS
            return ()
        due: set[int] = set()
        ended = 0
        while t_ms >= self._bin_end_ms + ended * BIN_MS:
            end_ms = self._bin_end_ms + ended * BIN_MS
            due.update(WINDOWS_MS)
            if end_ms % SESSION_EVERY_MS == 0:
                due.add(SESSION_MS)
            if ended <= BINS:  # after a pause the rest would only clear the ring again
                self._close_bin(end_ms)
            ended += 1
        self._bin_end_ms += ended * BIN_MS
        return (*(w for w in WINDOWS_MS if w in due), *((SESSION_MS,) if SESSION_MS in due else ()))

    def add(
        self,
        values: Sequence[float],
        qualities: Sequence[int],
        reason_places: Sequence[int],
        seconds: float,
        observed_s: float,
    ) -> None:
        """One frame's samples, which stand for so many seconds. NaN: withheld, for that reason."""
        samples = np.array(values, dtype=np.float64)
        measured = samples == samples
        current = self._bin
        rows = current.rows
        rows[N] += measured & ~(self._is_duration & (samples == 0.0))
        valid_s = measured * seconds
        rows[VALID] += valid_s
        good = np.frombuffer(bytes(qualities), np.uint8) == _GOOD  # np.array costs much more
        rows[GOOD] += good * valid_s
        weight = np.where(self._is_counted, 1.0, seconds)
        rows[TOTAL] += np.where(measured, samples, 0.0) * weight
        np.fmax(current.maximum, samples, out=current.maximum)
        current.withheld_s[self._every, np.array(reason_places, dtype=np.intp)] += observed_s
        current.observed_s += observed_s

    def window(
        self,
        window_ms: int,
        baseline_states: Sequence[BaselineState],
        failed: frozenset[str],
    ) -> Window:
        """The window that ends with the last closed bin; of the session, the bin at hand too."""
        end_ms = self._bin_end_ms - BIN_MS
        if window_ms == SESSION_MS:
            sums = self._session
            length_s, least = sums.observed_s, LEAST_FRACTION_SESSION
        else:
            sums = self._sum_of_last(window_ms // BIN_MS)
            length_s, least = window_ms / 1000, LEAST_FRACTION
        elapsed_s = (end_ms - (self._first_ms or 0)) / 1000
        values = self._values(sums, length_s, elapsed_s, least, window_ms, baseline_states, failed)
        return Window(end_ms, window_ms, values)

    def finish(
        self, t_ms: int, baseline_states: Sequence[BaselineState], failed: frozenset[str]
    ) -> Window:
        if self._first_ms is not None:
            self._close_bin(t_ms)
        session = self.window(SESSION_MS, baseline_states, failed)
        return Window(max(t_ms, 0), SESSION_MS, session.values)

    def _close_bin(self, end_ms: int) -> None:
        rows = self._bin.rows
        counted = np.where(self._is_duration, rows[N] > 0, rows[VALID] >= LEAST_BATCH_S)
        means = np.divide(rows[TOTAL], self._parts(rows), out=np.zeros_like(rows[N]), where=counted)
        rows[BATCHES], rows[MEANS], rows[SQUARES] = counted, means, means * means
        paired = counted & ~np.isnan(self._previous_mean)
        rows[PAIRS] = paired
        rows[FORMER] = np.where(paired, self._previous_mean, 0.0)
        rows[LATTER] = np.where(paired, means, 0.0)
        rows[PRODUCTS] = rows[FORMER] * rows[LATTER]
        self._previous_mean = np.where(counted, means, np.nan)

        place = (end_ms // BIN_MS) % BINS
        self._ring[place] = rows
        self._ring_maximum[place] = self._bin.maximum
        self._ring_withheld[place] = self._bin.withheld_s
        session = self._session
        session.rows += rows
        np.fmax(session.maximum, self._bin.maximum, out=session.maximum)
        session.withheld_s += self._bin.withheld_s
        session.observed_s += self._bin.observed_s
        self._bin = self._sums()

    def _parts(self, rows: Floats) -> Floats:
        """What a mean divides by: events, or seconds."""
        return np.asarray(np.where(self._is_duration, rows[N], rows[VALID]))

    def _place_before(self, bins: int) -> int:
        """In the ring, of the bin that many before the one at hand."""
        return (self._bin_end_ms // BIN_MS - bins) % BINS

    def _sum_of_last(self, bins: int) -> Sums:
        places = [self._place_before(1 + i) for i in range(bins)]
        sums = self._sums()
        sums.rows = self._ring[places].sum(axis=0)
        sums.maximum = np.fmax.reduce(self._ring_maximum[places], axis=0)
        sums.withheld_s = self._ring_withheld[places].sum(axis=0)
        return sums

    def _estimates(self, sums: Sums) -> tuple[Floats, Floats, Floats]:
        """Value and interval of each measure; NaN where there is none."""
        rows = sums.rows
        with np.errstate(all="ignore"):
            mean_value = rows[TOTAL] / self._parts(rows)
            value = np.where(self._is_rate, mean_value * 60, mean_value)
            value = np.where(self._is_maximum, sums.maximum, value)

            batches = rows[BATCHES]
            mean = rows[MEANS] / batches
            variance = np.maximum(rows[SQUARES] / batches - mean * mean, 0.0)
            varies = variance > 1e-9 * (mean * mean + 1e-9)  # else only rounding is left
            pairs = rows[PAIRS]
            together = rows[PRODUCTS] / pairs - rows[FORMER] / pairs * rows[LATTER] / pairs
            correlation = np.where(varies, together / variance, np.nan)
            correlation[self._is_duration] = 0.0  # an event's length is one reading by itself
            independent = independent_batches(batches, correlation)
            low, high = student(value, variance * batches / (batches - 1), independent)
            share_low, share_high = wilson(np.clip(value / 100, 0, 1), independent)
            rate_low, rate_high = poisson(rows[TOTAL])
            low = np.where(self._is_share, share_low * 100, low)
            high = np.where(self._is_share, share_high * 100, high)
            few = (batches < 2) | self._is_maximum
            low, high = np.where(few, np.nan, low), np.where(few, np.nan, high)
            low = np.where(self._is_rate, rate_low / rows[VALID] * 60, low)
            high = np.where(self._is_rate, rate_high / rows[VALID] * 60, high)
            return value, np.maximum(low, self._low), np.minimum(high, self._high)

    def _values(
        self,
        sums: Sums,
        length_s: float,
        elapsed_s: float,
        least_fraction: float,
        window_ms: int,
        baseline_states: Sequence[BaselineState],
        failed: frozenset[str],
    ) -> tuple[Value, ...]:
        value, low, high = self._estimates(sums)
        rows = sums.rows
        measurable = np.minimum(rows[VALID] / max(length_s, 1e-9), 1.0)
        count = np.where(self._is_rate, rows[TOTAL], rows[N]).astype(int).tolist()
        good = (rows[GOOD] >= 0.5 * rows[VALID]).tolist()
        hidden_by_s = sums.withheld_s * self._hides
        hidden_s = hidden_by_s.sum(axis=1)
        is_enough = (rows[VALID] >= self._least_s) & (measurable >= least_fraction)
        is_hidden = is_enough & (hidden_s > MOST_HIDDEN * (rows[VALID] + hidden_s))
        withheld_s = np.where(is_hidden[:, None], hidden_by_s, sums.withheld_s)[:, 1:]
        main = np.where(withheld_s.any(axis=1), withheld_s.argmax(axis=1) + 1, 0)
        last_withheld_s = self._ring_withheld[self._place_before(1)]
        main_lasts = (last_withheld_s[self._every, main] > 0).tolist()
        main_reason = [self._reason_ids[place] for place in main.tolist()]
        valid_s, fraction = rows[VALID].tolist(), measurable.tolist()
        enough = is_enough.tolist()
        result = []
        for i, (measure, v, lo, hi) in enumerate(
            zip(self._measures, value.tolist(), low.tolist(), high.tolist(), strict=True)
        ):
            why: tuple[str, ...] = ()
            if measure.id in failed:
                why = (reasons.MEASURE_FAILED.id,)
            elif 0 < window_ms < measure.minimum_seconds * 1000:
                why = (reasons.WINDOW_TOO_SHORT.id,)
            elif not enough[i]:
                why = self._why_too_little(
                    valid_s[i], elapsed_s, window_ms, measure, main_reason[i], main_lasts[i]
                )
            elif is_hidden[i]:
                why = _with_main(MISLEADS, main_reason[i], main_lasts[i])
            elif measure.over is Over.DURATION and not count[i]:
                why = (reasons.NONE_YET.id,)
            withheld = bool(why)
            quality = Quality.GOOD if good[i] else Quality.USABLE
            result.append(
                Value(
                    measure=measure.id,
                    value=float("nan") if withheld else v,
                    quality=Quality.NOT_MEASURABLE if withheld else quality,
                    reasons=why,
                    n=count[i],
                    valid_fraction=fraction[i],
                    ci_low=None if withheld or lo != lo else lo,
                    ci_high=None if withheld or hi != hi else hi,
                    baseline_state=baseline_states[i],
                )
            )
        return tuple(result)

    @staticmethod
    def _why_too_little(
        valid_s: float,
        elapsed_s: float,
        window_ms: int,
        measure: Measure,
        main_reason: str,
        main_lasts: bool,
    ) -> tuple[str, ...]:
        needed_s = max(LEAST_FRACTION * window_ms / 1000, measure.minimum_seconds)
        if elapsed_s < needed_s and valid_s >= LEAST_FRACTION * elapsed_s:
            return (reasons.WINDOW_FILLING.id,)
        if main_reason in ("", TOO_LITTLE):
            return (TOO_LITTLE,)
        return _with_main(TOO_LITTLE, main_reason, main_lasts)


def _with_main(why: str, main_reason: str, main_lasts: bool) -> tuple[str, str]:
    """The main reason comes first while it lasts; later its words are not true of now."""
    return (main_reason, why) if main_lasts else (why, main_reason)
