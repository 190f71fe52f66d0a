"""Hands at the face and where, raised hands, pointing hands."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from playing import Played, play
from synthetic import Child, Picture, face_of, film

from agent.measures.catalogue.gestures import points
from agent.measures.looks import Looks
from agent.observation import Hand, Pose, Side

pytestmark = pytest.mark.unit

AWAY = (0.28, 0.95)


def touching(wrist: tuple[float, float], start: float = 4, end: float = 6) -> Played:
    """The left hand goes there, with its fingers upward, and back."""
    there, back = Child(wrists=(wrist, AWAY)), Child()
    return play(film(9, lambda t: there if start <= t < end else back, hz=15))


def wrist_with_fingertip_at(landmark: int) -> tuple[float, float]:
    x, y = face_of(Child()).landmarks[landmark, :2]
    return float(x) - 0.01, float(y) + 0.33


@pytest.mark.parametrize(("zone", "landmark"), [("chin", 152), ("mouth", 14), ("ear", 454)])
def test_a_hand_at_the_face_has_a_zone_and_a_side(zone: str, landmark: int) -> None:
    played = touching(wrist_with_fingertip_at(landmark))
    (event,) = [e for e in played.events if e.kind.startswith("hand_to_") and e.offset_ms]
    assert event.kind == f"hand_to_{zone}"
    assert event.side is Side.LEFT
    assert event.onset_ms == pytest.approx(4100, abs=300)
    assert event.offset_ms == pytest.approx(6100, abs=300)


def test_looks_at_nearly_the_same_picture_count_as_one() -> None:
    """A face is taken for a hand now and then, and in the next picture again."""
    looks = Looks()
    looks.saw(1000)
    looks.saw(1040)
    assert looks.once(1040) and not looks.twice(1040)
    looks.saw(1080)
    assert looks.twice(1080)

    def passing(t: float) -> Child:
        there = Child(wrists=(wrist_with_fingertip_at(14), AWAY))
        return there if 4 <= t < 4.07 else Child()

    assert not play(film(6, passing, hz=30, hands_hz=30)).over("hand_to_mouth")


def test_a_hand_beside_the_face_is_a_near_miss() -> None:
    played = touching((0.7, 0.72))
    assert not [e for e in played.events if e.kind.startswith("hand_to_")]
    near = played.frames[5 * 15]["hand_face_distance"].value
    far = played.frames[8 * 15]["hand_face_distance"].value
    assert 0.5 < near < far


def test_one_look_does_not_put_a_hand_at_the_face() -> None:
    at_mouth = Child(wrists=(wrist_with_fingertip_at(14), AWAY))
    played = play(film(9, lambda t: at_mouth if 4.05 <= t < 4.15 else Child(), hz=15))
    assert not [e for e in played.events if e.kind.startswith("hand_to_")]
    assert not any(v == 100 for v in played.series("hand_on_face"))


def test_a_hand_that_no_arm_leads_to_is_not_at_the_face() -> None:
    """As a face alone is taken for one."""
    at_mouth = Child(wrists=(wrist_with_fingertip_at(14), AWAY))
    with_arm = list(film(9, lambda t: at_mouth if t >= 4 else Child(), hz=15))

    def arms_down(pose: Pose) -> Pose:
        landmarks = pose.landmarks.copy()
        landmarks[13:23] += (0, 1, 0)
        return replace(pose, landmarks=landmarks)

    played = play(replace(o, pose=arms_down(o.pose)) if o.pose else o for o in with_arm)
    assert not [e for e in played.events if e.kind.startswith("hand_to_")]
    assert [e for e in play(with_arm).events if e.kind == "hand_to_mouth"]


RED, PALE = (6.0, 7.0), (1.0, 6.5)  # the lips of a face, and those that a hand covers by half
GUESSED = Child(wrists=((0.52, 0.66), (0.3, 2.5)), hands=0)  # a pose's, with the hand at the face


def share_of_mouth_hidden(
    child: Callable[[float], Child], lips: Callable[[float], tuple[float, float]]
) -> float:
    """From second 4 to 12."""
    played = play(film(12, child, hz=15, picture=lambda t: Picture(lips=lips(t))))
    values = [frame["mouth_opening"] for frame in played.frames[4 * 15 :]]
    assert {v.reasons for v in values if math.isnan(v.value)} <= {("mouth_hidden",)}
    return sum(math.isnan(v.value) for v in values) / len(values)


def test_a_hand_that_poses_guess_at_does_not_hide_lips_as_red_as_usual() -> None:
    """As an expressive face looks to the pose for a whole clip."""
    assert share_of_mouth_hidden(lambda t: GUESSED, lambda t: RED) == 0


def test_a_hand_hides_the_mouth_when_the_lips_are_paler_too() -> None:
    on = lambda t: GUESSED if t > 4 else Child()  # noqa: E731
    hidden = share_of_mouth_hidden(on, lambda t: PALE if t > 4 else RED)
    assert hidden > 0.9


def test_fingers_beside_which_a_pose_misses_the_hand_hide_the_mouth() -> None:
    """No pose puts the hand on the face, some put it near; half of the lips has no colour."""
    near = Child(wrists=((0.52, 0.72), (0.3, 2.5)), hands=0)
    on = lambda t: near if t > 4 else Child()  # noqa: E731
    assert share_of_mouth_hidden(on, lambda t: PALE if t > 4 else RED) > 0.9
    assert share_of_mouth_hidden(on, lambda t: RED) == 0


def test_pale_lips_without_a_hand_hide_nothing() -> None:
    """Pressed or stretched lips are paler, too."""
    assert share_of_mouth_hidden(lambda t: Child(), lambda t: PALE if t > 4 else RED) == 0


@pytest.mark.parametrize("lips", [(math.nan, math.nan), (1.5, 2.0), (0.0, 0.0)])
def test_where_lips_tell_nothing_two_poses_hide_the_mouth_and_one_does_not(
    lips: tuple[float, float],
) -> None:
    """An older log, lips of the skin's colour, a picture without colours."""
    once = lambda t: GUESSED if 6 < t < 6.125 else Child()  # noqa: E731
    assert share_of_mouth_hidden(once, lambda t: lips) == 0
    on = lambda t: GUESSED if t > 4 else Child()  # noqa: E731
    assert share_of_mouth_hidden(on, lambda t: lips) > 0.9


