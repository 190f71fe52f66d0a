"""How much redder each half of the lips is than the skin around it: a hand before them is not."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32

ACROSS_PX = 64  # of the mouth and its surroundings: enough for means, whatever the picture's size
LEAST_PX = 12
_EDGES = (  # the subject's right and left, from the middle above to the corner to below
    (
        (0, 37, 39, 40, 185, 61, 146, 91, 181, 84, 17),
        (13, 82, 81, 80, 191, 78, 95, 88, 178, 87, 14),
    ),
    (
        (0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17),
        (13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14),
    ),
)
_SKIN = (  # around the lips: outer edge, and an inner one a little off them
    (
        (2, 98, 206, 216, 212, 202, 204, 194, 201, 200),
        (164, 167, 165, 92, 186, 57, 43, 106, 182, 83, 18),
    ),
    (
        (2, 327, 426, 436, 432, 422, 424, 418, 421, 200),
        (164, 393, 391, 322, 410, 287, 273, 335, 406, 313, 18),
    ),
)
_ALL = np.array(sorted({i for half in _SKIN for edge in half for i in edge}))


def lip_redness(image: NDArray[np.uint8], landmarks: Float32) -> tuple[float, float]:
    """Of the subject's right and left half, in units of CIELAB's a*. NaN: too few pixels."""
    height, width = image.shape[:2]
    points = landmarks[:, :2] * (width, height)
    low, high = points[_ALL].min(axis=0), points[_ALL].max(axis=0)
    left, top = np.maximum(np.floor(low).astype(int), 0)
    right, bottom = np.minimum(np.ceil(high).astype(int), (width, height))
    if right - left < LEAST_PX or bottom - top < LEAST_PX:
        return math.nan, math.nan
    scale = min(1.0, ACROSS_PX / (right - left))
    mouth = cv2.resize(
        image[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    red = np.asarray(cv2.cvtColor(mouth, cv2.COLOR_RGB2LAB)[:, :, 1], np.uint8)
    places = (points - (left, top)) * (mouth.shape[1] / (right - left))
    of_right, of_left = (
        _between(red, places, *lips) - _between(red, places, *skin)
        for lips, skin in zip(_EDGES, _SKIN, strict=True)
    )
    return of_right, of_left


def _between(
    red: NDArray[np.uint8],
    places: NDArray[np.float64],
    outer: tuple[int, ...],
    inner: tuple[int, ...],
) -> float:
    """The mean of the band between two lines, one within the other."""
    band = places[[*outer, *reversed(inner)]]
    mask = np.zeros(red.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(band * 16).astype(np.int32)], 1, shift=4)
    return cv2.mean(red, mask)[0] if mask.any() else math.nan
