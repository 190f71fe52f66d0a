"""What is logged must be exactly what was measured."""

import dataclasses
import math

import numpy as np
import pytest

from agent import observation as seen
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import decode_observation, encode_observation
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit


def full_observation(seed: int = 1) -> seen.Observation:
    random = np.random.default_rng(seed)

    def floats(*shape: int) -> seen.Float32:
        return random.normal(0.5, 0.4, shape).astype(np.float32)

    key = seen.FrameKey(1_763_800_000_123_456, 77)
    return seen.Observation(
        t_ms=1234,
        media_us=-17,
        key=key,
        width=640,
        height=360,
        rotation_deg=90,
        track=0,
        face=seen.Face(
            floats(478, 3), floats(52), floats(4, 4), from_crop=True, person=3, presence=1 / 7
        ),
        faces_seen=2,
        pose=seen.Pose(
            1200,
            key,
            True,
            floats(33, 3),
            floats(33, 3),
            floats(33),
            people=2,
            shifts=floats(33, 2),
        ),
        hands=seen.Hands(
            1160, None, (seen.Hand(seen.Side.LEFT, 1 / 3, floats(21, 3), floats(21, 3)),)
        ),
        image=seen.ImageQuality(100 / 3, 0.1, 0.2, float("nan"), 0.7, 6.5, -1 / 3),
        others=(seen.PersonBox(9, 1 / 7, 0.2, 0.3, 0.4),),
        rates=seen.Rates(25.01, 24.9, 8.0, 5.0, 3, 1),
        reasons=(),
        commands=(seen.SetBaseline(), seen.SelectPerson(9), seen.Mark("name called")),
    )


def assert_same(first: object, second: object) -> None:
    if dataclasses.is_dataclass(first):
        assert type(first) is type(second)
        for field in dataclasses.fields(first):
            assert_same(getattr(first, field.name), getattr(second, field.name))
    elif isinstance(first, tuple):
        assert isinstance(second, tuple) and len(first) == len(second)
        for a, b in zip(first, second, strict=True):
            assert_same(a, b)
    else:
        np.testing.assert_array_equal(first, second)


def through_the_log(observation: seen.Observation) -> seen.Observation:
    message = encode_observation(observation, pb.Origin(run=1, track=observation.track))
    return decode_observation(
        pb.Observation.FromString(message.SerializeToString()), encode_registry()
    )


def test_every_bit_survives_the_log() -> None:
    observation = full_observation()
    assert_same(observation, through_the_log(observation))


def test_an_older_log_knows_nothing_of_a_faces_presence() -> None:
    message = encode_observation(full_observation(), pb.Origin())
    message.face.ClearField("presence")
    face = decode_observation(message, encode_registry()).face
    assert face is not None and math.isnan(face.presence)


def test_an_older_log_knows_nothing_of_the_lips() -> None:
    message = encode_observation(full_observation(), pb.Origin())
    message.image.ClearField("right_lips")
    image = decode_observation(message, encode_registry()).image
    assert math.isnan(image.right_lips)
    assert image.left_lips == -1 / 3


def test_absent_parts_stay_absent() -> None:
    observation = dataclasses.replace(
        full_observation(), key=None, face=None, pose=None, hands=None, others=(), commands=()
    )
    assert_same(observation, through_the_log(observation))


def test_looked_for_and_not_found_differs_from_not_looked_for() -> None:
    nothing = np.zeros((0, 3), np.float32)
    observation = dataclasses.replace(
        full_observation(),
        pose=seen.Pose(
            5,
            None,
            False,
            nothing,
            nothing,
            np.zeros(0, np.float32),
            people=0,
            shifts=seen.NO_SHIFTS,
        ),
        hands=seen.Hands(5, None, ()),
    )
    assert_same(observation, through_the_log(observation))


def test_reasons_of_an_older_log_are_read_by_its_own_numbers() -> None:
    logged = pb.Registry(reasons=[pb.ReasonInfo(id=i) for i in ("forgotten", "no_face", "blurred")])
    message = encode_observation(dataclasses.replace(full_observation(), face=None), pb.Origin())
    message.reasons[:] = [1, 0, 9]
    assert decode_observation(message, logged).reasons == ("no_face",)


def test_an_array_of_the_wrong_length_is_refused() -> None:
    message = encode_observation(full_observation(), pb.Origin())
    message.face.landmarks = message.face.landmarks[:-4]
    with pytest.raises(ValueError, match="reshape"):
        decode_observation(message, encode_registry())
