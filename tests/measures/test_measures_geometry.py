"""The signs of angles: yaw + to the subject's left, pitch + up, roll + to the left shoulder."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import play
from synthetic import HEIGHT, WIDTH, Child, face_of, film, rotation

from agent.measures.geometry import head_angles_deg, head_pose, turned_in_full

pytestmark = pytest.mark.unit


@given(st.floats(-80, 80), st.floats(-80, 80), st.floats(-80, 80), st.floats(0.2, 5))
def test_any_rotation_is_read_back_whatever_the_scale(
    yaw: float, pitch: float, roll: float, scale: float
) -> None:
    angles = head_angles_deg((scale * rotation(yaw, pitch, roll)).tolist())
    assert angles == pytest.approx((yaw, pitch, roll), abs=1e-6)


def test_a_face_turned_to_its_own_left_points_to_the_images_right() -> None:
    turned = face_of(Child(yaw=30))
    nose, cheeks = turned.landmarks[1], turned.landmarks[[234, 454]].mean(axis=0)
    assert nose[0] > cheeks[0]
    assert head_angles_deg(turned.matrix.tolist())[0] == pytest.approx(30, abs=1e-4)


def test_a_face_that_looks_up_raises_its_nose() -> None:
    raised, level = face_of(Child(pitch=25)), face_of(Child())
    assert raised.landmarks[1, 1] < level.landmarks[1, 1]
    assert head_angles_deg(raised.matrix.tolist())[1] == pytest.approx(25, abs=1e-4)


def test_a_head_on_its_left_shoulder_leans_to_the_images_right() -> None:
    tilted = face_of(Child(roll=20))
    assert tilted.landmarks[10, 0] > tilted.landmarks[152, 0]  # forehead right of chin
    assert head_angles_deg(tilted.matrix.tolist())[2] == pytest.approx(20, abs=1e-4)


def test_mirroring_swaps_the_signs_of_yaw_and_roll_only() -> None:
    mirror = np.diag([-1.0, 1.0, 1.0])
    mirrored = mirror @ rotation(15, -10, 25) @ mirror
    assert head_angles_deg(mirrored.tolist()) == pytest.approx((-15, -10, -25), abs=1e-6)


def test_a_jaw_that_sinks_is_no_head_that_bows() -> None:
    """As the mouth opens; and younger children have a smaller one."""
    jaw = [136, 365, 150, 379, 152, 17, 14, 58, 288, 172, 397]
    landmarks = face_of(Child(pitch=5)).landmarks.copy()
    landmarks[jaw, 1] += 0.02
    landmarks[jaw, 2] += 0.01
    _, pitch, _ = head_angles_deg(head_pose(landmarks, WIDTH, HEIGHT)[0])
    assert pitch == pytest.approx(5, abs=0.1)


@given(st.floats(-80, 80), st.floats(-40, 40), st.floats(-40, 40))
def test_what_a_turned_head_is_short_of_is_put_back_in_yaw_alone(
    yaw: float, pitch: float, roll: float
) -> None:
    full = head_angles_deg(turned_in_full(rotation(yaw, pitch, roll).tolist()))
    assert full[1:] == pytest.approx((pitch, roll), abs=1e-6)
    assert abs(yaw) <= abs(full[0]) + 1e-9 <= 1.08 * abs(yaw) + 1e-6


def test_the_measures_carry_the_angles() -> None:
    played = play(film(1.5, lambda t: Child(yaw=12, pitch=-7, roll=5)))
    for measure, angle in (("head_yaw", 12), ("head_pitch", -7), ("head_roll", 5)):
        assert played.last(measure).value == pytest.approx(angle, abs=1e-4)
        assert played.window(measure, 1000).value == pytest.approx(angle, abs=1e-4)
    assert not math.isnan(played.summary["head_yaw"].value)
