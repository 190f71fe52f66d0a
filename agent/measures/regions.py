"""How fast the parts of the face move in the head's own frame: what turning the head leaves out."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from agent.measures import reasons
from agent.measures.declare import Detector
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.measures.words import Reason

Floats = NDArray[np.float64]

REGIONS = {
    "brows": (70, 63, 105, 66, 107, 300, 293, 334, 296, 336),
    "eyes": (159, 145, 158, 153, 386, 374, 385, 380),
    "cheeks": (50, 205, 117, 280, 425, 346),
    "mouth": (61, 291, 0, 17, 13, 14, 37, 267, 84, 314, 78, 308),
}
RIGID = (33, 133, 362, 263, 168, 6, 2)  # eye corners, bridge and base of the nose
SPAN_MS = 100

_ALL = np.array([i for region in REGIONS.values() for i in region] + list(RIGID))
_ENDS = np.cumsum([len(region) for region in REGIONS.values()])
_STARTS = (0, *_ENDS[:-1].tolist())
_FLIP = np.array((1.0, -1.0, -1.0))  # image (y down, z away) to camera (y up, z toward)


class RegionMotion(Detector):
    """Mean speed of each region's landmarks, in distances between the outer eye corners."""

    def __init__(self) -> None:
        self._past: deque[tuple[int, Floats]] = deque()
        self._withhold()

    def _withhold(self) -> None:
        self.speeds: dict[str, float | Reason] = dict.fromkeys(REGIONS, reasons.STARTING)
        self.steps: dict[str, float] = {}  # since the last frame, unsmoothed
        self.step_ms = 0

    def update(self, scene: Scene) -> None:
        past, t_ms = self._past, scene.t_ms
        if past and t_ms - past[-1][0] > LONG_GAP_MS:
            past.clear()
        shape = self._shape(scene)
        if not past:
            self._withhold()
            past.append((t_ms, shape))
            return
        last_ms, last_shape = past[-1]
        self.step_ms = t_ms - last_ms
        self.steps = _mean_moves(shape, last_shape, 1.0)
        past.append((t_ms, shape))
        while len(past) > 2 and past[1][0] <= t_ms - SPAN_MS:
            past.popleft()
        then_ms, then_shape = past[0]
        self.speeds = {**_mean_moves(shape, then_shape, 1000 / (t_ms - then_ms))}

    def reset(self, scene: Scene) -> None:
        self._past.clear()
        self._withhold()

    @staticmethod
    def _shape(scene: Scene) -> Floats:
        """The landmarks relative to the rigid ones, turned back by the head's rotation."""
        assert scene.face is not None
        width, height = scene.observation.width, scene.observation.height
        points = scene.face.landmarks[_ALL] * (_FLIP * (width, height, width))
        rigid = points[-len(RIGID) :]
        size = float(np.linalg.norm(rigid[0] - rigid[3])) or 1.0
        rotation = scene.face.matrix[:3, :3]
        return np.asarray((points - rigid.mean(axis=0)) @ rotation / size)


def _mean_moves(now: Floats, then: Floats, per: float) -> dict[str, float]:
    moved = np.sqrt(((now - then) ** 2).sum(axis=1))[: _ENDS[-1]]
    means = np.add.reduceat(moved, _STARTS) / np.diff((0, *_ENDS)) * per
    return dict(zip(REGIONS, means.tolist(), strict=True))
