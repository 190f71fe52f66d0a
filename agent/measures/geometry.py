"""Angles and distances, and their signs, in one place.

Yaw is positive when the subject turns to their own left, pitch when they look up, roll when the
head leans toward their left shoulder; all relative to the camera's axis. The face task's matrix
takes the canonical face (x to the image's right, y up, z toward the camera) to the camera.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from agent.perception.observation import Float32

Matrix = Sequence[Sequence[float]]
Point = Sequence[float]


class PixelPoints:
    """Landmarks in pixels, x, y and z, each worked out when it is asked for."""

    __slots__ = ("_height", "_landmarks", "_width")

    def __init__(self, landmarks: Float32, width: int, height: int) -> None:
        self._landmarks = landmarks
        self._width = width
        self._height = height

    def __getitem__(self, place: int) -> tuple[float, float, float]:
        x, y, z = self._landmarks[place].tolist()
        return x * self._width, y * self._height, z * self._width


def head_angles_deg(matrix: Matrix) -> tuple[float, float, float]:
    """Yaw, pitch, roll of R = Ry·Rx·Rz, the columns' common scale taken out.

    Pitch and roll have the opposite sign of the rotation angles about x and z.
    """
    scale = math.sqrt(matrix[0][2] ** 2 + matrix[1][2] ** 2 + matrix[2][2] ** 2)
    yaw = math.atan2(matrix[0][2], matrix[2][2])
    pitch = math.asin(max(-1.0, min(1.0, matrix[1][2] / scale)))
    roll = -math.atan2(matrix[1][0], matrix[1][1])
    return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)


def distance(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


def distance_3d(a: Point, b: Point) -> float:
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)
