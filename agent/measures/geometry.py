"""Angles and distances, and their signs, in one place.

Yaw is positive when the subject turns to their own left, pitch when they look up, roll when the
head leans toward their left shoulder. A rotation takes the head's frame (x to the image's right,
y up, z toward the camera, all of a head that looks straight at it) to where the head is turned.

The rotation is that of the canonical face laid onto the landmarks as they stand in the picture
(weak perspective). A picture of a face looks the same wherever it is in the frame, so this is the
rotation relative to the line of sight, and it needs no field of view. Relative to the camera's
axis it is turned by the ray to the face, for which the field of view is assumed.

MediaPipe's matrix comes from the same points, but through a virtual camera of 63 degrees from top
to bottom; that flattens turned heads and leaks 27 % of the ray's angle into them. Measured on
renderings at known angles of one head scan and of ten photographed faces on the canonical shape,
within 45 degrees of yaw (mean error of yaw, pitch, roll; mean error of yaw at 45 degrees):

    scan         matrix 1.8, 2.7, 2.5; -3.6    here 1.9, 2.9, 2.0; +0.1
    photographs  matrix 3.2, 1.8, 1.4; -5.5    here 1.7, 2.0, 1.1; -2.9

and on photographs of people posed at 15 and 45 degrees: matrix 9.7, 34.2; here 12.1, 43.4. (All
before the jaw was left out of the fit and what follows was added.)

The landmarks themselves fall short of a turned head: laid on faces turned by 45 degrees they are a
rigid face turned by 41 to 42, in depth as in the picture. What is missing is put back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from agent.measures import canonical_face
from agent.observation import Float32

Matrix = Sequence[Sequence[float]]
Point = Sequence[float]
Points = Mapping[int, Point]  # of landmarks


# What measures ask for on every frame: eyes, irises, bridge and base of the nose, mouth, cheeks.
_RIGHT_EYE = (33, 133, 144, 153, 158, 160, 468, 469, 470, 471, 472)
_LEFT_EYE = (263, 362, 373, 380, 385, 387, 473, 474, 475, 476, 477)
_ASKED_ALWAYS = (*_RIGHT_EYE, *_LEFT_EYE, 168, 2, 13, 14, 61, 291, 234, 454)
_PLACES = np.array(_ASKED_ALWAYS)


class PixelPoints(dict[int, Point]):
    """Landmarks in pixels, x, y and z: the usual ones together, others when they are asked for."""

    def __init__(self, landmarks: Float32, width: int, height: int) -> None:
        self._landmarks = landmarks
        self._size = np.array((width, height, width), np.float64)
        points = (landmarks.take(_PLACES, axis=0) * self._size).tolist()
        super().__init__(zip(_ASKED_ALWAYS, points, strict=True))

    def __missing__(self, place: int) -> Point:
        point: Point = (self._landmarks[place] * self._size).tolist()
        return point


# The longer side of the picture is taken to be seen under 65 degrees (OpenFace's assumption, and
# most webcams' and phones' within 10): at its edges the ray then errs by 5 degrees.
FOCAL_PER_LONG_SIDE = 0.5 / math.tan(math.radians(65 / 2))

# Of turns by 45 degrees. Photographed faces on the canonical shape 0.08, on one flatter by 15 %
# 0.14, on one with the short lower face of a child 0.11; posed people 0.04, the scan none.
YAW_SHORT = 0.08
FULLY_SHORT_DEG = 45.0

# Centring one of two point sets is enough: the other's mean then falls out of the covariance.
_CENTRE = canonical_face.WEIGHTS @ canonical_face.POINTS / canonical_face.WEIGHTS.sum()
_WEIGHTED = canonical_face.WEIGHTS[:, None] * (canonical_face.POINTS - _CENTRE)


def head_pose(landmarks: Float32, width: int, height: int) -> tuple[list[list[float]], float]:
    """Rotation (3, 3) relative to the line of sight, and size, of normalised landmarks (478, 3).

    Weighted least squares with a free scale and shift (Umeyama, 1991). The size is that scale in a
    unit of its own: only its ratios mean something. It does not change as the head turns.
    """
    points = landmarks.take(canonical_face.RIGID, axis=0) * np.array((width, -height, -width))
    covariance = np.einsum("ni,nj->ij", points, _WEIGHTED)
    left, sizes, right = np.linalg.svd(covariance)
    rotation: list[list[float]] = (left @ right).tolist()
    if _mirrors(rotation):
        left[:, 2], sizes[2] = -left[:, 2], -sizes[2]
        rotation = (left @ right).tolist()
    return rotation, float(sizes.sum())


def _mirrors(turn: Matrix) -> bool:
    """A negative determinant; numpy's costs ten times as much."""
    (a, b, c), (d, e, f), (g, h, i) = turn
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0


def turned_in_full(rotation: Matrix) -> list[list[float]]:
    """With the yaw that the landmarks fall short of: nothing at 0, YAW_SHORT of it from 45 on."""
    yaw_deg = math.degrees(math.atan2(rotation[0][2], rotation[2][2]))
    turn = math.radians(YAW_SHORT * yaw_deg * min(1.0, (yaw_deg / FULLY_SHORT_DEG) ** 2))
    cos, sin = math.cos(turn), math.sin(turn)
    right, up, forward = rotation
    return [
        [cos * a + sin * b for a, b in zip(right, forward, strict=True)],
        list(up),
        [cos * b - sin * a for a, b in zip(right, forward, strict=True)],
    ]


def off_axis(rotation: Matrix, x_px: float, y_px: float, width: int, height: int) -> Matrix:
    """Relative to the camera's axis, of a head at a pixel (from the top left)."""
    focal_px = FOCAL_PER_LONG_SIDE * max(width, height)
    x, y = (width / 2 - x_px) / focal_px, (y_px - height / 2) / focal_px
    length = math.sqrt(x * x + y * y + 1)
    x, y, z = x / length, y / length, 1 / length  # from the head to the camera
    turn = (
        (1 - x * x / (1 + z), -x * y / (1 + z), x),
        (-x * y / (1 + z), 1 - y * y / (1 + z), y),
        (-x, -y, z),
    )
    columns = tuple(zip(*rotation, strict=True))
    return [[a * x + b * y + c * z for x, y, z in columns] for a, b, c in turn]


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
    """In the picture; math.dist has the depth too."""
    return math.hypot(a[0] - b[0], a[1] - b[1])


def distance_from_line(point: Point, a: Point, b: Point) -> float:
    """In the picture, of a point from the line between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / max(dx * dx + dy * dy, 1e-9)
    share = max(0.0, min(1.0, along))
    return distance(point, (a[0] + share * dx, a[1] + share * dy))