def test_a_guess_without_an_arm_hides_nothing() -> None:
    guess = replace(GUESSED, wrists_visible=0.05)
    film_of_guess = film(12, lambda t: guess, hz=15)
    played = play(
        replace(o, pose=replace(o.pose, visibility=o.pose.visibility * 0.1)) if o.pose else o
        for o in film_of_guess
    )
    assert not any(f["mouth_opening"].reasons == ("mouth_hidden",) for f in played.frames)


def test_a_found_hand_before_the_mouth_hides_it_and_one_at_the_ear_does_not() -> None:
    before = Child(wrists=(wrist_with_fingertip_at(14), AWAY))
    on = lambda t: before if t > 4 else Child()  # noqa: E731
    assert share_of_mouth_hidden(on, lambda t: PALE if t > 4 else RED) > 0.9
    ear = Child(wrists=(wrist_with_fingertip_at(454), AWAY))
    assert share_of_mouth_hidden(lambda t: ear, lambda t: RED) == 0


def test_a_hand_close_to_the_camera_is_not_on_a_far_face() -> None:
    far = Child(iod_px=40, wrists=((0.5, 0.6), AWAY))
    assert play(film(5, lambda t: far, hz=15)).last("hand_on_face").value == 0


def test_share_of_time_at_the_face() -> None:
    wrist = wrist_with_fingertip_at(14)
    played = play(film(61, lambda t: Child(wrists=(wrist, AWAY)) if t % 10 < 3 else Child(), hz=15))
    assert played.window("hand_on_face", 60_000).value == pytest.approx(30, abs=4)


def test_a_raised_hand() -> None:
    up = Child(wrists=((0.75, 0.3), AWAY))
    played = play(film(9, lambda t: up if 4 <= t < 6 else Child(), hz=15))
    (event,) = played.over("hand_raised")
    assert event.side is Side.LEFT
    assert event.offset_ms - event.onset_ms == pytest.approx(2000, abs=200)


def test_a_hand_raised_out_of_the_picture_is_not_called_lowered() -> None:
    up = Child(wrists=((0.75, 0.3), AWAY))
    out = Child(wrists=((0.75, -0.1), AWAY))
    played = play(film(6, lambda t: up if t < 3 else out, hz=15))
    assert played.last("hand_raised").reasons == ("part_hidden",)
    assert not any(v == 0 for v in played.series("hand_raised")[45:])
    below = Child(wrists=((0.75, 1.1), AWAY))
    assert play(film(4, lambda t: below, hz=15)).last("hand_raised").value == 0


