"""A decoded picture as it is meant to be seen: square pixels, upright, not mirrored."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame
from numpy.typing import NDArray

MATRIX = struct.Struct("=9i")  # by columns; the first two of each are scale and turn, 16.16
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class Orientation:
    """What makes a stored picture upright: first mirrored left to right, then turned clockwise."""

    mirrored: bool
    rotation_deg: int  # 0, 90, 180, 270

    def applied(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.mirrored:
            image = image[:, ::-1]
        if self.rotation_deg:
            image = np.asarray(cv2.rotate(image, TURNS[self.rotation_deg]), np.uint8)
        return np.ascontiguousarray(image)


AS_STORED = Orientation(mirrored=False, rotation_deg=0)


def orientation_of(picture: VideoFrame) -> Orientation:
    """The nearest of the eight to the container's display matrix."""
    side_data = cast(SideDataContainer, picture.side_data)  # PyAV's own types are wrong here
    if Type.DISPLAYMATRIX not in side_data:
        return AS_STORED
    # x to the right and y down, a stored (x, y) is shown at (a x + c y, b x + d y).
    a, b, _, c, d, *_ = MATRIX.unpack_from(side_data[Type.DISPLAYMATRIX])
    determinant = a * d - b * c
    if not determinant:
        return AS_STORED
    mirrored = determinant < 0
    clockwise_deg = math.degrees(math.atan2(-b, -a) if mirrored else math.atan2(b, a))
    return Orientation(mirrored, round(clockwise_deg / 90) % 4 * 90)


def shown_size(picture: VideoFrame, pixel_aspect: Fraction) -> tuple[int, int]:
    """Width and height with square pixels, before it is turned."""
    return max(1, round(picture.width * pixel_aspect)), picture.height


def upright(picture: VideoFrame, size: tuple[int, int], how: Orientation) -> NDArray[np.uint8]:
    width, height = size
    image = picture.to_ndarray(format="rgb24", width=width, height=height)
    return how.applied(image.astype(np.uint8, copy=False))
