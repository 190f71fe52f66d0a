"""Rhythms of known frequency and amplitude; what cannot be told at a rate is refused."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playing import Played, measured, play
from synthetic import HEIGHT, SHOULDER_PX, Child, film

from agent.measures.catalogue.repetition import (
    LEAST_CONCENTRATION,
    HandRepetition,
    Rocking,
    Track,
)
from agent.measures.detectors import Detectors
from agent.measures.labels import Reason
from agent.measures.periodogram import NO_RHYTHM, highest_told_hz, strongest
from agent.observation import Side

pytestmark = pytest.mark.unit


def flapping(hz: float, amplitude: float = 0.2, until: float = 60) -> Callable[[float], Child]:
    """The left hand goes up and down, amplitude in shoulder widths."""

    def child(t: float) -> Child:
        y = amplitude * SHOULDER_PX / HEIGHT * math.sin(2 * math.pi * hz * t) if t < until else 0
        return Child(wrists=((0.72, 0.7 + y), (0.28, 0.95)))

    return child


def watched(child: Callable[[float], Child], hands_hz: float, seconds: float = 8) -> Played:
    return play(film(seconds, child, hz=2 * hands_hz, hands_hz=hands_hz, jitter=0.1))


@pytest.mark.parametrize("hz", [2.3, 3.2, 4.4])
def test_a_hand_that_flaps(hz: float) -> None:
    played = watched(flapping(hz), 12)
    last = played.frames[-1]
    assert last["hand_repetition_frequency"].value == pytest.approx(hz, abs=0.2)
    assert last["hand_repetition_amplitude"].value == pytest.approx(0.2, rel=0.2)
    (event,) = played.over("repetitive_hand_movement")
    assert event.side is Side.LEFT
    assert event.amplitude == pytest.approx(hz, abs=0.25)


@pytest.mark.parametrize(
    ("hz", "amplitude", "seconds"), [(0.5, 0.05, 9), (1.3, 0.02, 5), (5.0, 0.02, 5)]
)
def test_slow_fast_and_small_rhythms_of_a_hand_seen_on_every_frame(
    hz: float, amplitude: float, seconds: float
) -> None:
    moving = flapping(hz, amplitude)
    observations = film(seconds, moving, hz=24, hands_hz=24, jitter=0.2, noise=0.0002)
    frames = play(observations).frames
    found = measured(frame["hand_repetition_frequency"].value for frame in frames)
    assert found and all(abs(value - hz) <= 0.2 for value in found)
    assert frames[-1]["hand_repetition_amplitude"].value == pytest.approx(amplitude, rel=0.2)


def test_a_belly_that_breathes_moves_no_hand_repetitively() -> None:
    frames = play(film(10, flapping(0.45, 0.02), hz=24, hands_hz=24)).frames
    assert not measured(frame["hand_repetition_frequency"].value for frame in frames)


@pytest.mark.parametrize("missed", [3, 4])
def test_a_hand_that_is_lost_where_it_turns_has_no_rhythm(missed: int) -> None:
    """What is seen of 4 Hz then comes back in fewer places, and seems slower."""

    def child(t: float) -> Child:
        seen = math.sin(2 * math.pi * 4 * t) < (0.5 if missed == 3 else 0)
        return replace(flapping(4)(t), hands=2 if seen else 0)

    frames = play(film(6, child, hz=24, hands_hz=24)).frames
    assert not measured(frame["hand_repetition_frequency"].value for frame in frames)
    assert frames[-1]["hand_repetition_time"].reasons == ("hand_not_found",)


@pytest.mark.parametrize(
    ("hz", "hands_hz"),
    [(6.0, 10.0), (6.0, 12.0), (5.0, 8.0), (4.0, 5.0), (3.0, 5.0)],
)
def test_what_the_rate_cannot_tell_is_refused_not_misreported(hz: float, hands_hz: float) -> None:
    played = watched(flapping(hz), hands_hz)
    for frame in played.frames:
        assert math.isnan(frame["hand_repetition_frequency"].value)
    assert played.last("hand_repetition_time").reasons == ("too_few_frames",)
    assert not played.over("repetitive_hand_movement")


def resting_but(
    child: Callable[[float], Child], from_s: float, to_s: float
) -> Callable[[float], Child]:
    return lambda t: child(t) if from_s <= t < to_s else Child(wrists=((0.72, 0.7), (0.28, 0.95)))


@pytest.mark.parametrize(
    ("child", "why"),
    [
        (flapping(6), "too_few_frames"),
        (lambda t: Child(wrists=((0.72, 0.7), (0.28, 0.95)), hands=0), "part_hidden"),
    ],
)
@pytest.mark.parametrize("measure", ["hand_repetition_time", "hand_repetition_cycles"])
def test_what_could_not_be_told_for_a_while_may_have_been_repetitive(
    child: Callable[[float], Child], why: str, measure: str
) -> None:
    """Nothing was seen in the rest of the minute: 0 would be a guess."""
    at_rest = watched(resting_but(child, 0, 0), 10, 60).window(measure, 60_000)
    assert at_rest.value == 0
    value = watched(resting_but(child, 20, 30), 10, 60).window(measure, 60_000)
    assert value.valid_fraction > 0.5
    assert math.isnan(value.value)
    assert set(value.reasons) == {"rest_would_mislead", why}


def test_a_hand_at_rest_is_not_repetitive_at_any_rate() -> None:
    for hands_hz in (5.0, 12.0):
        played = watched(flapping(3, amplitude=0.005), hands_hz)
        assert played.last("hand_repetition_time").value == 0
        assert played.last("hand_repetition_frequency").reasons == ("no_repetition",)


def test_a_single_reach_is_not_repetitive() -> None:
    def reaching(t: float) -> Child:
        return Child(wrists=((0.72, 0.9 - 0.3 / (1 + math.exp(-8 * (t - 5)))), (0.28, 0.95)))

    assert not watched(reaching, 12, 10).over("repetitive_hand_movement")


def test_irregular_fidgeting_is_not_repetitive() -> None:
    rng = np.random.default_rng(2)
    phases = rng.uniform(0, 6, 12)

    def fidgeting(t: float) -> Child:
        y = sum(math.sin(2 * math.pi * (0.5 + 0.5 * i) * t + p) for i, p in enumerate(phases))
        return Child(wrists=((0.72, 0.7 + 0.03 * y), (0.28, 0.95)))

    assert not watched(fidgeting, 12, 10).over("repetitive_hand_movement")


def test_the_rhythm_ends_when_the_hand_stops() -> None:
    played = watched(flapping(3, until=8), 12, 15)
    (event,) = played.over("repetitive_hand_movement")
    assert event.offset_ms == pytest.approx(9500, abs=1500)
    assert not event.reasons


@pytest.mark.parametrize("hz", [0.4, 0.8, 1.3])
def test_a_body_that_rocks(hz: float) -> None:
    child = lambda t: Child(body=(0.1 * math.sin(2 * math.pi * hz * t), 0))  # noqa: E731
    played = play(film(16, child, hz=16))
    assert played.last("rocking_frequency").value == pytest.approx(hz, abs=0.1)
    assert played.last("rocking_amplitude").value == pytest.approx(0.1, rel=0.2)
    assert played.over("body_rocking")


def test_a_body_that_sits_or_shifts_does_not_rock() -> None:
    still = play(film(16, hz=16, noise=0.0002))
    assert still.last("rocking_time").value == 0
    shifts = play(film(16, lambda t: Child(body=(0.3 if t > 8 else 0, 0)), hz=16))
    assert not shifts.over("body_rocking")


def test_rocking_needs_both_shoulders() -> None:
    assert math.isnan(
        play(film(14, lambda t: Child(body=(1.2, 0)), hz=16)).last("rocking_time").value
    )


@pytest.mark.parametrize("hz", [0.7, 2.0, 5.3])
def test_the_periodogram_of_unevenly_sampled_sinusoids(hz: float) -> None:
    rng = np.random.default_rng(0)
    times = np.linspace(0, 5, 120) + rng.uniform(-0.01, 0.01, 120)
    levels = 0.4 * np.sin(2 * np.pi * hz * times + 1) + 0.1 * times
    peak = strongest(times, levels, (0.3, 7.0), 7.0, 0.5)
    assert peak is not None
    assert peak.hz == pytest.approx(hz, abs=0.05)
    assert peak.amplitude == pytest.approx(0.4, rel=0.15)
    assert peak.concentration > 0.6


def test_a_rhythm_that_could_be_a_faster_one_is_not_told() -> None:
    times = np.arange(0, 5, 0.1)
    assert strongest(times, np.sin(2 * np.pi * 7 * times), (0.3, 1.5), 8.0, 0.5) is None


def test_a_drift_has_no_rhythm() -> None:
    times = np.arange(0, 5, 0.05)
    assert strongest(times, (times > 2.5).astype(np.float64), (1.0, 7.0), 7.0, 0.5) == NO_RHYTHM


def test_which_frequencies_a_rate_can_tell() -> None:
    assert highest_told_hz(20, 7) == pytest.approx(8)
    assert highest_told_hz(12, 7) == pytest.approx(4.8)
    assert highest_told_hz(8, 7) < 2


def test_cycles_in_a_row_are_counted() -> None:
    """3 Hz from the first second to the tenth: some 27 cycles."""
    played = watched(flapping(3, until=10), 12, 14)
    assert played.window("hand_repetition_cycles", 10_000).value == pytest.approx(30, abs=4)
    assert played.last("hand_repetition_time").value == 0
    still = watched(lambda t: Child(), 12, 6)
    assert still.window("hand_repetition_cycles", 1000).value == 0


@settings(max_examples=150, deadline=None)
@given(
    repetition=st.sampled_from([HandRepetition, Rocking]),
    share=st.floats(0.07, 1.0),
    rate=st.floats(4.0, 30.0),
    jitter=st.floats(0.0, 0.3),
    phase=st.floats(0.0, 6.3),
)
def test_no_frequency_is_ever_misreported_whatever_the_rate(
    repetition: type[HandRepetition] | type[Rocking],
    share: float,
    rate: float,
    jitter: float,
    phase: float,
) -> None:
    """Told within 0.2 Hz, or not at all."""
    rng = np.random.default_rng(1)
    hz = share * repetition.fastest_hz
    track = Track(30_000)
    for i in range(round(10 * rate)):
        t_ms = round(1000 * (i + rng.uniform(-jitter, jitter)) / rate)
        track.add(t_ms, (0.0, 0.2 * math.sin(2 * math.pi * hz * t_ms / 1000 + phase)))
    for scale in repetition.scales:
        peak = repetition(Detectors()).peak_of(track, scale)
        if isinstance(peak, Reason) or peak.amplitude < scale.least_sw:
            continue
        if peak.concentration >= LEAST_CONCENTRATION:
            assert peak.hz == pytest.approx(hz, abs=0.2)


@pytest.mark.parametrize(
    ("hz", "pose_hz"), [(4.0, 5.0), (3.0, 4.0), (2.5, 8.0), (3.9, 8.0), (2.0, 16.0)]
)
def test_a_body_that_bounces_is_not_called_rocking(hz: float, pose_hz: float) -> None:
    child = lambda t: Child(body=(0, 0.1 * math.sin(2 * math.pi * hz * t)))  # noqa: E731
    played = play(film(16, child, hz=16, pose_hz=pose_hz))
    assert not played.over("body_rocking")
    assert not any(frame["rocking_time"].value > 0 for frame in played.frames)


def test_a_bounce_that_the_rate_can_tell_is_no_rocking_rather_than_unknown() -> None:
    child = lambda t: Child(body=(0, 0.1 * math.sin(2 * math.pi * 2.5 * t)))  # noqa: E731
    assert play(film(16, child, hz=16)).last("rocking_time").value == 0
