"""Heads in an image: where they are, how large, and whether two are one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from agent.observation import Float32
from agent.observation.joints import LEFT_EAR, LEFT_SHOULDER, NOSE, RIGHT_EAR, RIGHT_SHOULDER

_FACE_POINTS = slice(0, 11)  # nose, eyes, ears and mouth of a pose

# A head's parts as poses and as face landmarks have them: the same, or the middle of two.
_POSE_PARTS = [0, 2, 5, 9, 10]
_MESH_PARTS = np.array(((4, 263, 33, 291, 61), (4, 362, 133, 291, 61)))

VISIBLE = 0.5

# A head's width in shoulder widths; it bounds the width from below when the head is in profile.
_HEAD_PER_SHOULDERS = 0.35
SHOULDERS_PER_HEAD = 2.5  # of a head that is seen from the front
_HEAD_PER_EARS = 1.1


@dataclass(frozen=True, slots=True)
class Head:
    """Centre, width and parts in units of the image's width, in both directions."""

    x: float
    y: float
    width: float
    parts: tuple[tuple[float, float], ...] = ()  # nose, left and right eye and corner of the mouth

    def distance(self, other: Head) -> float:
        """Between the centres, in head widths."""
        return math.hypot(self.x - other.x, self.y - other.y) * 2 / (self.width + other.width)

    def parts_apart(self, other: Head) -> float:
        """Mean distance of the same parts, in head widths; 0 when one head's are not known."""
        if not self.parts or not other.parts:
            return 0.0
        distances = map(math.dist, self.parts, other.parts)
        return sum(distances) / len(self.parts) * 2 / (self.width + other.width)

    def sides_swapped(self) -> Head:
        """Of a mirrored picture: what it calls left is right."""
        nose, left_eye, right_eye, left_mouth, right_mouth = self.parts
        return replace(self, parts=(nose, right_eye, left_eye, right_mouth, left_mouth))

    def size_ratio(self, other: Head) -> float:
        """How many times larger the larger one is."""
        return max(self.width, other.width) / min(self.width, other.width)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The box around a face's landmarks, normalised like them."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, landmarks: Float32) -> Bounds:
        points = np.ascontiguousarray(landmarks[:, :2].T)  # numbers apart cost twice as much
        left, top = points.min(axis=1).tolist()
        right, bottom = points.max(axis=1).tolist()
        return cls(left, top, right, bottom)

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, cut off at the image's edges."""
        return (
            _pixel(self.left, width),
            _pixel(self.top, height),
            _pixel(self.right, width),
            _pixel(self.bottom, height),
        )

    def head(self, aspect: float) -> Head:
        width = max(self.right - self.left, 0.7 * (self.bottom - self.top) * aspect, 1e-3)
        return Head((self.left + self.right) / 2, (self.top + self.bottom) / 2 * aspect, width)


def _pixel(share: float, length: int) -> int:
    return int(min(max(share, 0.0), 1.0) * length)


def head_of_face(landmarks: Float32, bounds: Bounds, aspect: float) -> Head:
    one, other = landmarks.take(_MESH_PARTS, axis=0)
    parts = tuple((x, y * aspect) for x, y, _ in ((one + other) / 2).tolist())
    return replace(bounds.head(aspect), parts=parts)


def head_of_pose(landmarks: Float32, visibility: Float32, aspect: float) -> Head | None:
    """None when head and shoulders are not both in view."""
    if visibility[NOSE] < VISIBLE or visibility[[LEFT_SHOULDER, RIGHT_SHOULDER]].max() < VISIBLE:
        return None
    points = landmarks[:, :2] * np.array([1.0, aspect], np.float32)
    x, y = points[_FACE_POINTS].mean(axis=0)
    ears = float(np.hypot(*(points[LEFT_EAR] - points[RIGHT_EAR])))
    width = max(_HEAD_PER_EARS * ears, _HEAD_PER_SHOULDERS * shoulder_width(landmarks, aspect))
    if not 0 <= x <= 1 or not 0 <= y <= aspect or width <= 0:
        return None
    parts = tuple((across, down) for across, down in points[_POSE_PARTS].tolist())
    return Head(float(x), float(y), width, parts)


def shoulder_width(landmarks: Float32, aspect: float) -> float:
    """In units of the image's width."""
    apart = landmarks[LEFT_SHOULDER, :2] - landmarks[RIGHT_SHOULDER, :2]
    return math.hypot(apart[0], apart[1] * aspect)
