"""The material's frames in time: what each stands for, and which is nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.measures.scene import LONG_GAP_MS

Float64 = NDArray[np.float64]

BEYOND_MS = 100  # how far past the last frame's end a label may go, for rounding and players
ROUNDING_MS = 1  # media time is cut to whole milliseconds, labels are rounded to them


@dataclass(frozen=True, slots=True, eq=False)
class FrameTimes:
    t_ms: NDArray[np.int64]  # (frames,), strictly increasing, from the material's beginning

    @property
    def usual_ms(self) -> float:
        return float(np.median(np.diff(self.t_ms))) if len(self.t_ms) > 1 else 0.0

    @property
    def end_ms(self) -> float:
        """When the last frame has been shown for as long as frames usually are."""
        return float(self.t_ms[-1]) + self.usual_ms

    @property
    def lasts_ms(self) -> Float64:
        """(frames,) until the next frame; a gap counts for no more than the measures bridge."""
        until = np.append(self.t_ms[1:], self.end_ms)
        return np.minimum(until - self.t_ms, LONG_GAP_MS)

    def nearest(self, t_ms: Float64) -> NDArray[np.intp]:
        """(n,) the frames whose times are nearest."""
        after = np.clip(np.searchsorted(self.t_ms, t_ms), 1, max(1, len(self.t_ms) - 1))
        if len(self.t_ms) == 1:
            return np.zeros_like(after)
        before = after - 1
        nearer = t_ms - self.t_ms[before] <= self.t_ms[after] - t_ms
        return np.where(nearer, before, after)

    def within(self, onset_ms: float, offset_ms: float) -> slice:
        """The frames from onset up to before offset; the nearest one when there is none."""
        limits = (onset_ms - ROUNDING_MS, offset_ms - ROUNDING_MS)
        first, last = np.searchsorted(self.t_ms, limits)
        if first == last:
            first = int(self.nearest(np.array([onset_ms], np.float64))[0])
            last = first + 1
        return slice(int(first), int(last))
