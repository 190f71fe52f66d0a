"""What is drawn over the picture, packed as points."""

from __future__ import annotations

from typing import cast

import numpy as np

from agent.observation import Hands
from agent.overlay import FaceOverlay, PoseOverlay
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import encode_key
from agent.wire.packing import points_to_bytes


def encode_face_overlay(face: FaceOverlay) -> pb.FaceOverlay:
    return pb.FaceOverlay(points=points_to_bytes(face.points), axes=points_to_bytes(face.axes))


def encode_pose_overlay(drawn: PoseOverlay) -> pb.PoseOverlay:
    pose = drawn.pose
    message = pb.PoseOverlay(
        key=encode_key(pose.key) if pose.key is not None else None, t_ms=pose.t_ms
    )
    if pose.present:
        message.points = points_to_bytes(pose.landmarks)
        message.visibility = np.rint(drawn.visibility * 255).astype(np.uint8).tobytes()
    return message


def encode_hands_overlay(hands: Hands) -> pb.HandsOverlay:
    return pb.HandsOverlay(
        key=encode_key(hands.key) if hands.key is not None else None,
        t_ms=hands.t_ms,
        hands=[
            pb.Hand(side=cast("pb.Side", hand.side), points=points_to_bytes(hand.landmarks))
            for hand in hands.hands
        ],
    )
