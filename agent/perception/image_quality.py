"""How usable the picture is, measured on the pixels because a log has none. Cheap: small greys."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32, ImageQuality
from agent.perception.head_geometry import Bounds
from agent.perception.lip_colour import lip_redness
from agent.perception.thinning import thinned

_SMALL_PX = 160
_FACE_PX = 128
_CHANGED = 15  # grey levels; above the noise of a webcam and of video compression
_MIN_FACE_PX = 8

Grey = NDArray[np.uint8]


class ImageQualityMeter:
    """Keeps the last small grey picture, to compare."""

    def __init__(self) -> None:
        self._last: Grey | None = None
        self._small: Grey | None = None
        self._shape: tuple[int, ...] = ()

    def look(self, image: NDArray[np.uint8]) -> None:
        """The part that needs no landmarks, for while they are computed."""
        same_size = image.shape == self._shape  # another has other pixels where nothing changed
        self._shape = image.shape
        self._last = self._small if same_size else None
        self._small = _grey(image, max(1, image.shape[1] // _SMALL_PX))

    def judge(
        self, image: NDArray[np.uint8], face: Bounds | None, landmarks: Float32 | None = None
    ) -> ImageQuality:
        assert self._small is not None, "look comes first"
        grey = _face_grey(image, face)
        luma = _mean(self._small if grey is None else grey)
        change, background = self._change(face)
        lips = (math.nan, math.nan) if landmarks is None else lip_redness(image, landmarks)
        return ImageQuality(
            face_luma=luma,
            uneven_light=_uneven(grey, luma),
            sharpness=_sharpness(grey),
            frame_change=change,
            background_change=background,
            right_lips=lips[0],
            left_lips=lips[1],
        )

    def _change(self, face: Bounds | None) -> tuple[float, float]:
        if self._last is None or self._small is None or self._last.shape != self._small.shape:
            return math.nan, math.nan
        difference = np.asarray(cv2.absdiff(self._small, self._last), np.uint8)
        return _mean(difference), math.nan if face is None else _background(difference, face)


def _grey(image: NDArray[np.uint8], every: int) -> Grey:
    """Of every so many pixels, unmixed: enough for levels and their changes."""
    return np.asarray(cv2.cvtColor(thinned(image, every), cv2.COLOR_RGB2GRAY), np.uint8)


def _mean(grey: Grey) -> float:
    return float(cv2.mean(grey)[0])


def _face_grey(image: NDArray[np.uint8], face: Bounds | None) -> Grey | None:
    """The face's box, upright in the image, as 128 x 128 grey."""
    if face is None:
        return None
    left, top, right, bottom = face.pixels(image.shape[1], image.shape[0])
    if right - left < _MIN_FACE_PX or bottom - top < _MIN_FACE_PX:
        return None
    every = max(1, (right - left) // (2 * _FACE_PX))
    grey = _grey(image[top:bottom, left:right], every)
    return np.asarray(cv2.resize(grey, (_FACE_PX, _FACE_PX)), np.uint8)


def _uneven(grey: Grey | None, luma: float) -> float:
    if grey is None:
        return math.nan
    left = _mean(grey[:, : _FACE_PX // 2])
    right = 2 * luma - left
    return abs(left - right) / max(luma, 1.0)


def _sharpness(grey: Grey | None) -> float:
    if grey is None:
        return math.nan
    _, spread = cv2.meanStdDev(grey)
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return float(edges[0, 0] ** 2 / max(spread[0, 0] ** 2, 1.0))


def _background(difference: Grey, face: Bounds) -> float:
    """The changed share of all but a person: three faces wide, from above the head downwards."""
    height, width = difference.shape
    left, top, right, bottom = face.pixels(width, height)
    beside, above = right - left, (bottom - top) // 2
    changed = np.asarray(cv2.threshold(difference, _CHANGED, 1, cv2.THRESH_BINARY)[1], np.uint8)
    person = changed[max(0, top - above) :, max(0, left - beside) : right + beside]
    beyond = changed.size - person.size
    if beyond == 0:
        return math.nan
    return (cv2.countNonZero(changed) - _count(person)) / beyond


def _count(picture: Grey) -> int:
    return cv2.countNonZero(picture) if picture.size else 0
