"""What is drawn over the picture, made from one observation after another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from agent.measures.geometry import Matrix
from agent.observation import Face, Float32, Observation, Pose
from agent.observation.face_contours import LANDMARKS
from agent.overlay.one_euro import OneEuroFilter

NOSE_TIP = 4
_DRAWN = np.array((*LANDMARKS, NOSE_TIP))  # the axes start from the last
RIGHT_OUTER_CANTHUS, LEFT_OUTER_CANTHUS = 33, 263
AXIS_LENGTH_IOD = 1.0  # in inter-ocular distances (outer canthi)


@dataclass(frozen=True, slots=True, eq=False)
class FaceOverlay:
    """Normalised to the picture."""

    points: Float32  # (n, 2): the landmarks of all contours, smoothed
    axes: Float32  # (4, 2): tip of the nose, and from there the subject's left, up and forward


@dataclass(frozen=True, slots=True, eq=False)
class PoseOverlay:
    """The pose's own joints, and how far each is to be seen: not at all outside the picture."""

    pose: Pose
    visibility: Float32  # (33,), 0-1; empty when the pose is not present


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Beside the observation's own hands, which are drawn as they are."""

    face: FaceOverlay | None
    pose: PoseOverlay | None  # None: no new pose result arrived with this frame


class OverlayFilter:
    """Keeps the display filters of one run. The same observations always give the same overlays."""

    def __init__(self) -> None:
        self._face_filter = OneEuroFilter(minimum_cutoff_hz=1.7, beta=20.0)
        self._person: tuple[int, int] | None = None

    def overlay(self, observation: Observation, head_rotation: Matrix) -> Overlay:
        return Overlay(
            face=self._face(observation, head_rotation),
            pose=None if observation.pose is None else _pose_overlay(observation.pose),
        )

    def _face(self, observation: Observation, head_rotation: Matrix) -> FaceOverlay | None:
        face = observation.face
        if face is None:
            self._face_filter.reset()
            return None
        if (observation.track, face.person) != self._person:
            self._person = (observation.track, face.person)
            self._face_filter.reset()
        size_px = np.array([observation.width, observation.height], dtype=np.float32)
        points_px = face.landmarks.take(_DRAWN, axis=0)[:, :2] * size_px
        iod_px = _iod_px(face, size_px)
        drawn_px = self._face_filter(points_px, iod_px, observation.t_ms)
        axes_px = _head_axes_px(head_rotation, drawn_px[-1], iod_px)
        return FaceOverlay(drawn_px[:-1] / size_px, axes_px / size_px)


def _iod_px(face: Face, size_px: Float32) -> float:
    apart = (face.landmarks[LEFT_OUTER_CANTHUS] - face.landmarks[RIGHT_OUTER_CANTHUS])[:2]
    return math.hypot(*(apart * size_px).tolist())


def _head_axes_px(rotation: Matrix, origin_px: Float32, iod_px: float) -> Float32:
    """Origin and the tips of the axes to the subject's left, up and forward: (4, 2)."""
    length_px = AXIS_LENGTH_IOD * iod_px
    across, up = rotation[:2]  # up, where the image's y points down
    tips = [(x * length_px, -y * length_px) for x, y in zip(across, up, strict=True)]
    return origin_px + np.array(((0.0, 0.0), *tips), np.float32)


def _pose_overlay(pose: Pose) -> PoseOverlay:
    x, y = pose.landmarks[:, 0], pose.landmarks[:, 1]
    inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    return PoseOverlay(pose, pose.visibility * inside)
