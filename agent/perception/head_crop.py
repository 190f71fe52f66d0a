"""The face task on a square around a head that a pose shows, for faces too small for the frame.

The face detector finds nothing narrower than about a tenth of the frame. In a square of 3.8 head
widths a head takes a quarter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.head_geometry import Head
from agent.perception.landmarkers import RawFace

HEADS_ACROSS = 3.8
SIDE_PX = 512
_MIN_SOURCE_PX = 48  # a head of 13 px: below that there is nothing to enlarge

# MediaPipe's virtual camera: 63 degrees from top to bottom, whatever the picture.
_FOCAL_PER_HEIGHT = 0.5 / math.tan(math.radians(63 / 2))

# Off the camera's axis MediaPipe turns the same picture of a face by this part of the angle.
# Measured on whole frames; in a crop the face is on the axis, so the crop's is turned likewise.
# What is left is under 1 degree of yaw and pitch, and at the frame's edges 3 of roll.
_TURN_PER_RAY = 0.27


@dataclass(frozen=True, slots=True)
class HeadCrop:
    """A square in pixels of the upright image; it may reach over the image's edge."""

    left: int
    top: int
    side: int
    width: int  # of the image
    height: int

    @classmethod
    def around(cls, head: Head, width: int, height: int) -> HeadCrop | None:
        side = round(HEADS_ACROSS * head.width * width)
        if side < _MIN_SOURCE_PX:
            return None
        side = min(side, max(width, height))
        left = round(head.x * width - side / 2)
        top = round(head.y * width - side / 2)
        return cls(left, top, side, width, height)

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        x, y = max(0, self.left), max(0, self.top)
        right, bottom = self.left + self.side, self.top + self.side
        inside = image[y : min(bottom, self.height), x : min(right, self.width)]
        square = cv2.copyMakeBorder(
            inside,
            y - self.top,
            max(0, bottom - self.height),
            x - self.left,
            max(0, right - self.width),
            cv2.BORDER_CONSTANT,
        )
        shrinking = self.side > SIDE_PX
        how = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(square, (SIDE_PX, SIDE_PX), interpolation=how), np.uint8)

    def to_frame(self, face: RawFace) -> RawFace:
        """The face as the whole frame would have shown it."""
        return RawFace(
            landmarks=self._landmarks(face.landmarks),
            blendshapes=face.blendshapes,
            matrix=self._matrix(face.matrix),
        )

    def _landmarks(self, inside: Float32) -> Float32:
        scale = np.array([self.side / self.width, self.side / self.height, self.side / self.width])
        offset = np.array([self.left / self.width, self.top / self.height, 0.0])
        return np.asarray(inside * scale + offset, np.float32)

    def _matrix(self, inside: Float32) -> Float32:
        """From the crop's virtual camera to the frame's: further away, and off the axis."""
        right_px = self.left + self.side / 2 - self.width / 2
        down_px = self.top + self.side / 2 - self.height / 2
        focal_px = _FOCAL_PER_HEIGHT * self.height
        # The same pixels under a longer focal length are that much further away.
        depth = -float(inside[2, 3]) * self.height / self.side
        ray = np.array([-math.atan2(down_px, focal_px), -math.atan2(right_px, focal_px), 0.0])
        turn, _ = cv2.Rodrigues(_TURN_PER_RAY * ray)
        moved = inside.copy()
        moved[:3, :3] = turn @ inside[:3, :3]
        moved[0, 3] += right_px * depth / focal_px
        moved[1, 3] -= down_px * depth / focal_px
        moved[2, 3] = -depth
        return moved
