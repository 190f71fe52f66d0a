"""The session's media time: whole milliseconds from 0, strictly increasing."""

from __future__ import annotations

JUMP_BACK_MS = 1000  # further back than frames are ever reordered: another clock


class MediaClock:
    def __init__(self) -> None:
        self._origin_us: int | None = None
        self._last_ms = -1

    def stamp(self, media_us: int, elapsed_ms: int = 0) -> int:
        """t_ms of a frame; elapsed_ms bridges a change to another clock, where it is known."""
        if self._origin_us is None:
            self._origin_us = media_us
        t_ms = (media_us - self._origin_us) // 1000
        if t_ms < self._last_ms - JUMP_BACK_MS:
            t_ms = self._last_ms + max(1, elapsed_ms)
            self._origin_us = media_us - t_ms * 1000
        self._last_ms = max(t_ms, self._last_ms + 1)
        return self._last_ms
