"""MediaPipe's face landmarker: two faces are followed, and the detector looks for others."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.landmarkers import PEOPLE, RawFace
from agent.perception.openvino_engine.detector import Detection, Detector
from agent.perception.openvino_engine.face_geometry import FaceGeometry
from agent.perception.openvino_engine.follower import Seen
from agent.perception.openvino_engine.model import FACE_BLENDSHAPES, FACE_DETECTOR, FACE_LANDMARKS
from agent.perception.openvino_engine.network import Networks
from agent.perception.openvino_engine.region import Region, turn_between
from agent.perception.openvino_engine.regions_followed import RegionsFollowed

DETECTOR_PX = 128
DETECTOR_STRIDES = (8, 16, 16, 16)
LANDMARKS_PX = 256
LANDMARKS = 478
LEAST_PRESENCE = 0.5
GROWN = 1.5  # the region around what was found of a face
LEVEL = 0.0  # radians, of the line of the eyes
_EYE_CORNERS = [33, 263]
_DETECTED_EYES = [0, 1]

# The landmarks that MediaPipe's blend shapes are made from (face_blendshapes_graph.cc).
_FOR_BLENDSHAPES = [
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66,
    67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144,
    145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173,
    176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282,
    283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323,
    324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384,
    385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471,
    472, 473, 474, 475, 476, 477,
]  # fmt: skip


class FaceGraph:
    def __init__(self, networks: Networks, geometry: FaceGeometry, *, follow: bool = True) -> None:
        """follow: from frame to frame; else each picture is for itself, and one face is found."""
        self._detector = Detector(networks.of(FACE_DETECTOR), DETECTOR_PX, DETECTOR_STRIDES)
        self._landmarks = networks.of(FACE_LANDMARKS)
        self._blendshapes = networks.of(FACE_BLENDSHAPES)
        self._geometry = geometry
        self._follow = follow
        self._followed = RegionsFollowed(PEOPLE if follow else 1)

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[RawFace, ...]:
        if not self._follow:
            self._followed.forget()
        if not self._followed.full:
            found = self._detector.detect(image, self._followed.most)
            self._followed.meet(map(_region_of_detection, found))
        seen = [face for region in self._followed.regions if (face := self._look(image, region))]
        self._followed.keep(face.region for face in seen)
        return tuple(face.raw for face in seen)

    def close(self) -> None:
        """Nothing is open."""

    def _look(self, image: NDArray[np.uint8], region: Region) -> Seen[RawFace] | None:
        points, logit = self._landmarks(region.cut(image, LANDMARKS_PX, black=False))
        presence = _sigmoid(float(logit.ravel()[0]))
        if presence < LEAST_PRESENCE:
            return None
        inside = points.reshape(LANDMARKS, 3) / LANDMARKS_PX
        height, width = image.shape[:2]
        placed_px, landmarks = region.landmarks(inside, image)
        (shapes,) = self._blendshapes(placed_px[_FOR_BLENDSHAPES])
        matrix = self._geometry.matrix(landmarks, width, height)
        face = RawFace(landmarks, shapes.copy(), matrix, presence)
        return Seen(face, _region_of_landmarks(placed_px))


def _region_of_detection(found: Detection) -> Region:
    turn = turn_between(found.points[_DETECTED_EYES], LEVEL)
    return Region.around(found.box[:2], found.box[2:], turn).grown(GROWN)


def _region_of_landmarks(points_px: Float32) -> Region:
    turn = turn_between(points_px[_EYE_CORNERS], LEVEL)
    return Region.around(points_px.min(axis=0), points_px.max(axis=0), turn).grown(GROWN)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))
