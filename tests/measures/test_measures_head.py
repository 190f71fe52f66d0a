"""Head speed, moving about, distance, nods and shakes, of known movements."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import measured, play
from synthetic import Child, film, rotation

from agent.measures.catalogue.head_motion import turn_deg
from agent.measures.turning_points import SwingFinder

pytestmark = pytest.mark.unit


def oscillating(
    hz: float, size: float, *, axis: str, at: float = 5.0, cycles: float = 2.0
) -> Callable[[float], Child]:
    def child(t: float) -> Child:
        on = at <= t < at + cycles / hz
        angle = size / 2 * math.sin(2 * math.pi * hz * (t - at)) if on else 0.0
        turned: dict[str, Any] = {axis: angle}
        return Child(**turned)

    return child


@given(st.floats(-60, 60), st.floats(-60, 60))
def test_the_turn_between_two_poses(yaw: float, more: float) -> None:
    turned = turn_deg(rotation(yaw, 0, 0).tolist(), rotation(yaw + more, 0, 0).tolist())
    assert turned == pytest.approx(abs(more), abs=1e-4)


@pytest.mark.parametrize("speed", [5.0, 30.0])
def test_a_head_that_turns_at_a_constant_speed(speed: float) -> None:
    def turning(t: float) -> Child:
        return Child(yaw=-30 + speed * (t % (60 / speed)))

    played = play(film(10, turning, hz=20, jitter=0.3, body=False))
    speeds = sorted(measured(played.series("head_speed")))
    assert speeds[len(speeds) // 2] == pytest.approx(speed, rel=0.05)


def test_a_head_that_moves_sideways() -> None:
    """90 px between the eye corners; 1 of those each second."""
    played = play(film(4, lambda t: Child(centre=(0.3 + 90 / 640 * t, 0.5)), hz=20, body=False))
    assert played.window("head_movement", 1000).value == pytest.approx(1.0, rel=0.03)
    assert played.window("head_speed", 1000).value < 0.5


def test_landmarks_that_are_laid_anew_with_another_size_did_not_turn_the_head() -> None:
    """As on a small face of a man who does not move."""
    child = lambda t: Child(yaw=17, iod_px=50) if t > 2 else Child(iod_px=45)  # noqa: E731
    played = play(film(4, child, hz=20, body=False))
    assert max(measured(played.series("head_speed"))) < 5
    jump = next(f for f, t_ms in zip(played.frames, played.times_ms, strict=True) if t_ms > 2000)
    for measure in ("head_yaw", "head_speed", "facing_screen"):
        assert jump[measure].reasons == ("face_unsteady",)
    assert played.last("head_yaw").value == pytest.approx(17, abs=1)


@pytest.mark.parametrize("yaw", [0, 30, 55])
def test_a_turned_head_is_as_large_and_as_fast(yaw: int) -> None:
    """90 px between the eye corners of a face that looks at the camera; it moves upwards."""
    child = lambda t: Child(yaw=yaw, centre=(0.5, 0.8 - 45 / 480 * t))  # noqa: E731
    played = play(film(4, child, hz=20, body=False))
    assert played.last("eye_distance").value == pytest.approx(90, rel=0.01)
    assert played.window("head_movement", 1000).value == pytest.approx(0.5, rel=0.03)


def test_a_turned_head_is_not_called_far() -> None:
    played = play(film(10, lambda t: Child(yaw=55, iod_px=50), hz=15, body=False))
    assert not played.over("face_far")
    assert played.last("smile").reasons == ("head_turned",)


def test_distance_is_relative_to_the_usual() -> None:
    played = play(film(20, lambda t: Child(iod_px=45 if t > 18 else 90), hz=15, body=False))
    assert played.last("head_distance").value == pytest.approx(2.0, rel=0.03)
    assert played.frames[200]["head_distance"].value == pytest.approx(1.0, rel=0.03)


@pytest.mark.parametrize(("axis", "kind"), [("pitch", "head_nod"), ("yaw", "head_shake")])
@pytest.mark.parametrize("hz", [1.2, 2.0, 3.0])
def test_two_cycles_are_one_nod_or_shake(axis: str, kind: str, hz: float) -> None:
    played = play(film(10, oscillating(hz, 14, axis=axis), hz=30, jitter=0.2, body=False))
    (event,) = played.over(kind)
    assert event.onset_ms >= 4900
    assert event.amplitude == pytest.approx(14, rel=0.15)
    other = "head_shake" if kind == "head_nod" else "head_nod"
    assert not played.over(other)


@pytest.mark.parametrize(("axis", "kind"), [("pitch", "head_nod"), ("yaw", "head_shake")])
@pytest.mark.parametrize("way_s", [0.2, 0.4])
@pytest.mark.parametrize("rate", [15, 30])
def test_a_single_nod_or_shake_from_rest_to_rest(
    axis: str, kind: str, way_s: float, rate: int
) -> None:
    """There and back again by 12 degrees, as a half of a raised cosine each way."""

    def child(t: float) -> Child:
        there = 6 - 6 * math.cos(math.pi * (t - 5) / way_s) if 5 <= t < 5 + 2 * way_s else 0
        turned: dict[str, Any] = {axis: 4 - there}
        return Child(**turned)

    played = play(film(10, child, hz=rate, jitter=0.2, noise=0.0002, body=False))
    (event,) = played.over(kind)
    assert event.onset_ms == pytest.approx(5000, abs=100)
    assert event.offset_ms == pytest.approx(5000 + 2000 * way_s, abs=150)
    assert event.amplitude == pytest.approx(12, rel=0.1)


def test_turning_to_another_place_and_staying_there_is_no_shake() -> None:
    played = play(film(12, lambda t: Child(yaw=min(20, max(0, 50 * (t - 5)))), hz=30, body=False))
    assert not played.over("head_shake")


@pytest.mark.parametrize(
    ("hz", "size"),
    [(0.3, 20), (2.0, 4)],
    ids=["too slow: looking down and up", "too small: talking"],
)
def test_what_is_no_nod(hz: float, size: int) -> None:
    played = play(film(14, oscillating(hz, size, axis="pitch"), hz=30, body=False))
    assert not played.over("head_nod")


@pytest.mark.parametrize(("size", "nods"), [(9, 0), (15, 1)])
def test_a_nod_of_a_small_face_is_larger(size: int, nods: int) -> None:
    def far(t: float) -> Child:
        return replace(oscillating(2.0, size, axis="pitch")(t), iod_px=21)

    assert len(play(film(10, far, hz=30, body=False)).over("head_nod")) == nods


def test_one_look_down_and_back_is_no_nod() -> None:
    played = play(film(10, lambda t: Child(pitch=-20 if 5 < t < 6 else 0), hz=30, body=False))
    assert not played.over("head_nod")


def test_a_mouth_that_deforms_the_face_is_no_nod() -> None:
    """The fitted pitch swings by 7 degrees, and the eyes stay where they are in the picture."""

    def gurning(t: float) -> Child:
        return Child(jaw_cm=0.5 - 0.5 * math.cos(3 * math.pi * t) if 5 <= t < 6.34 else 0.0)

    played = play(film(10, gurning, hz=30, body=False))
    pitch = measured(played.series("head_pitch"))
    assert max(pitch) - min(pitch) > 7
    assert not played.over("head_nod")


def test_a_diagonal_movement_is_neither() -> None:
    def child(t: float) -> Child:
        angle = 7 * math.sin(4 * math.pi * t) if 5 <= t < 6 else 0
        return Child(yaw=angle, pitch=angle)

    played = play(film(10, child, hz=30, body=False))
    assert not played.over("head_nod")
    assert not played.over("head_shake")


@pytest.mark.parametrize("hz", [15, 60])
def test_what_the_other_axis_does_meanwhile_counts_at_any_rate(hz: int) -> None:
    def both(t: float) -> Child:
        swing = math.sin(4 * math.pi * t) * (5 <= t < 6)
        return Child(yaw=5 * swing, pitch=7 * swing)

    assert not play(film(8, both, hz=hz, body=False)).events


def test_nods_are_counted_per_minute() -> None:
    def nodding(t: float) -> Child:
        return Child(pitch=7 * math.sin(4 * math.pi * t) if t % 10 < 1 else 0)

    rate = play(film(61, nodding, hz=20, body=False)).window("nod_rate", 60_000)
    assert rate.n == 6


def test_swings_of_a_zigzag() -> None:
    finder = SwingFinder(1.0, 400)
    levels = [0, 5, 10, 5, 0, 5, 10, 5]
    swings = [s for i, level in enumerate(levels) if (s := finder.add(i * 100, level))]
    assert [(s.from_ms, s.to_ms, s.size) for s in swings] == [
        (0, 200, 10),
        (200, 400, -10),
        (400, 600, 10),
    ]
