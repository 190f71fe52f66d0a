"""What an engine finds in a picture, and how it is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32

PEOPLE = 2
HANDS = 2
_MIRROR = np.array((-1, 1, 1), np.float32)
_MIRROR_SHIFT = np.array((1, 0, 0), np.float32)


class LandmarkerFailed(Exception):
    """An engine refused a frame or broke on it."""


class EngineUnusable(Exception):
    """An engine cannot work on this machine, for a reason told in one line."""


@dataclass(frozen=True, slots=True, eq=False)
class RawFace:
    landmarks: Float32  # (478, 3)
    blendshapes: Float32  # (52,)
    matrix: Float32  # (4, 4)
    presence: float = math.nan  # 0 to 1: that there is a face; NaN: the engine does not say

    def mirrored(self) -> RawFace:
        """Its landmarks where the mirrored picture has them; their names are not swapped."""
        return replace(self, landmarks=self.landmarks * _MIRROR + _MIRROR_SHIFT)


@dataclass(frozen=True, slots=True, eq=False)
class RawPose:
    landmarks: Float32  # (33, 3)
    world: Float32  # (33, 3)
    visibility: Float32  # (33,)


@dataclass(frozen=True, slots=True, eq=False)
class RawHand:
    right: bool  # the subject's, by the hand's own shape
    score: float
    landmarks: Float32  # (21, 3)
    world: Float32  # (21, 3)


Found = TypeVar("Found", covariant=True)


class Landmarker(Protocol[Found]):
    """Belongs to one thread. Stamps are whole milliseconds, strictly increasing."""

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[Found, ...]: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """Builds landmarkers. None of them filters in time; each may follow what it found."""

    @property
    def name(self) -> str:
        """With its version."""
        ...

    def face(self) -> Landmarker[RawFace]: ...

    def face_in_crop(self) -> Landmarker[RawFace]:
        """One face in each picture, which has nothing to do with the one before."""
        ...

    def pose(self) -> Landmarker[RawPose]: ...

    def hands(self) -> Landmarker[RawHand]: ...
