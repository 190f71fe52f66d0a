"""What goes to the practitioner fits one packet and lands on the picture."""

import dataclasses
import hashlib

import numpy as np
import pytest
from test_wire_observations import full_observation

from agent.measures import canonical_face
from agent.measures.geometry import head_pose
from agent.measures.registry import REGISTRY
from agent.measures.results import Analysis, Quality, Value
from agent.observation import Observation
from agent.observation.face_contours import CONTOURS, LANDMARKS
from agent.overlay import OverlayFilter
from agent.wire.encoder import MAX_LOSSY_BYTES, Encoder, decode_value, encode_value, lossy_packet
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.packing import points_from_bytes, points_to_bytes
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit


def plausible_observation() -> Observation:
    """A face of 0.2 of the frame with an upright head."""
    observation = full_observation()
    assert observation.face is not None
    landmarks = (observation.face.landmarks - 0.5) * 0.2 + 0.5
    width, height = observation.width, observation.height
    upright_px = 0.0125 * width * canonical_face.POINTS  # 16 cm across
    landmarks[canonical_face.RIGID] = 0.5 + upright_px / (width, -height, -width)
    return dataclasses.replace(
        observation, face=dataclasses.replace(observation.face, landmarks=landmarks)
    )


def rotation_of(observation: Observation) -> list[list[float]]:
    assert observation.face is not None
    return head_pose(observation.face.landmarks, observation.width, observation.height)[0]


UPRIGHT = rotation_of(plausible_observation())
NO_VALUES = Analysis((), head_rotation=UPRIGHT)


def all_values(reasons: tuple[str, ...] = ()) -> Analysis:
    return Analysis(
        tuple(
            Value(measure.id, 1 / 3, Quality.USABLE, reasons)
            for measure in REGISTRY.measures
            if measure.per_frame
        ),
        head_rotation=UPRIGHT,
    )


def encoded(
    encoder: Encoder,
    observation: Observation,
    analysis: Analysis,
    timing: pb.Timing | None = None,
) -> pb.FrameResult:
    overlay = OverlayFilter().overlay(observation, analysis.head_rotation)
    return encoder.frame(observation, analysis, overlay, timing)


def test_points_land_within_a_tenth_of_a_pixel_on_a_full_hd_picture() -> None:
    points = np.random.default_rng(2).uniform(-1.9, 1.9, (50, 3)).astype(np.float32)
    error_px = np.abs(points_from_bytes(points_to_bytes(points)) - points[:, :2]) * 1920
    assert error_px.max() < 0.1


def test_points_beyond_the_range_are_clipped_not_wrapped() -> None:
    assert points_from_bytes(points_to_bytes(np.array([[5.0, -5.0]]))).tolist() == pytest.approx(
        np.array([[2.0, -2.0]]), abs=1e-3
    )


def test_a_full_frame_fits_one_packet_and_keeps_its_face() -> None:
    frame = encoded(Encoder(1), plausible_observation(), all_values(("no_face",)), pb.Timing())
    packet = lossy_packet(frame)
    assert len(packet) <= MAX_LOSSY_BYTES
    sent = pb.FrameResult.FromString(packet)
    assert len(points_from_bytes(sent.face.points)) == len(LANDMARKS)
    assert sent.key == frame.key


def test_a_frame_of_one_person_without_hands_and_pose_carries_every_value() -> None:
    observation = dataclasses.replace(plausible_observation(), pose=None, hands=None, others=())
    frame = encoded(Encoder(1), observation, all_values())
    assert pb.FrameResult.FromString(lossy_packet(frame)) == frame


def test_values_that_find_no_place_come_in_turn_and_headlines_always() -> None:
    encoder, values = Encoder(1), all_values(("no_face",))
    observation = dataclasses.replace(plausible_observation(), hands=None)
    frames = [
        encoded(encoder, dataclasses.replace(observation, t_ms=40 * i), values, pb.Timing())
        for i in range(8)
    ]
    packets = [pb.FrameResult.FromString(lossy_packet(frame)) for frame in frames]
    came = [{value.measure for value in packet.values} for packet in packets]
    headlines = {
        i for i, measure in enumerate(REGISTRY.measures) if measure.headline and measure.per_frame
    }
    assert all(headlines < some for some in came)
    assert len(set.union(*came)) == len(values.values) > len(came[0])
    assert all(packet.pose.points for packet in packets)


def test_the_first_overlay_is_exactly_the_landmarks() -> None:
    observation = plausible_observation()
    assert observation.face is not None
    drawn = points_from_bytes(encoded(Encoder(1), observation, NO_VALUES).face.points)
    np.testing.assert_allclose(
        drawn, observation.face.landmarks[np.array(LANDMARKS), :2], atol=1e-4
    )


def test_axes_of_an_upright_head_point_to_image_right_and_up() -> None:
    """The subject's left is at the image's right: pictures are not mirrored."""
    frame = encoded(Encoder(1), plausible_observation(), NO_VALUES)
    origin, left, up, forward = points_from_bytes(frame.face.axes)
    assert left[0] > origin[0] and left[1] == pytest.approx(origin[1], abs=1e-3)
    assert up[1] < origin[1] and up[0] == pytest.approx(origin[0], abs=1e-3)
    assert forward == pytest.approx(origin, abs=1e-3)


def test_sequence_numbers_start_again_with_a_track() -> None:
    encoder = Encoder(7)
    first, second = (
        encoded(encoder, dataclasses.replace(plausible_observation(), t_ms=t_ms), NO_VALUES)
        for t_ms in (0, 40)
    )
    other = dataclasses.replace(plausible_observation(), track=1, t_ms=80)
    third = encoded(encoder, other, NO_VALUES)
    assert [(f.origin.run, f.origin.track, f.origin.seq) for f in (first, second, third)] == [
        (7, 0, 1),
        (7, 0, 2),
        (7, 1, 1),
    ]


def test_values_survive_the_wire_and_withheld_ones_stay_withheld() -> None:
    measure = REGISTRY.measures[0].id
    shown = Value(measure, 0.5, Quality.GOOD, n=3, valid_fraction=0.75, ci_low=0.25, ci_high=0.75)
    withheld = Value(measure, float("nan"), Quality.NOT_MEASURABLE, ("no_face",))
    assert decode_value(encode_value(shown)) == shown
    back = decode_value(encode_value(withheld))
    assert np.isnan(back.value) and back.reasons == ("no_face",)


def test_the_registry_is_whole_and_its_hash_is_its_own() -> None:
    message = encode_registry()
    without_hash = pb.Registry()
    without_hash.CopyFrom(message)
    without_hash.ClearField("hash")
    content = without_hash.SerializeToString(deterministic=True)
    assert message.hash == hashlib.sha256(content).hexdigest()
    assert [measure.id for measure in message.measures] == [m.id for m in REGISTRY.measures]


def test_contours_name_every_drawn_landmark_once() -> None:
    layout = encode_registry().face_layout
    assert list(layout.landmarks) == list(LANDMARKS)
    assert [point for contour in layout.contours for point in contour.points] == list(
        range(len(LANDMARKS))
    )
    assert len(layout.contours) == len(CONTOURS)
