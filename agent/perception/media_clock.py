"""The session's media time: whole milliseconds from 0, strictly increasing."""

from __future__ import annotations

JUMP_BACK_MS = 1000  # further back than frames are ever reordered: another clock
JUMP_AHEAD_MS = 5000  # more than the time that passed: later than any frame is delivered


class MediaClock:
    def __init__(self) -> None:
        self._origin_us: int | None = None
        self._last_ms = -1

    def stamp(self, media_us: int, elapsed_ms: int | None = None) -> int:
        """t_ms of a frame.

        elapsed_ms: between the arrivals of the last frame and this one, where that is known, of a
        clock that never jumps. It bridges a change to another media clock, and a leap of the same.
        """
        if self._origin_us is None:
            self._origin_us = media_us
        t_ms = (media_us - self._origin_us) // 1000
        if self._has_jumped(t_ms, elapsed_ms):
            t_ms = self._last_ms + max(1, elapsed_ms or 0)
            self._origin_us = media_us - t_ms * 1000
        self._last_ms = max(t_ms, self._last_ms + 1)
        return self._last_ms

    def _has_jumped(self, t_ms: int, elapsed_ms: int | None) -> bool:
        if t_ms < self._last_ms - JUMP_BACK_MS:
            return True
        return elapsed_ms is not None and t_ms - self._last_ms > elapsed_ms + JUMP_AHEAD_MS
