"""How busy the analysis keeps the machine, and which step of the schedule that allows."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from agent.perception.schedule import STEPS


@dataclass(slots=True)
class Governor:
    """Live: steps down soon when analysis takes up the time, and back up after a calm while.

    `busy` is the share of the last stretch of time in which a frame was waiting or worked on; it
    is over 1 when frames overlap.
    """

    step: int = 0
    _down_since_s: float | None = None
    _up_since_s: float | None = None
    _calm_s: float = 5.0
    _stepped_up_s: float = -math.inf

    DOWN_BUSY = 0.97
    UP_BUSY = 0.60
    DOWN_AFTER_S = 1.0
    CALM_S = 5.0
    CALM_MAX_S = 60.0

    def update(self, now_s: float, busy: float) -> None:
        self._down_since_s = _since(self._down_since_s, now_s, busy > self.DOWN_BUSY)
        self._up_since_s = _since(self._up_since_s, now_s, busy < self.UP_BUSY)
        if self._down_since_s is not None and now_s - self._down_since_s >= self.DOWN_AFTER_S:
            self._down(now_s)
        elif self._up_since_s is not None and now_s - self._up_since_s >= self._calm_s:
            self._up(now_s)

    def _down(self, now_s: float) -> None:
        self._down_since_s = self._up_since_s = None
        if self.step == len(STEPS) - 1:
            return
        self.step += 1
        # A step up that did not hold makes the next try later.
        failed = now_s - self._stepped_up_s < 2 * self._calm_s
        self._calm_s = min(2 * self._calm_s, self.CALM_MAX_S) if failed else self.CALM_S

    def _up(self, now_s: float) -> None:
        self._down_since_s = self._up_since_s = None
        if self.step > 0:
            self.step -= 1
            self._stepped_up_s = now_s


def _since(since_s: float | None, now_s: float, holds: bool) -> float | None:
    if not holds:
        return None
    return now_s if since_s is None else since_s


@dataclass(slots=True)
class Load:
    """Share of the last second in which frames were waiting or worked on."""

    _spans: deque[tuple[float, float]] = field(default_factory=deque)

    OVER_S = 1.0

    def add(self, from_s: float, to_s: float) -> float:
        self._spans.append((from_s, to_s))
        while self._spans[0][1] < to_s - self.OVER_S:
            self._spans.popleft()
        work_s = sum(end - start for start, end in self._spans)
        return work_s / max(to_s - self._spans[0][0], self.OVER_S)
