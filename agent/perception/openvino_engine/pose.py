"""MediaPipe's pose landmarker: two bodies, landmarks refined by the heat map.

Source: MediaPipe's pose_detector_graph and pose_landmarks_detector_graph,
RefineLandmarksFromHeatmapCalculator.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.landmarkers import PEOPLE, RawPose
from agent.perception.openvino_engine.detector import Detection, Detector
from agent.perception.openvino_engine.follower import Follower, Seen
from agent.perception.openvino_engine.model import POSE_DETECTOR, POSE_LANDMARKS
from agent.perception.openvino_engine.network import Networks
from agent.perception.openvino_engine.region import Region, turn_between, turned

DETECTOR_PX = 224
DETECTOR_STRIDES = (8, 16, 32, 32, 32)
LANDMARKS_PX = 256
LANDMARKS = 33
_AUXILIARY = 6  # landmarks beyond; the first two say where the body is
LEAST_PRESENCE = 0.5
GROWN = 1.25
UPRIGHT = math.pi / 2
KERNEL = 7  # cells of the heat map around a landmark
LEAST_HEAT = 0.5


class PoseGraph(Follower[RawPose]):
    def __init__(self, networks: Networks) -> None:
        self._landmarks = networks.of(POSE_LANDMARKS)
        detector = Detector(networks.of(POSE_DETECTOR), DETECTOR_PX, DETECTOR_STRIDES)
        super().__init__(PEOPLE, detector, _region_of_detection, self.look)

    def look(self, image: NDArray[np.uint8], region: Region) -> Seen[RawPose] | None:
        picture = region.cut(image, LANDMARKS_PX, black=False)
        values, presence, heat, world = self._landmarks(picture)
        if float(presence.ravel()[0]) < LEAST_PRESENCE:
            return None
        inside = values.reshape(LANDMARKS + _AUXILIARY, 5).copy()
        inside[:, :3] /= LANDMARKS_PX
        inside[:, :2] = refined_by_heat(inside[:, :2], heat[0])
        placed_px, landmarks = region.landmarks(inside, image)
        visibility = np.asarray(1 / (1 + np.exp(-inside[:LANDMARKS, 3])), np.float32)
        upright = turned(world.reshape(-1, 3)[:LANDMARKS], region.turn)
        around = _around(placed_px[LANDMARKS : LANDMARKS + 2]).held(region)
        return Seen(RawPose(landmarks[:LANDMARKS], upright, visibility), around)


def refined_by_heat(points: Float32, heat: Float32) -> Float32:
    """points: (n, 2) in units of the square. heat: (rows, columns, n), before the sigmoid.

    The mean of the cells around each landmark, weighted by their heat, where any is hot enough.
    Of landmarks outside, MediaPipe refines those just below, which its check forgets.
    """
    rows, columns, count = heat.shape
    refined = points.copy()
    cells = (points * (columns, rows)).astype(int)
    reach = KERNEL // 2
    for i in range(count):
        column, row = (int(value) for value in cells[i])
        if not (0 <= column < columns and 0 <= row < rows + reach):
            continue
        left, top = max(0, column - reach), max(0, row - reach)
        window = heat[top : min(rows, row + reach + 1), left : min(columns, column + reach + 1), i]
        weights = 1 / (1 + np.exp(-window))
        if float(weights.max()) < LEAST_HEAT:
            continue
        total = float(weights.sum())
        down, across = weights.sum(axis=1), weights.sum(axis=0)
        refined[i, 0] = float(across @ np.arange(left, left + len(across))) / total / columns
        refined[i, 1] = float(down @ np.arange(top, top + len(down))) / total / rows
    return refined


def _region_of_detection(found: Detection) -> Region:
    return _around(found.points[:2])


def _around(middle_and_edge: Float32) -> Region:
    """The square around a body whose middle and outermost point are known."""
    (x, y), edge = middle_and_edge.tolist()
    side = 2 * math.dist((x, y), edge)
    return Region(x, y, side, turn_between(middle_and_edge, UPRIGHT)).grown(GROWN)
