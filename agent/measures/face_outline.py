"""Where the face ends in the picture."""

from __future__ import annotations

import math

from agent.measures.geometry import Points, distance

FOREHEAD, CHIN, RIGHT_EDGE, LEFT_EDGE = 10, 152, 234, 454


class FaceOutline:
    """An ellipse through temples, forehead and chin, in pixels."""

    def __init__(self, points: Points) -> None:
        top, bottom = points[FOREHEAD], points[CHIN]
        right, left = points[RIGHT_EDGE], points[LEFT_EDGE]
        self._centre = ((top[0] + bottom[0]) / 2, (top[1] + bottom[1]) / 2)
        self._half_height = distance(top, bottom) / 2
        self._half_width = distance(left, right) / 2
        self._up = (
            (top[0] - bottom[0]) / (2 * self._half_height),
            (top[1] - bottom[1]) / (2 * self._half_height),
        )

    def outside_px(self, x: float, y: float) -> float:
        """About how far outside; 0 inside."""
        dx, dy = x - self._centre[0], y - self._centre[1]
        along = (dx * self._up[0] + dy * self._up[1]) / self._half_height
        across = (dx * self._up[1] - dy * self._up[0]) / self._half_width
        reach = math.hypot(along, across)
        return max(0.0, (1 - 1 / reach) * math.hypot(dx, dy)) if reach > 0 else 0.0
