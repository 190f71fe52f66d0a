"""How much redder each half of the lips is than the skin around it: a hand before them is not."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.thinning import thinned

ACROSS_PX = 64  # of the mouth and its surroundings: enough for means, whatever the picture's size
LEAST_PX = 12


def _band(outer: tuple[int, ...], inner: tuple[int, ...]) -> NDArray[np.int64]:
    """What lies between two lines, as one polygon of landmarks."""
    return np.array((*outer, *reversed(inner)))


# Each from the middle above to the corner to the middle below.
_RIGHT_LIPS = _band(
    (0, 37, 39, 40, 185, 61, 146, 91, 181, 84, 17), (13, 82, 81, 80, 191, 78, 95, 88, 178, 87, 14)
)
_LEFT_LIPS = _band(
    (0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17),
    (13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14),
)
# The inner line a little off the lips.
_RIGHT_SKIN = _band(
    (2, 98, 206, 216, 212, 202, 204, 194, 201, 200),
    (164, 167, 165, 92, 186, 57, 43, 106, 182, 83, 18),
)
_LEFT_SKIN = _band(
    (2, 327, 426, 436, 432, 422, 424, 418, 421, 200),
    (164, 393, 391, 322, 410, 287, 273, 335, 406, 313, 18),
)
_BANDS = (_RIGHT_LIPS, _RIGHT_SKIN, _LEFT_LIPS, _LEFT_SKIN)
_ALL = np.concatenate(_BANDS)
_ENDS = np.cumsum([len(band) for band in _BANDS]).tolist()
_PLACES = [slice(end - len(band), end) for band, end in zip(_BANDS, _ENDS, strict=True)]
_SUBPIXEL_BITS = 4

# OpenCV makes its tables of this colour space at the first use, for 0.1 s and more. Here they are
# made once for all jobs, which are forked afterwards; else the first face of each would wait.
cv2.cvtColor(np.zeros((1, 1, 3), np.uint8), cv2.COLOR_RGB2LAB)


def lip_redness(image: NDArray[np.uint8], landmarks: Float32) -> tuple[float, float]:
    """Of the subject's right and left half, in units of CIELAB's a*. NaN: too few pixels."""
    height, width = image.shape[:2]
    points = landmarks.take(_ALL, axis=0)[:, :2] * (width, height)
    across, down = points.T.tolist()
    left, top = int(max(min(across), 0)), int(max(min(down), 0))
    right, bottom = int(min(max(across) + 1, width)), int(min(max(down) + 1, height))
    if right - left < LEAST_PX or bottom - top < LEAST_PX:
        return math.nan, math.nan
    every = max(1, (right - left) // ACROSS_PX)
    mouth = thinned(image[top:bottom, left:right], every)
    red = np.ascontiguousarray(cv2.cvtColor(mouth, cv2.COLOR_RGB2LAB)[:, :, 1], np.uint8)
    to_small = 2**_SUBPIXEL_BITS * mouth.shape[1] / (right - left)
    outlines = ((points - (left, top)) * to_small).astype(np.int32)
    right_lips, right_skin, left_lips, left_skin = (
        _mean_within(red, outlines[places]) for places in _PLACES
    )
    return right_lips - right_skin, left_lips - left_skin


def _mean_within(red: NDArray[np.uint8], outline: NDArray[np.int32]) -> float:
    mask = np.zeros(red.shape, np.uint8)
    cv2.fillPoly(mask, [outline], 1, shift=_SUBPIXEL_BITS)
    x, y, width, height = cv2.boundingRect(mask)  # little of the picture
    if not width:
        return math.nan
    within = slice(y, y + height), slice(x, x + width)
    return cv2.mean(red[within], mask[within])[0]