def fist_with(straight: set[int]) -> Hand:
    """World landmarks of a hand whose fingers (0: index … 3: little) are straight or bent back."""
    world = np.zeros((21, 3), np.float32)
    for finger in range(4):
        base, x = 5 + 4 * finger, 0.02 * (finger - 1.5)
        world[base] = (x, -0.09, 0)
        down = 1 if finger not in straight else -1
        for joint in range(1, 4):
            world[base + joint] = (x, -0.09 + down * 0.025 * joint, 0.02)
    return Hand(Side.RIGHT, 0.9, world.copy(), world)


def test_only_a_straight_index_points() -> None:
    assert points(fist_with({0}))
    assert not points(fist_with(set()))
    assert not points(fist_with({0, 1}))
    assert not points(fist_with({0, 1, 2, 3}))
    assert not points(fist_with({3}))


def test_a_hand_that_is_not_looked_for_may_be_at_the_face() -> None:
    near = Child(wrists=((0.55, 0.7), (0.28, 0.95)), wrists_visible=0.1)
    played = play(film(4, lambda t: near, hz=15, hands_hz=0.01))
    assert played.last("hand_on_face").reasons == ("no_hands_result",)
    assert math.isnan(played.last("pointing").value)


def test_a_hand_that_is_not_found_may_be_at_the_face() -> None:
    near = Child(wrists=((0.55, 0.7), (0.28, 0.95)), hands=0)
    played = play(film(4, lambda t: near, hz=15))
    for measure in ("hand_on_face", "pointing", "hands_visible"):
        assert played.last(measure).reasons == ("hand_not_found",)


def test_a_guess_that_jumps_does_not_put_a_hand_elsewhere() -> None:
    """As a pose does when a hand covers the face and its forearm is not in the picture."""
    near, far = ((0.52, 0.72), (0.3, 2.5)), ((0.9, 2.4), (0.3, 2.5))
    jumping = film(6, lambda t: Child(wrists=near if t % 1 < 0.3 else far, hands=0), hz=15)
    played = play(jumping)
    assert not any(v == 0 for v in played.series("hands_visible"))


def test_hands_found_elsewhere_are_not_at_the_face() -> None:
    assert play(film(4, hz=15)).last("hand_on_face").value == 0
    one = Child(hands=1)  # the other is at rest, far from the face
    assert play(film(4, lambda t: one, hz=15)).last("hand_on_face").value == 0
    hidden = Child(wrists=((0.72, 0.95), (0.45, 0.7)), hands=1)
    played = play(film(4, lambda t: hidden, hz=15))
    assert played.last("hand_on_face").reasons == ("hand_not_found",)


def test_hands_that_cannot_be_in_view_need_no_looking_for() -> None:
    far_out = Child(wrists=((0.9, 2.5), (0.1, 2.5)), hands=0)
    played = play(film(62, lambda t: far_out, hz=15, hands_hz=1))
    for measure in ("hand_on_face", "pointing", "hand_repetition_time"):
        value = played.window(measure, 60_000)
        assert value.value == 0
        assert value.valid_fraction > 0.95
    unknown = play(
        replace(o, pose=None) if o.t_ms > 3000 else o
        for o in film(6, lambda t: far_out, hz=15, hands_hz=0.01)
    )
    assert unknown.last("hand_on_face").reasons == ("no_hands_result",)


def test_hands_looked_for_now_and_then_are_withheld_for_want_of_a_wrist() -> None:
    just_out = Child(wrists=((0.7, 1.05), (0.3, 1.05)), hands=0)
    played = play(film(12, lambda t: just_out, hz=15, hands_hz=1))
    assert played.window("pointing", 10_000).reasons == ("no_wrist", "too_little_time")
    assert played.window("hand_on_face", 10_000).value == 0, "they are far from the face"


def test_nothing_is_said_of_others_hands_without_a_body() -> None:
    played = play(replace(o, pose=None) for o in film(5, hz=15))
    assert played.last("other_hands").reasons == ("no_body",)


@pytest.mark.parametrize(("hidden_s", "told"), [(0.5, True), (3, False)])
def test_what_is_left_beside_a_hand_that_was_not_found_is_no_fair_sample(
    hidden_s: float, told: bool
) -> None:
    """A hand that cannot be found on the face leaves only time without it."""
    beside = Child(wrists=((0.55, 0.7), (0.28, 0.95)), hands=0)
    played = play(film(13, lambda t: beside if 8 <= t < 8 + hidden_s else Child(), hz=15))
    value = played.window("hand_on_face", 10_000)
    assert value.valid_fraction > 0.5
    assert math.isnan(value.value) is not told
    assert told or set(value.reasons) == {"rest_would_mislead", "hand_not_found"}
