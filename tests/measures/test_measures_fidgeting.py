"""Small movements on the spot: what counts, and what is rest, a gesture, a walk or a shift."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from playing import Played, play
from synthetic import HEIGHT, SHOULDER_PX, WIDTH, Child, film

from agent.observation import Observation

pytestmark = pytest.mark.unit

LOW = (0.62, 0.85)


def swinging(
    hz: float,
    size: float,
    *,
    wrist: tuple[float, float] = LOW,
    on: Callable[[float], bool] = lambda t: True,
) -> Callable[[float], Child]:
    """The left wrist goes to and fro; size peak to peak in shoulder widths."""

    def child(t: float) -> Child:
        shift = size / 2 * SHOULDER_PX / WIDTH * math.sin(2 * math.pi * hz * t) if on(t) else 0
        return Child(wrists=((wrist[0] + shift, wrist[1]), (0.38, 0.85)))

    return child


def share(child: Callable[[float], Child], seconds: float = 16) -> float:
    return play(film(seconds, child, hz=16)).window("fidgeting_time", 10_000).value


@pytest.mark.parametrize(("hz", "size"), [(0.6, 0.15), (1.5, 0.12), (2.2, 0.3)])
def test_a_hand_that_goes_to_and_fro_a_little(hz: float, size: float) -> None:
    assert share(swinging(hz, size)) == pytest.approx(100)


@pytest.mark.parametrize(
    ("child", "why"),
    [
        (swinging(1.5, 0.03), "jitter"),
        (swinging(0.15, 0.3), "too slow: a shift of weight"),
        (swinging(1.0, 0.9), "too large: a gesture"),
        (swinging(1.5, 0.2, wrist=(0.72, 0.4)), "above the shoulder: a wave"),
        (lambda t: Child(), "rest"),
        (lambda t: Child(wrists=((0.62, 0.85 if t < 9 else 0.75), (0.38, 0.85))), "one reach"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_does_not_count(child: Callable[[float], Child], why: str) -> None:
    assert share(child) == 0


def test_half_of_the_time() -> None:
    played = play(film(64, swinging(1.5, 0.15, on=lambda t: t % 20 < 10), hz=16))
    assert played.window("fidgeting_time", 60_000).value == pytest.approx(50, abs=12)
    events = played.over("fidgeting")
    assert len(events) == 4
    assert events[1].onset_ms == pytest.approx(21_500, abs=1500)


def test_a_child_who_moves_about_is_not_measurable() -> None:
    def walking(t: float) -> Child:
        return Child(body=(0.4 * math.sin(t / 2), 0.0), wrists=(LOW, (0.38, 0.85)))

    played = play(film(16, walking, hz=16))
    assert played.last("fidgeting_time").reasons == ("not_in_place",)


def test_a_pose_that_is_too_slow_is_refused() -> None:
    played = play(film(16, swinging(1.5, 0.15), hz=16, pose_hz=5))
    assert played.last("fidgeting_time").reasons == ("too_few_frames",)


def with_legs(observation: Observation, shift: float) -> Observation:
    """Knees and ankles in view, the ankles shifted by so many shoulder widths."""
    if observation.pose is None:
        return observation
    landmarks = observation.pose.landmarks.copy()
    landmarks[25:33, :2] = (0.5, 0.9)
    landmarks[[27, 28, 31, 32], 0] += shift * SHOULDER_PX / WIDTH
    return replace(observation, pose=replace(observation.pose, landmarks=landmarks))


def played_with_legs(move: Callable[[float], float]) -> Played:
    return play(with_legs(o, move(o.t_ms / 1000)) for o in film(16, hz=16))


def test_swinging_legs_count_and_are_measured_apart() -> None:
    swung = played_with_legs(lambda t: 0.1 * math.sin(2 * math.pi * t))
    assert swung.window("fidgeting_time", 10_000).value == pytest.approx(100)
    assert swung.window("movement_legs", 10_000).value == pytest.approx(0.4, rel=0.15)
    assert swung.window("movement_body", 10_000).value == pytest.approx(0, abs=1e-6)
    still = played_with_legs(lambda t: 0.0)
    assert still.window("movement_legs", 10_000).value == pytest.approx(0, abs=1e-6)
    assert still.window("fidgeting_time", 10_000).value == 0


def test_legs_outside_the_picture_are_not_measurable() -> None:
    assert play(film(4, hz=16)).last("movement_legs").reasons == ("part_hidden",)


def test_a_hand_that_is_never_found_is_hidden_whatever_the_pose_believes() -> None:
    """The pose invents a wrist that jumps about; the hands were looked for and not there."""
    rng = np.random.default_rng(0)

    def invented(t: float) -> Child:
        place = (0.6 + rng.uniform(0, 0.1), 0.8 + rng.uniform(0, 30 / HEIGHT))
        return Child(wrists=(place, (0.38, 0.85)), hands=0)

    played = play(film(16, invented, hz=16))
    assert played.window("movement_left_arm", 10_000).value == pytest.approx(0, abs=1e-6)
    assert played.window("fidgeting_time", 10_000).value == 0
    before = play(film(16, lambda t: replace(invented(t), hands=2), hz=16))
    assert before.window("movement_left_arm", 10_000).value > 0.3
