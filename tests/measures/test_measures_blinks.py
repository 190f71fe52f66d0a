"""Blinks of known times, at every rate the analysis may run at."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playing import Played, play
from synthetic import Child, Picture, film

from agent.measures.registry import REGISTRY
from agent.observation import Side

pytestmark = pytest.mark.unit

TOLERANCE_MS = 200


def lids(
    blinks: list[float], *, lasts_s: float = 0.25, depth: float = 0.5
) -> Callable[[float], float]:
    """How far the eyes are closed: raised cosines at the given times."""
    times = np.array(blinks)

    def closed(t: float) -> float:
        place = int(np.searchsorted(times, t, side="right")) - 1
        if place < 0 or t - times[place] > lasts_s:
            return 0.0
        return depth * 0.5 * (1 - math.cos(2 * math.pi * (t - times[place]) / lasts_s))

    return closed


def blinking(closed: Callable[[float], float], **more: Any) -> Callable[[float], Child]:
    """The two eyes rest at different levels, as real ones do."""
    return lambda t: Child(blink=(0.08 + closed(t), 0.22 + 0.8 * closed(t)), **more)


def random_times(rate_per_min: float, until_s: float, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    times: list[float] = []
    t = 3.0
    while True:
        t += 0.6 + rng.exponential(60 / rate_per_min - 0.6)
        if t > until_s:
            return times
        times.append(t)


def f1(played: Played, blinks: list[float], peak_s: float = 0.125) -> float:
    found = [e.peak_ms / 1000 for e in played.over("blink")]
    hits = 0
    left = list(found)
    for blink in blinks:
        near = [f for f in left if abs(f - blink - peak_s) * 1000 <= TOLERANCE_MS]
        if near:
            left.remove(near[0])
            hits += 1
    return 2 * hits / (len(found) + len(blinks))


@pytest.mark.parametrize("hz", [30.0, 18.0, 15.0])
def test_every_blink_is_found_from_15_hz_up_with_jitter_and_lost_frames(hz: float) -> None:
    blinks = random_times(20, 88, seed=round(hz))
    child = blinking(lids(blinks))
    played = play(film(90, child, hz=hz, jitter=0.3, drop=0.05, noise=0.0003, body=False))
    assert f1(played, blinks) >= 0.97


def test_landmarks_that_are_laid_anew_are_no_blinks() -> None:
    """In a crowd MediaPipe may give one head two outlines in turn, each with lids of its own."""

    def child(t: float) -> Child:
        other = 10 <= t < 20 and round(t * 24) % 5 == 0
        return Child(blink=(0.6, 0.6), iod_px=94.5) if other else Child()

    played = play(film(30, child, hz=24, body=False))
    assert not played.over("blink")
    while_unsteady = played.frames[15 * 24 : 15 * 24 + 10]
    reasons = {r for frame in while_unsteady for r in frame["eye_openness_left"].reasons}
    assert reasons == {"face_unsteady"}


def test_a_head_that_comes_closer_stays_measured() -> None:
    """From 90 to 135 px between the eyes within a second, as a child who leans in."""
    child = blinking(lids([5.3, 5.8]))
    played = play(
        film(
            8,
            lambda t: replace(child(t), iod_px=90 * 1.5 ** min(max(t - 5, 0), 1)),
            hz=24,
            body=False,
        )
    )
    assert len(played.over("blink")) == 2


def test_blinks_are_still_mostly_found_at_the_least_rate() -> None:
    blinks = random_times(20, 88, seed=3)
    played = play(
        film(90, blinking(lids(blinks)), hz=12.5, jitter=0.2, drop=0.02, noise=0.0003, body=False)
    )
    assert f1(played, blinks) >= 0.93
    assert played.window("blink_rate", 60_000).quality.name == "USABLE"


@pytest.mark.parametrize("hz", [8.0, 10.0])
def test_below_the_least_rate_the_blink_rate_is_withheld(hz: float) -> None:
    blinks = random_times(20, 63, seed=4)
    played = play(film(65, blinking(lids(blinks)), hz=hz, jitter=0.3, drop=0.05, body=False))
    assert not played.over("blink")
    rate = played.window("blink_rate", 60_000)
    assert math.isnan(rate.value)
    assert rate.reasons == ("too_few_frames", "too_little_time")


def test_a_blinks_onset_offset_and_amplitude() -> None:
    played = play(film(12, blinking(lids([5.0, 8.0])), body=False))
    first, second = played.over("blink")
    assert first.onset_ms == pytest.approx(5050, abs=25)  # where it crosses the threshold
    assert first.peak_ms == pytest.approx(5125, abs=20)
    assert first.offset_ms == pytest.approx(5200, abs=25)
    assert first.amplitude == pytest.approx(0.45, abs=0.03)
    assert first.side is Side.BOTH
    assert second.id > first.id


def test_a_wink_has_a_side() -> None:
    closed = lids([6.0], depth=0.6)
    left = play(film(9, lambda t: Child(blink=(0.1 + closed(t), 0.1)), body=False))
    right = play(film(9, lambda t: Child(blink=(0.1, 0.1 + closed(t))), body=False))
    assert [e.side for e in left.over("blink")] == [Side.LEFT]
    assert [e.side for e in right.over("blink")] == [Side.RIGHT]


@pytest.mark.parametrize(("rise", "found"), [(0.14, 1), (0.115, 0), (0.05, 0)])
def test_lids_that_close_are_a_blink_if_the_blend_shapes_rise_some_way(
    rise: float, found: int
) -> None:
    """Blurred pictures of a moving head look as if the lids fell, with a rise of 0.12 and less."""
    closed = lids([6.0], depth=1.0)

    def child(t: float) -> Child:
        return Child(blink=(0.1 + rise * closed(t),) * 2, lids=1 - 0.6 * closed(t))

    blinks = play(film(9, child, body=False)).over("blink")
    assert len(blinks) == found
    for blink in blinks:
        assert blink.amplitude == pytest.approx(rise, abs=0.01)
        assert blink.peak_ms == pytest.approx(6125, abs=40)


def test_a_blink_of_both_lids_is_not_one_sided_because_a_blend_shape_is_weak() -> None:
    closed = lids([6.0], depth=0.5)

    def child(t: float) -> Child:
        return Child(blink=(0.1 + closed(t), 0.1 + 0.2 * closed(t)), lids=1 - closed(t))

    (blink,) = play(film(9, child, body=False)).over("blink")
    assert blink.side is Side.BOTH


def test_longer_than_half_a_second_is_a_closure_not_a_blink() -> None:
    played = play(
        film(12, lambda t: Child(blink=(0.7, 0.7) if 5 <= t < 6.5 else (0.1, 0.1)), body=False)
    )
    assert not played.over("blink")
    started, ended = (e for e in played.events if e.kind == "eye_closure")
    assert started.id == ended.id
    assert started.offset_ms is None
    assert ended.onset_ms == pytest.approx(5000, abs=40)
    assert ended.offset_ms == pytest.approx(6500, abs=40)


def test_eyes_that_open_after_a_long_time_are_soon_measured_again() -> None:
    blinks = [10.0, 12.0, 14.0]
    closed = lids(blinks)
    played = play(
        film(16, lambda t: Child(blink=(0.8, 0.8) if t < 7 else (0.1 + closed(t),) * 2), body=False)
    )
    assert f1(played, blinks) == 1.0


def closing(at_s: float, lasts_s: float) -> Callable[[float], float]:
    """The lids are down within 0.1 s, and up again."""
    return lambda t: 0.7 * max(0.0, min(1.0, 10 * (t - at_s), 10 * (at_s + lasts_s - t)))


@pytest.mark.parametrize(("lasts_s", "kind"), [(0.3, "blink"), (2.0, "eye_closure")])
def test_eyes_that_close_as_the_mouth_deforms_the_face_do(lasts_s: float, kind: str) -> None:
    """The fitted pitch falls by 11 degrees in a tenth of a second, and the head is still."""
    closed = closing(5, lasts_s)

    def wincing(t: float) -> Child:
        jaw_cm = 1.5 * max(0.0, min(1.0, 10 * (t - 4.95)))
        return Child(blink=(0.1 + closed(t), 0.1 + closed(t)), jaw_cm=jaw_cm)

    (event,) = play(film(10, wincing, body=False)).over(kind)
    assert event.onset_ms == pytest.approx(5000, abs=80)
    assert event.offset_ms == pytest.approx(5000 + 1000 * lasts_s, abs=80)


def test_closed_eyes_stay_closed_while_the_head_falls() -> None:
    """As on franck.webm, at 159 s."""
    closed = closing(5, 2)

    def falling_asleep(t: float) -> Child:
        pitch = -18 * max(0.0, min(1.0, 5 * (t - 5.2)))
        return Child(pitch=pitch, blink=(0.1 + closed(t), 0.1 + closed(t)))

    (event,) = play(film(10, falling_asleep, noise=0.0003, body=False)).over("eye_closure")
    assert (event.onset_ms, event.offset_ms) == pytest.approx((5000, 7000), abs=80)


@pytest.mark.parametrize(("hz", "missed"), [(30, 0.0), (15, 0.27)])
def test_at_few_pictures_a_second_the_interval_counts_what_may_be_missed(
    hz: float, missed: float
) -> None:
    """Of ten blinks in a minute; Garwood's interval of ten goes up to 18.39."""
    closed = lids([3.0 + 5 * i for i in range(10)])
    rate = play(film(61, blinking(closed), hz=hz)).window("blink_rate", 60_000)
    assert rate.n == 10
    assert rate.ci_low == pytest.approx(4.8, rel=0.02)
    assert rate.ci_high == pytest.approx(18.39 / (1 - missed), rel=0.02)


