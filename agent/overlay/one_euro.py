"""The one-euro filter: steady at rest, quick in motion. For drawing only; measures never use it.

Casiez, Roussel & Vogel (2012), "1€ Filter: a simple speed-based low-pass filter", CHI.
"""

from __future__ import annotations

import math

from agent.observation import Float32

GAP_MS = 500  # a longer gap starts afresh
DERIVATIVE_CUTOFF_HZ = 4.0  # at 1 Hz a head that sets off leaves its outline behind


class OneEuroFilter:
    """Filters an array of points whose unit of length is given with each sample."""

    def __init__(self, minimum_cutoff_hz: float, beta: float) -> None:
        self._minimum_cutoff_hz = minimum_cutoff_hz
        self._beta = beta
        self._t_ms: int | None = None

    def reset(self) -> None:
        self._t_ms = None

    def __call__(self, points: Float32, unit_length: float, t_ms: int) -> Float32:
        """points: (n, d); unit_length: size of the object in the units of the points."""
        if self._t_ms is None or t_ms - self._t_ms > GAP_MS or unit_length <= 0:
            self._t_ms, self._points, self._velocity = t_ms, points, points * 0
            return points
        dt_s = (t_ms - self._t_ms) / 1000
        velocity = (points - self._points) / dt_s
        self._velocity = self._velocity + _alpha(DERIVATIVE_CUTOFF_HZ, dt_s) * (
            velocity - self._velocity
        )
        # One speed for the whole object: points filtered apart would bend its shape.
        speed = float(abs(self._velocity).sum()) / self._velocity.size / unit_length
        cutoff_hz = self._minimum_cutoff_hz + self._beta * speed
        self._points = self._points + _alpha(cutoff_hz, dt_s) * (points - self._points)
        self._t_ms = t_ms
        return self._points


def _alpha(cutoff_hz: float, dt_s: float) -> float:
    return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * dt_s))
