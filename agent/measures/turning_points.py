"""Back-and-forth movements: turning points of a signal, however irregularly it is sampled."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Swing:
    """From one turning point to the next. A signal also turns where it comes to rest or leaves."""

    from_ms: int
    to_ms: int
    size: float  # signed


class SwingFinder:
    """A turning point is confirmed when the signal has come back from it by `least`, or rests.

    At rest it has moved by no more than half of that for rest_ms.
    """

    def __init__(self, least: float, rest_ms: int) -> None:
        self._least = least
        self._rest_ms = rest_ms
        self.clear()

    def clear(self) -> None:
        self._recent: deque[tuple[int, float]] = deque()  # of rest_ms
        self._start(None)

    def _start(self, now: tuple[int, float] | None) -> None:
        self._turn: tuple[int, float] | None = None  # the last confirmed one
        self._high = self._low = now
        self._rising: bool | None = None

    def add(self, t_ms: int, level: float) -> Swing | None:
        """The swing that this sample confirmed to be over."""
        now = (t_ms, level)
        if self._rests(now):
            turn, arrived = self._turn, self._recent[0]
            self._start(now)
            moved = turn is not None and abs(arrived[1] - turn[1]) >= self._least
            return Swing(turn[0], arrived[0], arrived[1] - turn[1]) if turn and moved else None
        if self._high is None or self._low is None:
            self._high = self._low = now
            return None
        if level > self._high[1]:
            self._high = now
        if level < self._low[1]:
            self._low = now
        if self._rising is not False and self._high[1] - level >= self._least:
            return self._confirm(self._high, now, rising=False)
        if self._rising is not True and level - self._low[1] >= self._least:
            return self._confirm(self._low, now, rising=True)
        return None

    def _rests(self, now: tuple[int, float]) -> bool:
        recent = self._recent
        recent.append(now)
        while len(recent) > 1 and recent[1][0] <= now[0] - self._rest_ms:
            recent.popleft()
        if now[0] - recent[0][0] < self._rest_ms:
            return False
        levels = [level for _, level in recent]
        return max(levels) - min(levels) <= self._least / 2

    def _confirm(
        self, turn: tuple[int, float], now: tuple[int, float], *, rising: bool
    ) -> Swing | None:
        before, self._turn = self._turn, turn
        self._rising = rising
        self._high = self._low = now
        if before is None:
            return None
        return Swing(before[0], turn[0], turn[1] - before[1])
