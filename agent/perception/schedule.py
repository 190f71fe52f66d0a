"""When each landmarker is due, and what is given up first when the machine is short of time."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Rates in Hz; infinite: on every frame."""

    face_hz: float
    pose_hz: float
    hands_hz: float
    moving_hands_hz: float


# Blinks need 15 faces a second, so the face gives way last. Hands that move are looked at on every
# frame: only so is a rhythm of 5 Hz told from its mirror images in the sampling rate.
STEPS = (
    Step(math.inf, 8, 5, math.inf),
    Step(math.inf, 8, 5, 12),
    Step(math.inf, 8, 2.5, 5),
    Step(math.inf, 5, 2.5, 2.5),
    Step(15, 5, 2.5, 2.5),
    Step(15, 3, 1, 1),
    Step(12, 3, 1, 1),
)

# After a gap the next one is at least this part of a period away: no catching up in a burst.
_SPACING = 0.4


@dataclass(slots=True)
class Cadence:
    """Something that is due at a rate, on frames that come when they come."""

    _next_ms: float = -math.inf

    def due(self, t_ms: int, hz: float) -> bool:
        period_ms = 1000 / hz
        if t_ms < self._next_ms:
            return False
        self._next_ms = max(self._next_ms + period_ms, t_ms + _SPACING * period_ms)
        return True
