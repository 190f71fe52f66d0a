"""Looks that saw something: one may err, two soon after each other hardly do."""

from __future__ import annotations

import math

HELD_MS = 1000  # what a look says of the time after it
APART_MS = 80  # two that follow faster err together: they see nearly the same picture


class Looks:
    def __init__(self) -> None:
        self._seen_ms = self._last_ms = self._before_ms = -math.inf

    def saw(self, t_ms: int) -> None:
        self._seen_ms = t_ms
        if t_ms - self._last_ms >= APART_MS:
            self._before_ms, self._last_ms = self._last_ms, t_ms

    def once(self, t_ms: int) -> bool:
        return t_ms - self._seen_ms <= HELD_MS

    def twice(self, t_ms: int) -> bool:
        return self.once(t_ms) and self._last_ms - self._before_ms <= HELD_MS
