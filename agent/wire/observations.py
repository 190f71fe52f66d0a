"""Observations to and from the log, without loss."""

from __future__ import annotations

import math
from typing import cast

from agent import observation as seen
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.packing import floats_from_bytes, floats_to_bytes
from agent.wire.reasons import logged_reason_ids, reason_indices

NO_LANDMARKS = 0


def encode_observation(
    observation: seen.Observation, origin: pb.Origin, timing: pb.Timing | None = None
) -> pb.Observation:
    message = pb.Observation(
        origin=origin,
        t_ms=observation.t_ms,
        width=observation.width,
        height=observation.height,
        rotation_deg=observation.rotation_deg,
        media_us=observation.media_us,
        faces_seen=observation.faces_seen,
        image=pb.ImageQuality(
            face_luma=observation.image.face_luma,
            uneven_light=observation.image.uneven_light,
            sharpness=observation.image.sharpness,
            frame_change=observation.image.frame_change,
            background_change=observation.image.background_change,
            right_lips=observation.image.right_lips,
            left_lips=observation.image.left_lips,
        ),
        rates=encode_rates(observation.rates),
        others=[encode_box(box) for box in observation.others],
        reasons=reason_indices(observation.reasons),
        commands=[_encode_command(command) for command in observation.commands],
        timing=timing,
    )
    if observation.key is not None:
        message.key.CopyFrom(encode_key(observation.key))
    if observation.face is not None:
        message.face.CopyFrom(_encode_face(observation.face))
    if observation.pose is not None:
        message.pose.CopyFrom(_encode_pose(observation.pose))
    if observation.hands is not None:
        message.hands.CopyFrom(_encode_hands(observation.hands))
    return message


def decode_observation(message: pb.Observation, logged: pb.Registry) -> seen.Observation:
    """logged: the registry of its log. Raises ValueError when an array has the wrong length."""
    image, rates = message.image, message.rates
    return seen.Observation(
        t_ms=message.t_ms,
        media_us=message.media_us,
        key=_decode_key(message),
        width=message.width,
        height=message.height,
        rotation_deg=message.rotation_deg,
        track=message.origin.track,
        face=_decode_face(message.face) if message.HasField("face") else None,
        faces_seen=message.faces_seen,
        pose=_decode_pose(message.pose) if message.HasField("pose") else None,
        hands=_decode_hands(message.hands) if message.HasField("hands") else None,
        image=seen.ImageQuality(
            face_luma=image.face_luma,
            uneven_light=image.uneven_light,
            sharpness=image.sharpness,
            frame_change=image.frame_change,
            background_change=image.background_change,
            right_lips=image.right_lips if image.HasField("right_lips") else math.nan,
            left_lips=image.left_lips if image.HasField("left_lips") else math.nan,
        ),
        others=tuple(_decode_box(box) for box in message.others),
        rates=seen.Rates(
            camera_hz=rates.camera_hz,
            face_hz=rates.face_hz,
            pose_hz=rates.pose_hz,
            hands_hz=rates.hands_hz,
            dropped_frames=rates.dropped_frames,
            step=rates.step,
        ),
        reasons=logged_reason_ids(message.reasons, logged),
        commands=tuple(_decode_command(command) for command in message.commands),
    )


def encode_key(key: seen.FrameKey) -> pb.FrameKey:
    return pb.FrameKey(user_timestamp_us=key.user_timestamp_us, frame_id=key.frame_id)


def encode_rates(rates: seen.Rates) -> pb.Rates:
    return pb.Rates(
        camera_hz=rates.camera_hz,
        face_hz=rates.face_hz,
        pose_hz=rates.pose_hz,
        hands_hz=rates.hands_hz,
        dropped_frames=rates.dropped_frames,
        step=rates.step,
    )


def encode_box(box: seen.PersonBox) -> pb.PersonBox:
    return pb.PersonBox(
        person=box.person, left=box.left, top=box.top, right=box.right, bottom=box.bottom
    )


