"""A child's own usual level: learned over the first minute, then forgotten slowly."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate

from agent.measures.results import BaselineState

HALF_LIFE_S = 300.0
FULL_MEMORY_S = 60.0  # before that much has been learned, nothing is forgotten
REFRESH_S = 0.5  # of new samples between two readings of the histogram


class DecayingHistogram:
    """How long a signal stayed at each level, older seconds counting less."""

    def __init__(self, low: float, high: float, bins: int) -> None:
        self.low = low
        self.step = (high - low) / bins
        self.seconds = [0.0] * bins
        self.learned_s = 0.0
        self._weight = 1.0

    def add(self, level: float, seconds: float) -> None:
        place = int((level - self.low) / self.step)
        place = max(0, min(len(self.seconds) - 1, place))
        self.learned_s += seconds
        if self.learned_s > FULL_MEMORY_S:
            self._weight *= 2.0 ** (seconds / HALF_LIFE_S)
            if self._weight > 1e9:
                self.seconds = [s / self._weight for s in self.seconds]
                self._weight = 1.0
        self.seconds[place] += seconds * self._weight

    def quantile(self, share: float) -> float:
        """NaN while nothing is known."""
        wanted = share * sum(self.seconds)
        if wanted <= 0:
            return math.nan
        up_to = list(accumulate(self.seconds))
        place = bisect_left(up_to, wanted)
        if place == len(up_to):
            return self.low + place * self.step
        below = up_to[place - 1] if place else 0.0
        return self.low + (place + (wanted - below) / self.seconds[place]) * self.step

    def mode(self, reach: int) -> float:
        """The middle of the fullest stretch of 2 * reach + 1 bins."""
        padded = [0.0] * reach + self.seconds + [0.0] * reach
        width = 2 * reach + 1
        inside = sum(padded[:width])
        best, fullest = 0, inside
        for place in range(1, len(self.seconds)):
            inside += padded[place + width - 1] - padded[place - 1]
            if inside > fullest + 1e-12:
                best, fullest = place, inside
        window = padded[best : best + width]
        if fullest <= 0:
            return math.nan
        centre = sum((best - reach + i + 0.5) * s for i, s in enumerate(window)) / sum(window)
        return self.low + centre * self.step


class LearnedLevel:
    """A level that a child shows by itself, read from a histogram after each half second."""

    def __init__(
        self,
        histogram: DecayingHistogram,
        read: Callable[[DecayingHistogram], float],
        *,
        value: float = math.nan,  # until the first reading
        unread_s: float = 0.0,  # as if so much of the signal had gone by
    ) -> None:
        self.histogram = histogram
        self._read = read
        self._unread_s = unread_s
        self.value = value

    def learn(self, level: float, seconds: float) -> None:
        self.histogram.add(level, seconds)
        self.settle(seconds)

    def settle(self, seconds: float) -> None:
        """Read it when it is due. What cannot be read yet stays due."""
        self._unread_s += seconds
        if self._unread_s >= REFRESH_S and self.readable:
            self._unread_s = 0.0
            self.value = self._read(self.histogram)

    @property
    def readable(self) -> bool:
        return self.histogram.learned_s > 0


class Baseline(LearnedLevel):
    """A quantile of a signal. Its users stop teaching it while an event is going on."""

    def __init__(self, quantile: float, low: float, high: float, *, ready_s: float = 5.0) -> None:
        self._quantile = quantile
        self._range = (low, high)
        self._ready_s = ready_s
        self.restart()

    def restart(self) -> None:
        histogram = DecayingHistogram(*self._range, bins=200)
        super().__init__(histogram, lambda h: h.quantile(self._quantile), unread_s=math.inf)
        self._fresh_s = 0.0  # learned since the start, or since it became stale
        self._stale = False

    def doubt(self, *, stranger: bool) -> None:
        """Another person's level is another. Before another camera, where people are counted anew,
        the old one stands until enough of the new is learned.
        """
        if stranger:
            self.restart()
            return
        known, value = self.state is not BaselineState.LEARNING, self.value
        self.restart()
        if known:
            self._stale, self.value = True, value

    def learn(self, level: float, seconds: float) -> None:
        self._fresh_s += seconds
        super().learn(level, seconds)

    @property
    def readable(self) -> bool:
        return self.state is not BaselineState.STALE

    @property
    def state(self) -> BaselineState:
        if self._fresh_s >= self._ready_s:
            return BaselineState.READY
        return BaselineState.STALE if self._stale else BaselineState.LEARNING
