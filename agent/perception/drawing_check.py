"""Whether a face is drawn: skin is shaded everywhere, a drawing has areas of one colour.

MediaPipe takes half of all drawn faces for faces. The face's box is brought to 16 x 16 cells; noise
and the traces of video compression are gone in them. Flat are two neighbours inside the face's
outline that differ by less than 3 % of the spread of all of them. Of 60 photographed faces, also a
seventh of the size, at a tenth of the light, over-exposed, smoothed, faded or at 120 kbit/s, at
most 15 % of the neighbours are flat, mostly 4 % (45 % of one in black and white, over-exposed three
times). Of drawn ones that MediaPipe finds it is 30 % and more for three of four. A painting that is
shaded like a photograph looks like one.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.head_geometry import Bounds

FLAT_SHARE = 0.18
LOOKS = 12  # enough to decide

_CELLS = 16
_FLAT_OF_SPREAD = 0.03
_CLIPPED = 245  # grey levels: over-exposed skin is flat, and tells nothing
_TINT = 6.0  # but lines on white paper are grey; what is left of such skin differs by 14 and more
_LEAST_NEIGHBOURS = 60
_FACE_POINTS = 468  # without the irises


class DrawingCheck:
    """What was seen of one face, until that suffices."""

    def __init__(self) -> None:
        self._flat: deque[float] = deque(maxlen=LOOKS)

    @property
    def drawn(self) -> bool:
        return bool(self._flat) and sum(self._flat) / len(self._flat) > FLAT_SHARE

    @property
    def settled(self) -> bool:
        """It is no drawing; that one is seen to be one can still turn out wrong."""
        return len(self._flat) == LOOKS and not self.drawn

    def add(self, image: NDArray[np.uint8], landmarks: Float32) -> None:
        share = flat_share(image, landmarks)
        if not math.isnan(share):
            self._flat.append(share)


def flat_share(image: NDArray[np.uint8], landmarks: Float32) -> float:
    """Of neighbouring cells in a face, (478, 3) normalised; NaN where there are too few."""
    left, top, right, bottom = Bounds.of(landmarks).pixels(image.shape[1], image.shape[0])
    if min(right - left, bottom - top) < _CELLS:
        return math.nan
    face = image[top:bottom, left:right].astype(np.float32)
    colours = cv2.resize(face, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
    cells = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    size = np.array((right - left, bottom - top)) / _CELLS
    points = landmarks[:_FACE_POINTS, :2] * (image.shape[1], image.shape[0]) - (left, top)
    inside = _inside(points / size)
    told = inside & (cells < _CLIPPED)
    if _tint(colours[told]) < _TINT:
        told = inside
    least = _FLAT_OF_SPREAD * float(cells[inside].std()) if inside.any() else 0.0
    flat = [
        np.abs(first - second)[both] < least
        for first, second, both in (
            (cells[1:], cells[:-1], told[1:] & told[:-1]),
            (cells[:, 1:], cells[:, :-1], told[:, 1:] & told[:, :-1]),
        )
    ]
    neighbours = np.concatenate(flat)
    return float(neighbours.mean()) if len(neighbours) >= _LEAST_NEIGHBOURS else math.nan


def _tint(colours: NDArray[np.number[Any]]) -> float:
    """How far red and blue are apart."""
    return float(np.abs(colours[:, 0] - colours[:, 2]).mean()) if len(colours) else 0.0


def _inside(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The cells wholly within the outline of points, in cells."""
    outline = cv2.convexHull(np.round(16 * (points - 0.5)).astype(np.int32))
    mask = np.zeros((_CELLS, _CELLS), np.uint8)
    cv2.fillConvexPoly(mask, outline, 1, shift=4)
    return np.asarray(cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0) > 0)
