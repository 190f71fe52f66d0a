"""One upright video frame, and the refusal of what cannot be one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.errors import FrameRejected
from agent.observation.observation import FrameKey

MIN_SIDE_PX = 32
MAX_SIDE_PX = 8192
MAX_ASPECT = 8.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a frame came from the room, on the monotonic clock, and its place in its track."""

    monotonic_s: float
    number: int  # of the frames received since the track began, from 1


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    image: NDArray[np.uint8]  # (h, w, 3) RGB, contiguous, already rotated upright
    media_us: int
    key: FrameKey | None
    rotation_deg: int  # what was undone: 0, 90, 180, 270
    track: int
    receipt: Receipt | None = None  # None: read from a file, which drops nothing


def checked(frame: Frame) -> NDArray[np.uint8]:
    """The frame's image, fit for analysis."""
    image = frame.image
    if image.dtype != np.uint8:
        raise FrameRejected(f"a frame has {image.dtype} pixels; expected uint8")
    if image.ndim != 3 or image.shape[2] != 3:
        raise FrameRejected(f"a frame has the shape {image.shape}; expected (height, width, 3)")
    short, long = sorted(image.shape[:2])
    if short < MIN_SIDE_PX or long > MAX_SIDE_PX or long > MAX_ASPECT * short:
        raise FrameRejected(f"a frame of {image.shape[1]} x {image.shape[0]} px is unusable")
    return np.ascontiguousarray(image)
