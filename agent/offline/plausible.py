"""Whether a logged observation could have come from a picture; arithmetic on another has no end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agent.observation import Face, Observation
from agent.observation.frame import MAX_ASPECT, MAX_SIDE_PX, MIN_SIDE_PX
from agent.offline.timestamps import LONGEST_US

LONGEST_MS = LONGEST_US // 1000
FURTHEST = 20.0  # widths of the picture that a landmark may lie outside it
LEAST_SIZE = 1e-3  # of a face, in widths of the picture


def why_implausible(observation: Observation, before_ms: int | None) -> str | None:
    """`before_ms`: the time of the observation before it."""
    short, long = sorted((observation.width, observation.height))
    if short < MIN_SIDE_PX or long > MAX_SIDE_PX or long > MAX_ASPECT * short:
        return f"a picture of {observation.width} x {observation.height} px"
    if observation.t_ms > LONGEST_MS:
        return "a time of more than 24 hours"
    if before_ms is not None and observation.t_ms <= before_ms:
        return "a time that is not after the one before it"
    if observation.face is not None and not _could_be_seen(observation.face):
        return "a face that is nowhere"
    if not all(map(_is_near, _other_points(observation))):
        return "joints that are nowhere"
    return None


def _could_be_seen(face: Face) -> bool:
    if not _is_near(face.landmarks) or not np.isfinite(face.blendshapes).all():
        return False
    extent = np.ptp(face.landmarks[:, :2], axis=0)
    return bool(np.isfinite(face.matrix).all() and extent.min() > LEAST_SIZE)


def _other_points(observation: Observation) -> list[NDArray[np.float32]]:
    points = [] if observation.hands is None else [h.landmarks for h in observation.hands.hands]
    if observation.pose is not None:
        points += [observation.pose.landmarks, observation.pose.visibility]
    return points


def _is_near(points: NDArray[np.float32]) -> bool:
    return bool((np.abs(points) <= FURTHEST).all())  # which no NaN is
