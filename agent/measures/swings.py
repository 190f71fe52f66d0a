"""Back-and-forth movements: turning points of a signal, however irregularly it is sampled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Swing:
    """From one turning point to the next."""

    from_ms: int
    to_ms: int
    size: float  # signed


class SwingFinder:
    """A turning point is confirmed when the signal has come back from it by `least`."""

    def __init__(self, least: float) -> None:
        self._least = least
        self.clear()

    def clear(self) -> None:
        self._turn: tuple[int, float] | None = None  # the last confirmed one
        self._high: tuple[int, float] | None = None
        self._low: tuple[int, float] | None = None
        self._rising: bool | None = None

    def add(self, t_ms: int, level: float) -> Swing | None:
        """The swing that this sample confirmed to be over."""
        if self._high is None or self._low is None:
            self._high = self._low = (t_ms, level)
            return None
        if level > self._high[1]:
            self._high = (t_ms, level)
        if level < self._low[1]:
            self._low = (t_ms, level)
        if self._rising is not False and self._high[1] - level >= self._least:
            return self._confirm(self._high, (t_ms, level), rising=False)
        if self._rising is not True and level - self._low[1] >= self._least:
            return self._confirm(self._low, (t_ms, level), rising=True)
        return None

    def _confirm(
        self, turn: tuple[int, float], now: tuple[int, float], *, rising: bool
    ) -> Swing | None:
        before, self._turn = self._turn, turn
        self._rising = rising
        self._high = self._low = now
        if before is None:
            return None
        return Swing(before[0], turn[0], turn[1] - before[1])
