"""Gaze from known iris positions, alone and with the head; on and off the screen."""

import math

import pytest
from playing import play
from synthetic import Child, film

pytestmark = pytest.mark.unit


def degrees(offset: float) -> float:
    return math.degrees(math.asin(1.4 * offset))


@pytest.mark.parametrize("yaw", [-20, 0, 20])
@pytest.mark.parametrize(("u", "v"), [(0.2, 0.0), (-0.2, 0.1), (0.0, -0.15)])
def test_the_eyes_direction_in_the_head_does_not_depend_on_the_head(
    yaw: int, u: float, v: float
) -> None:
    last = play(film(1, lambda t: Child(yaw=yaw, gaze=(u, v)), hz=15, body=False)).frames[-1]
    assert last["gaze_head_yaw"].value == pytest.approx(degrees(u), abs=1.5)
    assert last["gaze_head_pitch"].value == pytest.approx(degrees(v), abs=1.5)


def test_eyes_that_stay_on_a_target_while_the_head_turns() -> None:
    """The head turns 15° to the left, the eyes as far to the right: the gaze stays."""
    u = -math.sin(math.radians(15)) / 1.4
    last = play(film(1, lambda t: Child(yaw=15, gaze=(u, 0)), hz=15, body=False)).frames[-1]
    assert last["gaze_yaw"].value == pytest.approx(0, abs=1.5)


def test_mirrored_eyes_swap_the_sign_to_the_side_only() -> None:
    def gaze(u: float, roll: float) -> tuple[float, float]:
        child = Child(roll=roll, gaze=(u, 0.1))
        last = play(film(1, lambda t: child, hz=15, body=False)).frames[-1]
        return last["gaze_yaw"].value, last["gaze_pitch"].value

    left, right = gaze(0.15, 10), gaze(-0.15, -10)
    assert left == pytest.approx((-right[0], right[1]), abs=0.1)


def test_glances_beside_the_screen_with_a_still_head() -> None:
    def glancing(t: float) -> Child:
        return Child(gaze=(0.3, 0) if t % 12 >= 9 else (0.02, 0.05))

    played = play(film(72, glancing, hz=15, body=False))
    assert played.window("gaze_screen", 60_000).value == pytest.approx(75, abs=2)
    assert played.window("facing_screen", 60_000).value == pytest.approx(100)


def test_the_screen_is_learned_where_the_eyes_rest() -> None:
    """A camera above the screen: the eyes rest 12° down, which is the screen."""
    played = play(film(30, lambda t: Child(gaze=(0, -0.15)), hz=15, body=False))
    assert played.window("gaze_screen", 10_000).value == pytest.approx(100)


def test_closed_eyes_have_no_direction() -> None:
    played = play(film(8, lambda t: Child(lids=0.2 if t > 7 else 1.0), hz=15, body=False))
    assert played.last("gaze_yaw").reasons == ("eyes_closed",)


def test_look_away_rate_and_longest_stretch() -> None:
    played = play(film(72, lambda t: Child(yaw=40 if t % 12 >= 9 else 0), hz=15, body=False))
    rate = played.window("look_away_rate", 60_000)
    assert rate.n == 5
    assert rate.value == pytest.approx(5, abs=0.1)
    assert rate.ci_low < 5 < rate.ci_high
    assert played.window("facing_longest", 60_000).value == pytest.approx(9, abs=0.2)
