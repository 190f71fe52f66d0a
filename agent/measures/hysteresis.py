"""Two thresholds instead of one, so that a level that trembles does not switch to and fro."""

from __future__ import annotations


class Hysteresis:
    """On from `on` upwards, and then until the level falls below `off`."""

    __slots__ = ("_off", "_on", "is_on")

    def __init__(self, *, on: float, off: float) -> None:
        self._on, self._off = on, off
        self.is_on = False

    def follow(self, level: float) -> bool:
        self.is_on = level >= (self._off if self.is_on else self._on)
        return self.is_on
