"""How far the picture itself moved at a body's joints, by optical flow.

Landmarks tremble where nothing moves: on still photographs by 0.02 to 0.2 shoulder widths from one
pose to the next, and a guessed wrist by half of one. The picture there moves by less than 0.005.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import NO_SHIFTS, Float32
from agent.perception.thinning import thinned

WIDTH_PX = 320  # of the grey pictures that are compared
WINDOW_PX = 15  # of texture that is followed
PYRAMID = 2
STEPS, PRECISE_PX = 10, 0.03
SEEN = 0.5  # visibility of a joint worth following

Grey = NDArray[np.uint8]


def small_grey(image: NDArray[np.uint8]) -> Grey:
    image = thinned(image, max(1, image.shape[1] // (2 * WIDTH_PX)))
    height, width = image.shape[:2]
    share = WIDTH_PX / width  # of small ones, too, whose size may change
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


@dataclass(frozen=True, slots=True)
class _Before:
    person: int
    grey: Grey
    landmarks: Float32


class JointOpticalFlow:
    """Follows the texture at each joint from one pose of a person to the next."""

    def __init__(self) -> None:
        self._before: _Before | None = None

    def follow(self, person: int, grey: Grey, landmarks: Float32, visibility: Float32) -> Float32:
        """(33, 2) in the landmarks' units; NaN where there was no joint to follow.

        Empty (0, 2) when it is the first pose of this person.
        """
        before, self._before = self._before, _Before(person, grey, landmarks)
        if before is None or before.person != person or before.grey.shape != grey.shape:
            return NO_SHIFTS
        size = np.array((grey.shape[1], grey.shape[0]), np.float32)
        shifts = np.full((len(landmarks), 2), np.nan, np.float32)
        points = before.landmarks[:, :2]
        inside = ((points >= 0) & (points <= 1)).all(axis=1) & (visibility >= SEEN)
        if inside.any():
            start = np.ascontiguousarray(points[inside] * size)
            shifts[inside] = (_followed(before.grey, grey, start) - start) / size
        return shifts

    def forget(self) -> None:
        self._before = None


def _followed(before: Grey, now: Grey, start: Float32) -> Float32:
    """Lucas and Kanade's method in a pyramid; (n, 2) px."""
    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, STEPS, PRECISE_PX)
    found, textured, _ = cv2.calcOpticalFlowPyrLK(
        before,
        now,
        start,
        np.empty_like(start),
        winSize=(WINDOW_PX, WINDOW_PX),
        maxLevel=PYRAMID,
        criteria=criteria,
    )
    return np.where(textured > 0, found, np.float32(np.nan))
