"""MediaPipe's hand landmarker: two hands.

Source: MediaPipe's hand_detector_graph, hand_landmarks_detector_graph and
HandLandmarksToRectCalculator.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.landmarkers import HANDS, RawHand
from agent.perception.openvino_engine.detector import Detection, Detector
from agent.perception.openvino_engine.follower import Follower, Seen
from agent.perception.openvino_engine.model import HAND_LANDMARKS, PALM_DETECTOR
from agent.perception.openvino_engine.network import Networks
from agent.perception.openvino_engine.region import Region, turn_between, turned

DETECTOR_PX = 192
DETECTOR_STRIDES = (8, 16, 16, 16)
LANDMARKS_PX = 224
LANDMARKS = 21
LEAST_PRESENCE = 0.5
DEPTH_PER_SIDE = 0.4  # the model's depths are that much smaller than its widths
UPRIGHT = math.pi / 2
# MediaPipe's graph gives 90 where radians are asked for, and so turns palms 27 degrees too far. It
# makes no difference to how near the landmarks come to those of the frames that follow.
PALM_UPRIGHT = 90.0

# Around a palm, and around the landmarks of a hand: by how much the region grows, and by what part
# of its side it moves towards the fingers first.
_PALM_GROWN, _PALM_SHIFT = 2.6, -0.5
_HAND_GROWN, _HAND_SHIFT = 2.0, -0.1

_PALM_LINE = [0, 2]  # wrist and middle finger of a detection
_WRIST, _INDEX, _MIDDLE, _RING = 0, 5, 9, 13
_PALM_AND_FIRST_JOINTS = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]


class HandGraph(Follower[RawHand]):
    def __init__(self, networks: Networks) -> None:
        self._landmarks = networks.of(HAND_LANDMARKS)
        detector = Detector(networks.of(PALM_DETECTOR), DETECTOR_PX, DETECTOR_STRIDES)
        super().__init__(HANDS, detector, _region_of_detection, self.look)

    def look(self, image: NDArray[np.uint8], region: Region) -> Seen[RawHand] | None:
        values, presence, right, world = self._landmarks(
            region.cut(image, LANDMARKS_PX, black=False)
        )
        if float(presence.ravel()[0]) < LEAST_PRESENCE:
            return None
        inside = values.reshape(LANDMARKS, 3) / LANDMARKS_PX
        placed_px, landmarks = region.landmarks(inside, image, DEPTH_PER_SIDE)
        rightness = float(right.ravel()[0])
        raw = RawHand(
            right=rightness > 0.5,
            score=max(rightness, 1 - rightness),
            landmarks=landmarks,
            world=turned(world.reshape(LANDMARKS, 3), region.turn),
        )
        return Seen(raw, region_of_landmarks(placed_px))


def _region_of_detection(found: Detection) -> Region:
    turn = turn_between(found.points[_PALM_LINE], PALM_UPRIGHT)
    palm = Region.around(found.box[:2], found.box[2:], turn)
    return palm.grown(_PALM_GROWN, down=_PALM_SHIFT)


def region_of_landmarks(points_px: Float32) -> Region:
    knuckles = (points_px[_INDEX] + points_px[_RING]) / 2
    turn = turn_between(np.stack([points_px[_WRIST], (knuckles + points_px[_MIDDLE]) / 2]), UPRIGHT)
    cos, sin = math.cos(turn), math.sin(turn)
    along = np.array([[cos, -sin], [sin, cos]], np.float32)  # the region's own axes, in columns
    inside = points_px[_PALM_AND_FIRST_JOINTS] @ along
    low, high = inside.min(axis=0), inside.max(axis=0)
    x, y = (float(value) for value in along @ ((low + high) / 2))
    breadth, length = (float(value) for value in high - low)
    side = max(breadth, length)
    return Region(x, y, side, turn).grown(_HAND_GROWN, down=_HAND_SHIFT * length / side)
