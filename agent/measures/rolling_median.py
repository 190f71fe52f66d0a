"""A running median over a stretch of time, at constant cost."""

from __future__ import annotations

import math
from collections import deque


class RollingMedian:
    """Median of the last window_ms, to a resolution of (high - low) / bins.

    The median's bin is kept between samples and moved step by step (Huang, 1979).
    """

    def __init__(
        self, window_ms: int, low: float, high: float, bins: int, *, every_ms: int = 0
    ) -> None:
        self._window_ms = window_ms
        self._every_ms = every_ms
        self._low = low
        self._step = (high - low) / bins
        self._counts = [0] * bins
        self._samples: deque[tuple[int, int]] = deque()
        self._median_bin = 0
        self._below = 0  # samples in bins under the median's
        self.value = math.nan

    def __len__(self) -> int:
        return len(self._samples)

    @property
    def span_ms(self) -> int:
        return self._samples[-1][0] - self._samples[0][0] if self._samples else 0

    def add(self, t_ms: int, sample: float) -> None:
        samples = self._samples
        if samples and t_ms - samples[-1][0] < self._every_ms:
            return
        place = int((sample - self._low) / self._step)
        place = max(0, min(len(self._counts) - 1, place))
        samples.append((t_ms, place))
        self._count(place, 1)
        while samples[0][0] <= t_ms - self._window_ms:
            self._count(samples.popleft()[1], -1)
        self._settle()

    def clear(self) -> None:
        self._samples.clear()
        self._counts = [0] * len(self._counts)
        self._median_bin = self._below = 0
        self.value = math.nan

    def _count(self, place: int, by: int) -> None:
        self._counts[place] += by
        if place < self._median_bin:
            self._below += by

    def _settle(self) -> None:
        half = len(self._samples) / 2
        counts = self._counts
        while self._below > half:
            self._median_bin -= 1
            self._below -= counts[self._median_bin]
        while self._below + counts[self._median_bin] < half:
            self._below += counts[self._median_bin]
            self._median_bin += 1
        inside = (half - self._below) / max(counts[self._median_bin], 1)
        self.value = self._low + (self._median_bin + inside) * self._step
