"""Movement of known speed; a frozen picture is not stillness; joints out of view do not count."""

import math
from dataclasses import replace

import numpy as np
import pytest
from playing import Played, measured, play
from synthetic import Child, Picture, film

from agent.observation import NO_SHIFTS

pytestmark = pytest.mark.unit

LOW = ((0.6, 0.9), (0.4, 0.9))
PARTS = ("movement_head", "movement_torso", "movement_left_arm", "movement_right_arm")


def triangle(t: float, speed: float, period: float = 4.0) -> float:
    """Back and forth at a constant speed, shoulder widths per second."""
    phase = t % period
    return speed * (phase if phase < period / 2 else period - phase)


@pytest.mark.parametrize("speed", [0.1, 0.5])
def test_a_known_translation_of_the_body(speed: float) -> None:
    played = play(film(24, lambda t: Child(body=(triangle(t, speed), 0), wrists=LOW), hz=15))
    for part in (*PARTS, "movement_body"):
        value = played.window(part, 10_000)
        assert value.value == pytest.approx(speed, rel=0.1)
        assert value.valid_fraction > 0.9


def test_one_arm_moves_alone() -> None:
    def waving(t: float) -> Child:
        y = 0.75 + 0.1 * math.sin(2 * math.pi * t)
        return Child(wrists=((0.62, y), (0.38, 0.85)))

    played = play(film(15, waving, hz=15))
    assert played.window("movement_left_arm", 10_000).value > 0.3
    assert played.window("movement_right_arm", 10_000).value == pytest.approx(0, abs=1e-6)
    assert played.window("movement_body", 10_000).value < 0.1


def test_hidden_or_off_frame_joints_do_not_count() -> None:
    """The elbows are in view; invented wrists that jump about must not move the arm."""
    rng = np.random.default_rng(0)

    def invented(t: float) -> Child:
        return Child(wrists=(tuple(rng.uniform(0, 1, 2)), (0.4, 1.4)), wrists_visible=0.3)

    played = play(film(10, invented, hz=15))
    assert played.window("movement_left_arm", 1000).value == pytest.approx(0, abs=1e-6)
    assert played.window("movement_right_arm", 1000).value == pytest.approx(0, abs=1e-6)


def test_a_frozen_picture_is_not_measurable_never_still() -> None:
    played = play(film(20, hz=15, picture=lambda t: Picture(change=0.02 if t >= 8 else 2.0)))
    assert played.last("movement_body").reasons == ("frozen",)
    assert math.isnan(played.window("movement_body", 10_000).value)
    assert played.window("movement_body", 10_000).reasons == ("frozen", "too_little_time")
    before = played.series("movement_body")[: 8 * 15]
    assert measured(before)


def test_no_movement_is_taken_across_a_gap_or_another_camera() -> None:
    def jumping(t: float) -> Child:
        return Child(body=(0.5 if t >= 6 else 0.0, 0))

    gap = [o for o in film(12, jumping, hz=15) if not 5500 < o.t_ms < 6700]
    assert max(measured(play(gap).series("movement_body"))) < 0.05
    switched = film(12, jumping, hz=15, track=lambda t: int(t >= 6.05))
    later = play(switched)
    assert max(measured(later.series("movement_head")[6 * 15 + 5 :])) < 0.05


def test_without_a_body_there_is_no_movement_value() -> None:
    played = play(film(6, hz=15, body=False))
    assert played.last("movement_body").reasons == ("no_body",)
    assert played.last("hands_visible").reasons == ("no_body",)


def test_movement_is_withheld_when_the_pose_is_too_slow() -> None:
    played = play(film(10, hz=15, pose_hz=3))
    assert played.last("movement_head").reasons == ("too_few_frames",)


def test_hands_visible() -> None:
    both = play(film(12, hz=15))
    assert both.window("hands_visible", 10_000).value == 100
    below = Child(wrists=((0.6, 1.9), (0.4, 1.9)), hands=0)
    none = play(film(12, lambda t: below, hz=15))
    assert none.window("hands_visible", 10_000).value == 0


def test_hands_that_are_far_below_the_picture_are_out_of_view_without_looking() -> None:
    low = Child(wrists=((0.6, 1.9), (0.4, 1.9)), wrists_visible=0.1)
    near = Child(wrists=((0.6, 1.1), (0.4, 1.1)), wrists_visible=0.1)
    assert play(film(4, lambda t: low, hz=15, hands_hz=0.01)).last("hands_visible").value == 0
    played = play(film(4, lambda t: near, hz=15, hands_hz=0.01))
    assert played.last("hands_visible").reasons == ("no_wrist",)


def test_a_camera_that_moves_is_no_movement_of_the_child() -> None:
    played = play(film(8, hz=15, picture=lambda t: Picture(background=0.6 if t > 5 else 0.01)))
    assert played.last("movement_body").reasons == ("camera_moved",)
    assert played.last("head_movement").reasons == ("camera_moved",)


def trembling(shift: float | None) -> Played:
    """Landmarks that tremble; the picture moved by so much of its width, or nobody looked."""
    rng = np.random.default_rng(3)
    frames = []
    for seen in film(12, lambda t: Child(), hz=16):
        if seen.pose is not None and seen.pose.present:
            noise = rng.normal(0, 0.02, seen.pose.landmarks.shape).astype(np.float32)
            shifts = NO_SHIFTS if shift is None else np.full((33, 2), shift, np.float32)
            pose = replace(seen.pose, landmarks=seen.pose.landmarks + noise, shifts=shifts)
            seen = replace(seen, pose=pose)
        frames.append(seen)
    return play(frames)


def test_landmarks_that_tremble_over_a_still_picture_do_not_move() -> None:
    assert trembling(None).summary["movement_body"].value > 0.3
    still = trembling(0.0001)
    assert still.summary["movement_body"].value < 0.03
    assert still.summary["movement_torso"].value < 0.03
    assert not still.events


def test_where_the_picture_moves_the_landmarks_say_how_far() -> None:
    assert trembling(0.02).summary["movement_body"].value == pytest.approx(
        trembling(None).summary["movement_body"].value
    )


def test_of_a_plain_surface_it_is_not_told_whether_it_moves() -> None:
    assert trembling(math.nan).last("movement_torso").reasons == ("plain_surface",)


@pytest.mark.parametrize(("still", "raised"), [(True, False), (False, True)])
def test_a_joint_that_jumps_where_nothing_moves_is_a_guess(still: bool, raised: bool) -> None:
    frames = []
    for seen in film(12, lambda t: Child(wrists=LOW), hz=16):
        if seen.pose is not None and seen.pose.present:
            landmarks = seen.pose.landmarks.copy()
            landmarks[[15, 17, 19, 21], 1] -= 0.7 * (seen.pose.t_ms // 1500 % 2)
            shifts = np.full((33, 2), 0.0 if still else 0.1, np.float32)
            seen = replace(seen, pose=replace(seen.pose, landmarks=landmarks, shifts=shifts))
        frames.append(seen)
    assert bool(play(frames).over("hand_raised")) is raised
