"""Facing the screen: square waves of known share, with stretches in which the face is lost."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playing import play
from synthetic import Child, film

from agent.measures.results import BaselineState
from agent.observation import Observation, SetBaseline

pytestmark = pytest.mark.unit


def square(t: float) -> Child:
    """Away for 3 of every 12 s."""
    return Child(yaw=40 if t % 12 >= 9 else 3)


def test_share_and_look_aways_of_a_square_wave() -> None:
    played = play(film(72, square, hz=15, body=False))
    share = played.window("facing_screen", 60_000)
    assert share.value == pytest.approx(75, abs=1)
    assert share.ci_low < 75 < share.ci_high
    away = played.over("look_away")
    assert len(away) == 6
    for i, event in enumerate(away):
        assert event.onset_ms == pytest.approx(12_000 * i + 9000, abs=70)
        assert event.offset_ms == pytest.approx(12_000 * i + 12_000, abs=70)
        assert event.amplitude == pytest.approx(37, abs=3)


def test_lost_is_a_third_state() -> None:
    """The face is lost for half of each time away, which leaves 1.5 s away of 10.5 s."""
    played = play(film(72, lambda t: None if t % 12 >= 10.5 else square(t), hz=15, body=False))
    share = played.window("facing_screen", 60_000)
    assert share.value == pytest.approx(100 * 9 / 10.5, abs=1)
    assert share.valid_fraction == pytest.approx(10.5 / 12, abs=0.02)
    assert {e.reasons for e in played.over("look_away")} == {("interrupted",)}
    for event in played.over("look_away"):
        assert event.offset_ms - event.onset_ms == pytest.approx(1500, abs=100)


@pytest.mark.parametrize("measure", ["facing_screen", "gaze_screen"])
def test_a_face_turned_out_of_sight_leaves_no_fair_sample(measure: str) -> None:
    """Whoever turns so far that there is no face is not facing; the rest would read 100 %."""

    def turned_for(seconds: float) -> Iterator[Observation]:
        observations = film(60, hz=15)
        return (
            replace(o, face=None, faces_seen=0, reasons=("head_turned",))
            if 30 <= o.t_ms / 1000 < 30 + seconds
            else o
            for o in observations
        )

    assert play(turned_for(4)).window(measure, 60_000).value == pytest.approx(100)
    value = play(turned_for(15)).window(measure, 60_000)
    assert value.valid_fraction > 0.5
    assert math.isnan(value.value)
    assert value.reasons == ("rest_would_mislead", "head_turned")


def test_a_face_that_vanishes_while_facing_never_looked_away() -> None:
    played = play(film(30, lambda t: None if t % 6 > 4 else Child(), hz=15, body=False))
    assert not played.over("look_away")
    assert played.summary["facing_screen"].reasons == ("no_face", "too_little_time")
    assert played.window("facing_screen", 10_000).value == pytest.approx(100)


def test_hysteresis_ignores_a_head_at_the_edge() -> None:
    played = play(film(20, lambda t: Child(yaw=22.5 + 2 * (round(t * 3) % 2)), hz=15, body=False))
    assert not played.over("look_away")


def test_a_glance_shorter_than_300_ms_is_none_and_a_short_return_is_bridged() -> None:
    glance = play(film(10, lambda t: Child(yaw=40 if 6 <= t < 6.2 else 0), hz=30, body=False))
    assert not glance.over("look_away")
    bridged = play(
        film(
            10,
            lambda t: Child(yaw=40 if 6 <= t < 7 or 7.1 <= t < 8 else 0),
            hz=30,
            body=False,
        )
    )
    assert len(bridged.over("look_away")) == 1


def test_the_screen_is_where_the_child_mostly_faces() -> None:
    """A tablet below the camera: the head is held 12° down, then 20° further."""
    played = play(film(40, lambda t: Child(pitch=-32 if 30 <= t < 33 else -12), hz=15, body=False))
    assert len(played.over("look_away")) == 1
    assert played.last("facing_screen").baseline_state is BaselineState.READY
    assert played.frames[60]["facing_screen"].baseline_state is BaselineState.LEARNING


def test_the_screen_is_never_taken_to_be_far_from_the_camera() -> None:
    played = play(film(40, lambda t: Child(yaw=50), hz=15, body=False))
    assert played.window("facing_screen", 10_000).value == 0


@pytest.mark.parametrize("yaw", [30, -40])
def test_however_long_a_child_looks_elsewhere_the_screen_stays(yaw: int) -> None:
    played = play(film(160, lambda t: Child(yaw=yaw if 40 <= t < 150 else 0), hz=15, body=False))
    (away,) = played.over("look_away")
    assert away.onset_ms == pytest.approx(40_000, abs=70)
    assert away.offset_ms == pytest.approx(150_000, abs=70)
    assert played.last("facing_screen").value == 100


def test_a_face_turned_away_from_the_first_sight_on_has_not_looked_away() -> None:
    """It may be a photograph, or sit like that: nobody has seen it turn."""
    still = play(film(20, lambda t: Child(yaw=40), hz=15, body=False))
    assert not still.over("look_away")
    assert still.window("facing_screen", 10_000).value == 0
    played = play(film(20, lambda t: Child(yaw=40 if t < 5 or t >= 15 else 0), hz=15, body=False))
    (away,) = played.over("look_away")
    assert away.onset_ms == pytest.approx(15_000, abs=70)


def test_where_the_screen_is_being_learned_makes_no_look_away() -> None:
    """A portrait that looks down: at first at the edge, later where the screen seems to be."""

    def looking(pitch: float) -> Callable[[float], Child]:
        return lambda t: Child(pitch=pitch)

    for pitch in (-17.5, -28):
        played = play(film(30, looking(pitch), hz=15, body=False, noise=0.001))
        assert not played.over("look_away"), pitch


def test_set_baseline_learns_anew() -> None:
    commands = {300: (SetBaseline(),)}
    played = play(film(30, lambda t: Child(), hz=15, body=False, commands=commands))
    states = [frame["facing_screen"].baseline_state for frame in played.frames]
    assert states[299] is BaselineState.READY
    assert states[300] is BaselineState.LEARNING
    assert states[-1] is BaselineState.READY


def test_another_camera_makes_the_baseline_stale_and_ends_what_was_going_on() -> None:
    played = play(
        film(
            24,
            lambda t: Child(yaw=40 if t >= 14 else 0),
            hz=15,
            body=False,
            track=lambda t: int(t >= 16),
        )
    )
    first = played.over("look_away")[0]
    assert first.reasons == ("interrupted",)
    assert first.offset_ms == pytest.approx(16_000, abs=150)
    at_change = next(i for i, t in enumerate(played.times_ms) if t >= 16_000)
    assert played.frames[at_change]["facing_screen"].baseline_state is BaselineState.STALE
