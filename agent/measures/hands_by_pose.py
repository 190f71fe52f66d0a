"""Hands that are not found: which of them a pose puts, steadily, too far off to matter.

A pose guesses at a hand before a face or at the picture's edge, and the guess jumps from one pose
to the next. So one pose proves nothing; all those of a second do. In shoulder widths, the nearest
in a second, on real clips: 0 to 0.2 from the face and 0 from the frame while a hand covers the
face; without a hand 0.3 to 1.6 from the face, and from the frame 0 to 1.5, as it is framed. A hand
within 0.1 of the face in the last second: always while one covers it, else in 0 to 2 % of the time,
but for an expressive face on which it is 90 %. So two poses must put it there, and see something of
the arm that leads to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from agent.measures.geometry import distance
from agent.measures.looks import Looks
from agent.observation import Hand, Pose, Side
from agent.observation.joints import ELBOWS, HANDS, LEFT_SHOULDER, RIGHT_SHOULDER

STEADY_MS = 1000
FRESH_MS = 1000
FAR_SW, CLOSE_SW = 0.3, 0.1  # shoulder widths
ARM_SEEN = 0.2  # visibility of the wrist or the elbow from which its place is better than a guess

OffPx = Callable[[float, float], float]  # how far off a point is, given in pixels


class HandsByPose:
    """Which hands every pose of the last second puts far off, and which of them put one close."""

    def __init__(self) -> None:
        self._pose_ms = -math.inf
        self._since_ms: dict[Side, float] = {}
        self._near = Looks()
        self._close = {side: Looks() for side in HANDS}

    def see(self, pose: Pose, width: int, height: int, off_px: OffPx) -> None:
        """A pose not seen before, in a frame of this size."""
        if not pose.present or pose.t_ms - self._pose_ms > FRESH_MS:
            self._since_ms.clear()
        self._pose_ms = pose.t_ms
        if not pose.present:
            return
        points = [(x * width, y * height) for x, y in pose.landmarks[:23, :2].tolist()]
        unit_px = distance(points[LEFT_SHOULDER], points[RIGHT_SHOULDER])
        for side, joints in HANDS.items():
            nearest_px = min(off_px(*points[joint]) for joint in joints)
            if nearest_px > FAR_SW * unit_px:
                self._since_ms.setdefault(side, pose.t_ms)
            else:
                self._since_ms.pop(side, None)
                self._near.saw(pose.t_ms)
            if nearest_px <= CLOSE_SW * unit_px and _arm_seen(pose, side):
                self._close[side].saw(pose.t_ms)

    def any_near(self, t_ms: int) -> bool:
        return self._near.once(t_ms)

    def close_twice(self, t_ms: int) -> bool:
        return any(close.twice(t_ms) for close in self._close.values())

    def far_off(self, side: Side, t_ms: int) -> bool:
        if t_ms - self._pose_ms > FRESH_MS:
            return False
        return t_ms - self._since_ms.get(side, math.inf) >= STEADY_MS


def _arm_seen(pose: Pose, side: Side) -> bool:
    wrist, elbow = HANDS[side][0], ELBOWS[side]
    return float(max(pose.visibility[wrist], pose.visibility[elbow])) >= ARM_SEEN


def all_unseen(far: Callable[[Side], bool], found: Iterable[Hand]) -> bool:
    """Whether each hand that was not found is far off."""
    return all(far(side) for side in HANDS.keys() - {hand.side for hand in found})
