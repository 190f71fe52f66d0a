"""From a face's landmarks on the screen to its pose in centimetres, as MediaPipe's
`facial_transformation_matrixes`.

Source: MediaPipe's face geometry pipeline (geometry_pipeline.cc, procrustes_solver.cc): a weighted
orthogonal Procrustes problem between the canonical face and the landmarks, seen by a camera of 63
degrees from top to bottom; the scale is found in two steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.openvino_engine.canonical_face import CanonicalFace

Float64 = NDArray[np.float64]

HEIGHT_AT_NEAR = 2 * math.tan(math.radians(63) / 2)  # of what the camera sees at a distance of 1


class FaceGeometry:
    def __init__(self, bundle: Path) -> None:
        face = CanonicalFace.of(bundle)
        self._used = face.used
        self._weights = face.weights
        self._centre = face.weights @ face.points
        self._centred = face.points - self._centre

    def matrix(self, landmarks: Float32, width: int, height: int) -> Float32:
        """landmarks: (478, 3), normalised. (4, 4): from the canonical face to the camera."""
        screen = self._on_near_plane(landmarks[self._used].astype(np.float64), width, height)
        depth = float(landmarks[:468, 2].mean()) * width / height * HEIGHT_AT_NEAR
        first = self._fitted(screen * (1, 1, -1)).scale
        second = self._fitted(_unprojected(screen, depth, first)).scale
        return self._fitted(_unprojected(screen, depth, first * second)).matrix

    @staticmethod
    def _on_near_plane(points: Float64, width: int, height: int) -> Float64:
        across = HEIGHT_AT_NEAR * width / height
        scale = (across, -HEIGHT_AT_NEAR, across)
        return points * scale + (-across / 2, HEIGHT_AT_NEAR / 2, 0)

    def _fitted(self, target: Float64) -> _Fit:
        """The turn, scale and shift that bring the canonical face nearest to the target."""
        centre = self._weights @ target
        weighted = self._centred * self._weights[:, None]
        left, _, right = np.linalg.svd((target - centre).T @ weighted)
        if np.linalg.det(left) * np.linalg.det(right) < 0:
            left[:, 2] *= -1
        turn = left @ right
        scale = float(np.sum((weighted @ turn.T) * target) / np.sum(weighted * self._centred))
        return _Fit(turn, scale, centre - scale * turn @ self._centre)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    turn: Float64
    scale: float
    shift: Float64

    @property
    def matrix(self) -> Float32:
        matrix = np.eye(4, dtype=np.float32)
        matrix[:3, :3] = self.scale * self.turn
        matrix[:3, 3] = self.shift
        return matrix


def _unprojected(screen: Float64, depth: float, scale: float) -> Float64:
    z = (screen[:, 2] - depth + 1) / scale
    return np.stack([screen[:, 0] * z, screen[:, 1] * z, -z], axis=1)
