"""Whether the time of day has leapt ahead of the time that has passed."""

import time
from collections.abc import Callable

JUMP_S = 60.0
PATIENCE_S = 3600.0


class SteadyClock:
    """After a jump (a wrong clock, a machine that slept) it is patient for an hour, in which the
    clock may be put right: what expires cannot be called back."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._offset_s = wall() - monotonic()
        self._jumped_at_s: float | None = None

    def has_jumped(self) -> bool:
        now_s = self._monotonic()
        offset_s = self._wall() - now_s
        if offset_s - self._offset_s > JUMP_S:
            self._jumped_at_s = now_s
        self._offset_s = offset_s
        return self._jumped_at_s is not None and now_s - self._jumped_at_s < PATIENCE_S
