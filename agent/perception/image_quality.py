"""How usable the picture is, measured on the pixels because a log has none. Cheap: small greys."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.perception.observation import Float32, ImageQuality

_SMALL_WIDTH_PX = 160
_FACE_PX = 128
_CHANGED = 15  # grey levels; above the noise of a webcam and of video compression
_MIN_FACE_PX = 8

Grey = NDArray[np.uint8]


class ImageWatch:
    """Keeps the last small grey picture, to compare."""

    def __init__(self) -> None:
        self._last: Grey | None = None
        self._small: Grey | None = None

    def look(self, image: NDArray[np.uint8]) -> None:
        """The part that needs no landmarks, for while they are computed."""
        height, width = image.shape[:2]
        size = (_SMALL_WIDTH_PX, max(1, round(_SMALL_WIDTH_PX * height / width)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
        self._last = self._small
        self._small = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)

    def judge(self, image: NDArray[np.uint8], face: Float32 | None) -> ImageQuality:
        assert self._small is not None, "look comes first"
        grey = _face_grey(image, face)
        change, background = self._change(face)
        return ImageQuality(
            face_luma=float(self._small.mean() if grey is None else grey.mean()),
            uneven_light=_uneven(grey),
            sharpness=_sharpness(grey),
            frame_change=change,
            background_change=background,
        )

    def _change(self, face: Float32 | None) -> tuple[float, float]:
        if self._last is None or self._small is None or self._last.shape != self._small.shape:
            return math.nan, math.nan
        difference = cv2.absdiff(self._small, self._last)
        change = float(difference.mean())
        if face is None:
            return change, math.nan
        background = difference[_background(difference.shape, face)]
        if background.size == 0:
            return change, math.nan
        return change, float((background > _CHANGED).mean())


def _face_grey(image: NDArray[np.uint8], face: Float32 | None) -> Grey | None:
    """The face's box, upright in the image, as 128 x 128 grey."""
    if face is None:
        return None
    left, top, right, bottom = _box(image.shape, face)
    if right - left < _MIN_FACE_PX or bottom - top < _MIN_FACE_PX:
        return None
    grey = cv2.cvtColor(np.ascontiguousarray(image[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    face_px = (_FACE_PX, _FACE_PX)
    return np.asarray(cv2.resize(grey, face_px, interpolation=cv2.INTER_AREA), np.uint8)


def _uneven(grey: Grey | None) -> float:
    if grey is None:
        return math.nan
    half = _FACE_PX // 2
    left, right = float(grey[:, :half].mean()), float(grey[:, half:].mean())
    return abs(left - right) / max((left + right) / 2, 1.0)


def _sharpness(grey: Grey | None) -> float:
    if grey is None:
        return math.nan
    _, spread = cv2.meanStdDev(grey)
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return float(edges[0, 0] ** 2 / max(spread[0, 0] ** 2, 1.0))


def _background(shape: tuple[int, ...], face: Float32) -> NDArray[np.bool_]:
    """All but a person-sized column: three faces wide, from above the head downwards."""
    left, top, right, bottom = _box(shape, face)
    width, height = right - left, bottom - top
    mask = np.ones(shape[:2], np.bool_)
    mask[max(0, top - height // 2) :, max(0, left - width) : right + width] = False
    return mask


def _box(shape: tuple[int, ...], face: Float32) -> tuple[int, int, int, int]:
    height, width = shape[:2]
    low, high = face[:, :2].min(axis=0), face[:, :2].max(axis=0)
    x = np.clip((low[0] * width, high[0] * width), 0, width).astype(int)
    y = np.clip((low[1] * height, high[1] * height), 0, height).astype(int)
    return int(x[0]), int(y[0]), int(x[1]), int(y[1])