def test_a_fast_nod_does_not_count() -> None:
    def nodding(t: float) -> Child:
        down = lids([5.0, 8.0])(t)
        return Child(pitch=-40 * down, blink=(0.1 + down, 0.1 + down))

    assert not play(film(10, nodding, body=False)).over("blink")


def test_a_turned_head_is_not_measurable() -> None:
    closed = lids([5.0, 6.0, 7.0])
    played = play(film(9, blinking(closed, yaw=30), body=False))
    assert not played.over("blink")
    assert played.summary["blink_rate"].reasons[0] == "head_turned"


def test_dark_small_or_blurred_eyes_are_not_measurable() -> None:
    closed = lids([5.0, 6.0, 7.0])
    dark = film(9, blinking(closed), picture=lambda t: Picture(luma=20), body=False)
    assert not play(dark).over("blink")
    assert not play(film(9, blinking(closed, iod_px=25), body=False)).over("blink")


@pytest.mark.parametrize("rate", [10.0, 25.0])
def test_rates_with_gaps_are_unbiased_and_within_their_intervals(rate: float) -> None:
    """The face is gone a third of the time: per measurable minute the rate stays what it was."""
    rates, covered = [], 0
    for seed in range(4):
        blinks = random_times(rate, 200, seed)
        closed = lids(blinks)

        def child(t: float, closed: Callable[[float], float] = closed) -> Child | None:
            return None if t % 9 > 6 else blinking(closed)(t)

        played = play(film(200, child, hz=15, body=False))
        value, summary = played.window("blink_rate", 60_000), played.summary["blink_rate"]
        assert value.ci_low <= value.value <= value.ci_high
        rates.append(summary.n / (summary.valid_fraction * 200 / 60))
        truth = len(blinks) / 200 * 60
        covered += value.ci_low <= truth <= value.ci_high
    assert np.mean(rates) == pytest.approx(rate, rel=0.2)
    assert covered >= 3