def _decode_key(
    message: pb.Observation | pb.PoseObservation | pb.HandsObservation,
) -> seen.FrameKey | None:
    if not message.HasField("key"):
        return None
    return seen.FrameKey(message.key.user_timestamp_us, message.key.frame_id)


def _decode_box(message: pb.PersonBox) -> seen.PersonBox:
    return seen.PersonBox(message.person, message.left, message.top, message.right, message.bottom)


def _encode_face(face: seen.Face) -> pb.FaceObservation:
    return pb.FaceObservation(
        landmarks=floats_to_bytes(face.landmarks),
        blendshapes=floats_to_bytes(face.blendshapes),
        matrix=floats_to_bytes(face.matrix),
        from_crop=face.from_crop,
        person=face.person,
        presence=None if math.isnan(face.presence) else face.presence,
    )


def _decode_face(message: pb.FaceObservation) -> seen.Face:
    return seen.Face(
        landmarks=floats_from_bytes(message.landmarks, seen.FACE_LANDMARKS, 3),
        blendshapes=floats_from_bytes(message.blendshapes, seen.BLENDSHAPES),
        matrix=floats_from_bytes(message.matrix, 4, 4),
        from_crop=message.from_crop,
        person=message.person,
        presence=message.presence if message.HasField("presence") else math.nan,
    )


def _encode_pose(pose: seen.Pose) -> pb.PoseObservation:
    return pb.PoseObservation(
        key=encode_key(pose.key) if pose.key is not None else None,
        t_ms=pose.t_ms,
        present=pose.present,
        landmarks=floats_to_bytes(pose.landmarks),
        world=floats_to_bytes(pose.world),
        visibility=floats_to_bytes(pose.visibility),
        people=pose.people,
        shifts=floats_to_bytes(pose.shifts),
    )


def _decode_pose(message: pb.PoseObservation) -> seen.Pose:
    joints = seen.POSE_LANDMARKS if message.present else NO_LANDMARKS
    return seen.Pose(
        t_ms=message.t_ms,
        key=_decode_key(message),
        present=message.present,
        landmarks=floats_from_bytes(message.landmarks, joints, 3),
        world=floats_from_bytes(message.world, joints, 3),
        visibility=floats_from_bytes(message.visibility, joints),
        people=message.people,
        shifts=floats_from_bytes(message.shifts, -1, 2),
    )


def _encode_hands(hands: seen.Hands) -> pb.HandsObservation:
    return pb.HandsObservation(
        key=encode_key(hands.key) if hands.key is not None else None,
        t_ms=hands.t_ms,
        hands=[
            pb.HandObservation(
                side=cast("pb.Side", hand.side),
                score=hand.score,
                landmarks=floats_to_bytes(hand.landmarks),
                world=floats_to_bytes(hand.world),
            )
            for hand in hands.hands
        ],
        others=hands.others,
    )


def _decode_hands(message: pb.HandsObservation) -> seen.Hands:
    return seen.Hands(
        t_ms=message.t_ms,
        key=_decode_key(message),
        hands=tuple(
            seen.Hand(
                side=seen.Side(hand.side),
                score=hand.score,
                landmarks=floats_from_bytes(hand.landmarks, seen.HAND_LANDMARKS, 3),
                world=floats_from_bytes(hand.world, seen.HAND_LANDMARKS, 3),
            )
            for hand in message.hands
        ),
        others=message.others,
    )


def _encode_command(command: seen.Command) -> pb.Command:
    match command:
        case seen.SetBaseline():
            return pb.Command(set_baseline=pb.SetBaseline())
        case seen.SelectPerson(person=person):
            return pb.Command(select_person=pb.SelectPerson(person=person))
        case seen.Mark(label=label, ago_ms=ago_ms):
            return pb.Command(mark=pb.Mark(label=label, ago_ms=ago_ms))


def _decode_command(message: pb.Command) -> seen.Command:
    match message.WhichOneof("command"):
        case "set_baseline":
            return seen.SetBaseline()
        case "select_person":
            return seen.SelectPerson(message.select_person.person)
        case "mark":
            return seen.Mark(message.mark.label, message.mark.ago_ms)
        case _:
            raise ValueError("an observation holds a command of an unknown kind")
