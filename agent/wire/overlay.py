"""What is drawn over the picture, made from one observation."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from agent.measures.geometry import Matrix
from agent.observation import Face, Float32, Hands, Observation, Pose
from agent.wire.face_layout import LANDMARKS
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import encode_key
from agent.wire.one_euro import OneEuroFilter
from agent.wire.packing import points_to_bytes

NOSE_TIP = 4
_DRAWN = np.array((*LANDMARKS, NOSE_TIP))  # the axes start from the last
RIGHT_OUTER_CANTHUS, LEFT_OUTER_CANTHUS = 33, 263
AXIS_LENGTH_IOD = 1.0  # in inter-ocular distances (outer canthi)


class OverlayEncoder:
    """Keeps the display filters of one run. The same observations always give the same overlays."""

    def __init__(self) -> None:
        self._face_filter = OneEuroFilter(minimum_cutoff_hz=1.7, beta=20.0)
        self._person: tuple[int, int] | None = None

    def face(self, observation: Observation, rotation: Matrix) -> pb.FaceOverlay | None:
        face = observation.face
        if face is None:
            self._face_filter.reset()
            return None
        if (observation.track, face.person) != self._person:
            self._person = (observation.track, face.person)
            self._face_filter.reset()
        size = np.array([observation.width, observation.height], dtype=np.float32)
        points_px = face.landmarks.take(_DRAWN, axis=0)[:, :2] * size
        iod_px = _iod_px(face, size)
        drawn_px = self._face_filter(points_px, iod_px, observation.t_ms)
        axes_px = _head_axes_px(rotation, drawn_px[-1], iod_px)
        return pb.FaceOverlay(
            points=points_to_bytes(drawn_px[:-1] / size), axes=points_to_bytes(axes_px / size)
        )


def _iod_px(face: Face, size: Float32) -> float:
    across = (face.landmarks[LEFT_OUTER_CANTHUS] - face.landmarks[RIGHT_OUTER_CANTHUS])[:2] * size
    return math.hypot(*across.tolist())


def _head_axes_px(rotation: Matrix, origin_px: Float32, iod_px: float) -> Float32:
    """Origin and the tips of the axes to the subject's left, up and forward: (4, 2)."""
    length_px = AXIS_LENGTH_IOD * iod_px
    across, up = rotation[:2]  # up, where the image's y points down
    tips = [(x * length_px, -y * length_px) for x, y in zip(across, up, strict=True)]
    return origin_px + np.array(((0.0, 0.0), *tips), np.float32)


def pose_overlay(pose: Pose) -> pb.PoseOverlay:
    message = pb.PoseOverlay(
        key=encode_key(pose.key) if pose.key is not None else None, t_ms=pose.t_ms
    )
    if pose.present:
        x, y = pose.landmarks[:, 0], pose.landmarks[:, 1]
        inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
        message.points = points_to_bytes(pose.landmarks)
        message.visibility = np.rint(pose.visibility * inside * 255).astype(np.uint8).tobytes()
    return message


def hands_overlay(hands: Hands) -> pb.HandsOverlay:
    return pb.HandsOverlay(
        key=encode_key(hands.key) if hands.key is not None else None,
        t_ms=hands.t_ms,
        hands=[
            pb.Hand(side=cast("pb.Side", hand.side), points=points_to_bytes(hand.landmarks))
            for hand in hands.hands
        ],
    )
