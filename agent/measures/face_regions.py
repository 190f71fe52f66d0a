"""How fast the parts of the face move in the head's own frame: what turning the head leaves out."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from agent.measures import reasons
from agent.measures.conditions import Condition
from agent.measures.detectors import Detector, Detectors
from agent.measures.labels import Reason
from agent.measures.scene import LONG_GAP_MS, Scene

Floats = NDArray[np.float64]

REGIONS = {
    "brows": (70, 63, 105, 66, 107, 300, 293, 334, 296, 336),
    "eyes": (159, 145, 158, 153, 386, 374, 385, 380),
    "cheeks": (50, 205, 117, 280, 425, 346),
    "mouth": (61, 291, 0, 17, 13, 14, 37, 267, 84, 314, 78, 308),
}
NEAR_MOUTH = ("cheeks", "mouth")  # what a hand before the mouth hides
RIGID = (33, 133, 362, 263, 168, 6, 2)  # eye corners, bridge and base of the nose
SPAN_MS = 100

_ALL = np.array([i for region in REGIONS.values() for i in region] + list(RIGID))
_ENDS = np.cumsum([len(region) for region in REGIONS.values()])
_STARTS = np.array((0, *_ENDS[:-1]))
_PER_LANDMARK = 1 / np.diff((0, *_ENDS))
_FLIP = np.array((1.0, -1.0, -1.0))  # image (y down, z away) to camera (y up, z toward)


class RegionMotion(Detector):
    """Mean speed of each region's landmarks, in distances between the outer eye corners."""

    def __init__(self, detectors: Detectors) -> None:
        self._past: deque[tuple[int, Floats]] = deque()
        self._size = (0, 0)
        self._scale = _FLIP
        self._hidden_ms = -1  # when a hand was last before the mouth
        self._withhold()

    def _withhold(self) -> None:
        self.speeds: dict[str, float | Reason] = dict.fromkeys(REGIONS, reasons.STARTING)

    def update(self, scene: Scene) -> None:
        past, t_ms = self._past, scene.t_ms
        if past and t_ms - past[-1][0] > LONG_GAP_MS:
            past.clear()
        past.append((t_ms, self._shape(scene)))
        while len(past) > 2 and past[1][0] <= t_ms - SPAN_MS:
            past.popleft()
        if len(past) < 2:
            self._withhold()
            return
        self.speeds = {**_speeds(self._a_span_ago(t_ms), past[-1])}
        if not scene.meets(Condition.MOUTH_IN_VIEW):
            self._hidden_ms = t_ms
        if past[0][0] <= self._hidden_ms:
            hidden = self._hidden_ms == t_ms
            why = reasons.MOUTH_HIDDEN if hidden else reasons.STARTING
            self.speeds |= dict.fromkeys(NEAR_MOUTH, why)

    def _a_span_ago(self, t_ms: int) -> tuple[float, Floats]:
        """On a straight line between two frames: a longer span makes jitter look slower."""
        (before_ms, before), (after_ms, after) = self._past[0], self._past[1]
        span_ago_ms = t_ms - SPAN_MS
        if not before_ms < span_ago_ms < after_ms:
            return before_ms, before
        share = (span_ago_ms - before_ms) / (after_ms - before_ms)
        return span_ago_ms, before + share * (after - before)

    def reset(self, scene: Scene) -> None:
        self._past.clear()
        self._withhold()

    @property
    def shape(self) -> Floats:
        """The regions' landmarks in the head's own frame, at this frame; (n, 3)."""
        return self._past[-1][1][: _ENDS[-1]]

    @property
    def before(self) -> tuple[int, Floats]:
        """When and how they were a span ago."""
        t_ms, shape = self._past[0]
        return t_ms, shape[: _ENDS[-1]]

    def unsmoothed(self) -> dict[str, float]:
        """From the last frame to this one alone, of what was in view; empty at the start."""
        if len(self._past) < 2:
            return {}
        before, now = self._past[-2], self._past[-1]
        speeds = _speeds(before, now)
        if before[0] <= self._hidden_ms:
            return {region: speed for region, speed in speeds.items() if region not in NEAR_MOUTH}
        return speeds

    def _shape(self, scene: Scene) -> Floats:
        """The landmarks relative to the rigid ones, turned back by the head's rotation."""
        assert scene.face is not None
        size = (scene.width, scene.height)
        if size != self._size:
            self._size = size
            self._scale = _FLIP * (size[0], size[1], size[0])
        points = scene.face.landmarks.take(_ALL, axis=0) * self._scale
        rigid = points[-len(RIGID) :]
        right, left = rigid[0].tolist(), rigid[3].tolist()
        middle = rigid.sum(axis=0) / len(RIGID)
        return np.asarray(
            (points - middle) @ np.array(scene.matrix) / (math.dist(right, left) or 1.0)
        )


def displacements(before: Floats, now: Floats) -> dict[str, float]:
    """Mean distance that each region's landmarks are from where they were."""
    move = now[: _ENDS[-1]] - before[: _ENDS[-1]]
    moved = np.sqrt(np.einsum("ij,ij->i", move, move))
    means = np.add.reduceat(moved, _STARTS) * _PER_LANDMARK
    return dict(zip(REGIONS, means.tolist(), strict=True))


def _speeds(before: tuple[float, Floats], now: tuple[int, Floats]) -> dict[str, float]:
    seconds = (now[0] - before[0]) / 1000
    moved = displacements(before[1], now[1])
    return {region: distance / seconds for region, distance in moved.items()}