def test_the_rate_needs_half_a_minute() -> None:
    played = play(film(62, blinking(lids(random_times(20, 60, 1))), hz=15, body=False))
    early = next(w for w in played.windows if (w.window_ms, w.t_ms) == (60_000, 20_000))
    place = REGISTRY.index_of_measure("blink_rate")
    assert early.values[place].reasons == ("window_filling",)
    assert played.window("blink_rate", 10_000).reasons == ("window_too_short",)
    late = played.window("blink_rate", 60_000)
    assert late.value == pytest.approx(20, abs=8)
    assert late.n == len([e for e in played.over("blink") if e.offset_ms <= 60_000])


@pytest.mark.parametrize("hz", [18.0, 24.0, 30.0])
def test_a_clip_of_ten_seconds_loses_no_blink_at_its_start(hz: float) -> None:
    blinks = [0.4, 1.1, 1.7, 3.0, 6.5, 9.2]
    played = play(film(10, blinking(lids(blinks)), hz=hz, jitter=0.2, noise=0.0003, body=False))
    assert f1(played, blinks) == 1.0


def test_blinks_while_the_lids_are_lowered_and_soon_after_they_rise() -> None:
    """Reading from 4 to 9 s: the look down itself is no blink."""
    blinks = [5.5, 7.0, 8.0, 9.6]
    closed = lids(blinks, depth=0.3)

    def reading(t: float) -> Child:
        level = (0.4 if 4 <= t < 9 else 0.1) + closed(t)
        return Child(blink=(level, level))

    played = play(film(12, reading, hz=24, jitter=0.2, noise=0.0003, body=False))
    assert f1(played, blinks) == 1.0


def test_a_shallow_blink_of_one_frame_counts_at_18_hz_and_a_spike_at_30_hz_does_not() -> None:
    def spike(at: int, hz: float, depth: float) -> list[float]:
        def child(t: float) -> Child:
            return Child(blink=(0.1 + depth * (round(t * hz) == at),) * 2)

        return [e.peak_ms / 1000 for e in play(film(8, child, hz=hz, body=False)).over("blink")]

    assert spike(90, 18, 0.2) == [5.0]
    assert spike(150, 30, 0.2) == []


@pytest.mark.parametrize(("iod_px", "blinks"), [(45, 1), (46, 1), (48, 0), (44, 1)])
def test_one_frame_in_which_the_eyes_are_wider_apart_is_no_blink(
    iod_px: float, blinks: int
) -> None:
    """At a key frame of VP8 a small still photograph has such a frame, its lids half down."""
    closed = Child(iod_px=iod_px, blink=(0.5, 0.5), lids=0.4)
    other = Child(iod_px=45)
    played = play(film(8, lambda t: closed if 5 <= t < 5.04 else other, hz=24))
    assert len(played.over("blink")) == blinks


@pytest.mark.parametrize("seed", range(4))
def test_noise_on_a_small_face_is_no_blink(seed: int) -> None:
    noisy = film(60, lambda t: Child(), hz=24, noise=0.0015, seed=seed, body=False)
    assert not [e for e in play(noisy).events if e.kind in ("blink", "eye_closure")]


def test_an_eye_closure_keeps_the_open_eyes_level() -> None:
    """Open for half a second, then closed for six: still closed to the end of it."""
    played = play(
        film(10, lambda t: Child(blink=(0.7, 0.6) if 0.5 <= t < 6.5 else (0.1, 0.1)), body=False)
    )
    (closure,) = played.over("eye_closure")
    assert (closure.onset_ms, closure.offset_ms) == pytest.approx((500, 6500), abs=40)
