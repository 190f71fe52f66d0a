"""How often something was really analysed, from the times at which it was."""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise
from statistics import median

NOMINAL_RATE = 0.98  # times the least: a camera of 24 Hz runs at 23.976, and half of that is 12 Hz
RATE_WINDOW_MS = 3000
FEWEST = 3  # results before a rate is known
MEDIAN_EVERY_MS = 250


class RateMeter:
    """Results per second over the last 3 s. NaN while it is not known yet."""

    def __init__(self) -> None:
        self._times_ms: deque[int] = deque()
        self._first_ms: int | None = None
        self.hz = math.nan
        self._median_ms = math.nan
        self._median_at_ms = -MEDIAN_EVERY_MS

    def add(self, t_ms: int) -> None:
        times = self._times_ms
        if times and t_ms <= times[-1]:
            return  # a damaged log's: what was analysed twice is no second result
        times.append(t_ms)
        if self._first_ms is None:
            self._first_ms = t_ms
        while times[0] < t_ms - RATE_WINDOW_MS:
            times.popleft()
        if len(times) >= FEWEST:
            self.hz = 1000.0 * (len(times) - 1) / (t_ms - times[0])
        elif t_ms - self._first_ms > RATE_WINDOW_MS:
            self.hz = 1000.0 * len(times) / RATE_WINDOW_MS
        else:
            self.hz = math.nan

    def clear(self) -> None:
        self._times_ms.clear()
        self._first_ms = None
        self.hz = math.nan
        self._median_at_ms = -MEDIAN_EVERY_MS

    @property
    def median_interval_ms(self) -> float:
        """Between results in the last 3 s, looked at four times a second."""
        times = self._times_ms
        if len(times) < FEWEST:
            return math.nan
        if times[-1] - self._median_at_ms >= MEDIAN_EVERY_MS:
            self._median_at_ms = times[-1]
            self._median_ms = median(b - a for a, b in pairwise(times))
        return self._median_ms
