"""What windows are made of: sums over second-long bins.

Memory and cost do not grow with the session: a ring of 60 bins, and running sums for the session.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.measures.declarations import Measure, Over
from agent.measures.intervals import Floats
from agent.measures.results import Quality

BIN_MS = 1000
BINS = 60
LEAST_BATCH_S = 0.25  # measurable part of a bin whose mean counts for the interval

# Rows of a bin: samples, measurable and well measured seconds, the sum, and what the interval needs
# of the bins' own means: how many, sum, sum of squares; of neighbouring pairs: how many, sums of
# the former, of the latter, of their products.
N, VALID, GOOD, TOTAL, BATCHES, MEANS, SQUARES, PAIRS, FORMER, LATTER, PRODUCTS = range(11)
ROWS = 11
_GOOD = int(Quality.GOOD)

# Values, qualities and places of reasons by measure; seconds it stands for, and since the last one.
_Frame = tuple[Sequence[float], bytes, Sequence[int], float, float]


class Sums:
    """Of one or more bins, for each measure."""

    def __init__(self, measures: int, reason_count: int) -> None:
        self.rows = np.zeros((ROWS, measures))
        self.minimum = np.full(measures, np.nan)
        self.maximum = np.full(measures, np.nan)
        self.withheld_s = np.zeros((measures, reason_count))
        self.observed_s = 0.0


class Bins:
    """The frames of the bin at hand, the bins of the last minute, and the sums of the session.

    Reasons are counted by their place; place 0 is "not withheld".
    """

    def __init__(self, measures: Sequence[Measure], reason_count: int) -> None:
        self._size = (len(measures), reason_count)
        self._is_duration = np.array([m.over is Over.DURATION for m in measures], dtype=bool)
        is_rate = np.array([m.over is Over.RATE for m in measures], dtype=bool)
        self._is_counted = is_rate | self._is_duration
        self._frames: list[_Frame] = []  # of the bin at hand
        self._ring = np.zeros((BINS, ROWS, len(measures)))
        self._ring_minimum = np.full((BINS, len(measures)), np.nan)
        self._ring_maximum = np.full((BINS, len(measures)), np.nan)
        self._ring_withheld = np.zeros((BINS, *self._size))
        self._previous_mean = np.full(len(measures), np.nan)
        self._next_end_ms = 0
        self.first_ms: int | None = None
        self.session = Sums(*self._size)

    @property
    def end_ms(self) -> int:
        """Of the last bin that was closed."""
        return self._next_end_ms - BIN_MS

    def move_to(self, t_ms: int) -> range:
        """Close the bins that ended; their ends."""
        if self.first_ms is None:
            self.first_ms = t_ms
            self._next_end_ms = (t_ms // BIN_MS + 1) * BIN_MS
        first_end_ms = self._next_end_ms
        next_end_ms = max(first_end_ms, (t_ms // BIN_MS + 1) * BIN_MS)
        ends_ms = range(first_end_ms, next_end_ms, BIN_MS)
        for end_ms in ends_ms[: BINS + 1]:  # after a pause more would only clear the ring again
            self.close(end_ms)
        self._next_end_ms = next_end_ms
        return ends_ms

    def add(
        self,
        values: Sequence[float],
        qualities: Sequence[int],
        reason_places: Sequence[int],
        seconds: float,
        observed_s: float,
    ) -> None:
        """One frame's samples, which stand for so many seconds. NaN: withheld, for that reason."""
        # np.array of enumerations costs much more than bytes of them.
        self._frames.append((values, bytes(qualities), reason_places, seconds, observed_s))

    def _sums_of_frames(self) -> Sums:
        """Of the bin at hand. One frame after the other: the order decides about rounding."""
        sums = Sums(*self._size)
        if not self._frames:
            return sums
        columns = list(zip(*self._frames, strict=True))
        self._frames.clear()
        values, places = np.array(columns[0]), np.array(columns[2], np.intp)
        seconds, observed_s = np.array(columns[3]), np.array(columns[4])
        qualities = np.frombuffer(b"".join(columns[1]), np.uint8).reshape(values.shape)
        measured = values == values
        sums.rows[N] = (measured & ~(self._is_duration & (values == 0.0))).sum(axis=0)
        valid_s = measured * seconds[:, None]
        good_s = (qualities == _GOOD) * valid_s
        weight = np.where(self._is_counted, 1.0, seconds[:, None])
        total = np.where(measured, values, 0.0) * weight
        for frame in np.stack((valid_s, good_s, total), axis=1):
            sums.rows[VALID : TOTAL + 1] += frame
        sums.minimum = np.fmin.reduce(values, axis=0)
        sums.maximum = np.fmax.reduce(values, axis=0)
        measures, reasons = self._size
        cells = np.arange(measures) * reasons + places
        withheld_s = np.bincount(cells.ravel(), np.repeat(observed_s, measures), measures * reasons)
        sums.withheld_s += withheld_s.reshape(self._size)
        sums.observed_s = sum(observed_s.tolist())
        return sums

    def close(self, end_ms: int) -> None:
        current = self._sums_of_frames()
        rows = current.rows
        counted = np.where(self._is_duration, rows[N] > 0, rows[VALID] >= LEAST_BATCH_S)
        divisor = divisor_of_mean(rows, self._is_duration)
        means = np.divide(rows[TOTAL], divisor, out=np.zeros_like(rows[N]), where=counted)
        rows[BATCHES], rows[MEANS], rows[SQUARES] = counted, means, means * means
        paired = counted & ~np.isnan(self._previous_mean)
        rows[PAIRS] = paired
        rows[FORMER] = np.where(paired, self._previous_mean, 0.0)
        rows[LATTER] = np.where(paired, means, 0.0)
        rows[PRODUCTS] = rows[FORMER] * rows[LATTER]
        self._previous_mean = np.where(counted, means, np.nan)

        place = (end_ms // BIN_MS) % BINS
        self._ring[place] = rows
        self._ring_minimum[place] = current.minimum
        self._ring_maximum[place] = current.maximum
        self._ring_withheld[place] = current.withheld_s
        session = self.session
        session.rows += rows
        np.fmin(session.minimum, current.minimum, out=session.minimum)
        np.fmax(session.maximum, current.maximum, out=session.maximum)
        session.withheld_s += current.withheld_s
        session.observed_s += current.observed_s

    def sum_of_last(self, bins: int) -> Sums:
        places = [self._place_before(1 + i) for i in range(bins)]
        sums = Sums(*self._size)
        sums.minimum = np.fmin.reduce(self._ring_minimum[places], axis=0)
        sums.maximum = np.fmax.reduce(self._ring_maximum[places], axis=0)
        for place in places:  # a copy of all of them costs as much again
            sums.rows += self._ring[place]
            sums.withheld_s += self._ring_withheld[place]
        return sums

    @property
    def last_withheld_s(self) -> Floats:
        """Of the last bin that was closed: by measure and reason."""
        return np.asarray(self._ring_withheld[self._place_before(1)])

    def _place_before(self, bins: int) -> int:
        """In the ring, of the bin that many before the one at hand."""
        return (self._next_end_ms // BIN_MS - bins) % BINS


def divisor_of_mean(rows: Floats, is_duration: np.ndarray) -> Floats:
    """Of durations the number of events, else measurable seconds."""
    return np.asarray(np.where(is_duration, rows[N], rows[VALID]))
