"""How sharp the picture of the face is, compared with what is usual for this camera."""

from __future__ import annotations

import math

from agent.measures.rolling_median import RollingMedian

WINDOW_MS = 60_000
EVERY_MS = 200
RANGE = (math.log(1e-4), math.log(10.0))
SIZE_RATIO = 1.4  # a face so much smaller is enlarged more, and less sharp for that
GIVEN_UP_MS = 120_000  # a blur that lasts longer is how this camera sees


class UsualSharpness:
    """The median of the last minute, without what was too blurred to measure on."""

    def __init__(self, least_share: float) -> None:
        self._least_share = least_share
        self._median = RollingMedian(WINDOW_MS, *RANGE, 400, every_ms=EVERY_MS)
        self.clear()

    def clear(self) -> None:
        self._median.clear()
        self._iod_px = math.nan
        self._blurred_since_ms: int | None = None

    def share(self, t_ms: int, sharpness: float, iod_px: float) -> float:
        """This picture's sharpness, of the usual. NaN while nothing is usual."""
        if not iod_px / SIZE_RATIO < self._iod_px < iod_px * SIZE_RATIO:
            self.clear()
            self._iod_px = iod_px
        share = sharpness / math.exp(self._median.value)
        if not share < self._least_share:
            self._blurred_since_ms = None
            self._median.add(t_ms, math.log(max(sharpness, 1e-4)))
        elif self._blurred_since_ms is None:
            self._blurred_since_ms = t_ms
        elif t_ms - self._blurred_since_ms > GIVEN_UP_MS:
            self.clear()
        return share
