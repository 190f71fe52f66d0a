"""Windows: what they average, when they are due, how sure they are, and what they cost."""

import gc
import math
from collections import deque
from types import FunctionType, ModuleType

import numpy as np
import pytest
from playing import play
from synthetic import Child, film

from agent.measures import reasons
from agent.measures.analyser import Analyser
from agent.measures.intervals import independent_batches, poisson, wilson
from agent.measures.registry import REGISTRY, Registry
from agent.measures.results import BaselineState, Quality, Value
from agent.measures.windows import Windows

pytestmark = pytest.mark.unit


def test_windows_are_due_each_second_and_the_session_each_ten() -> None:
    played = play(film(21, hz=15, body=False))
    ends = {ms: [w.t_ms for w in played.windows if w.window_ms == ms] for ms in (1000, 10_000, 0)}
    assert ends[1000] == list(range(1000, 21_000, 1000))
    assert ends[10_000] == ends[1000]
    assert ends[0] == [10_000, 20_000]


def test_a_windows_mean_is_weighted_by_time_not_by_frames() -> None:
    """Half of the time at 30 Hz and yaw 0, half at 10 Hz and yaw 10."""
    fast = list(film(5, hz=30, body=False))
    slow = list(film(5, lambda t: Child(yaw=10), hz=10, start_s=5, body=False))
    extra = list(film(0.2, hz=10, start_s=10, body=False))
    value = play(fast + slow + extra).window("head_yaw", 10_000)
    assert value.value == pytest.approx(5, abs=0.1)
    assert value.n == len(fast) + len(slow)


def test_less_than_half_a_window_is_withheld_with_its_main_reason() -> None:
    played = play(film(12, lambda t: None if t > 5 else Child(), hz=15, body=False))
    value = played.window("head_yaw", 10_000)
    assert math.isnan(value.value)
    assert value.quality is Quality.NOT_MEASURABLE
    assert value.reasons == ("no_face", "too_little_time")
    assert value.valid_fraction == pytest.approx(0.4, abs=0.02)
    assert value.ci_low is None


def test_the_main_reason_comes_first_only_while_it_lasts() -> None:
    back = play(film(12, lambda t: None if 3 < t < 10 else Child(), hz=15, body=False))
    assert back.window("head_yaw", 10_000).reasons == ("too_little_time", "no_face")


def test_the_summary_needs_seven_tenths() -> None:
    most = play(film(20, lambda t: None if t % 10 > 7.5 else Child(), hz=15, body=False))
    less = play(film(20, lambda t: None if t % 10 > 6 else Child(), hz=15, body=False))
    assert most.summary["head_yaw"].value == pytest.approx(0, abs=1e-4)
    assert less.summary["head_yaw"].reasons == ("no_face", "too_little_time")


def test_a_pause_of_the_analysis_is_missing_time_in_windows_and_none_in_the_session() -> None:
    before = film(20, hz=15, body=False)
    after = film(20, hz=15, start_s=620, body=False)
    played = play([*before, *after])
    minute = played.window("head_yaw", 60_000)
    assert minute.reasons[0] == "too_little_time"
    assert played.summary["head_yaw"].valid_fraction > 0.95
    assert len(played.windows) < 200  # none for each second of the pause


def test_a_session_that_starts_late_on_the_clock() -> None:
    played = play(film(12, hz=15, start_s=5000.3, body=False))
    assert played.windows[0].t_ms == 5_001_000
    assert played.window("head_yaw", 10_000).value == pytest.approx(0, abs=1e-4)


def test_quality_of_a_window_is_that_of_most_of_its_time() -> None:
    played = play(film(11, lambda t: Child(iod_px=25 if t % 10 < 3 else 90), hz=15, body=False))
    assert played.window("head_yaw", 10_000).quality is Quality.GOOD


def test_a_catalogue_without_measures_has_windows_without_values() -> None:
    """The benchmark's engine alone."""
    analyser = Analyser(Registry((reasons,)))
    windows = [w for seen in film(3, hz=15) for w in analyser.update(seen).windows]
    assert [w.values for w in (*windows, analyser.finish())] == [()] * 7


def held_items(thing: object) -> int:
    """How many items all containers within it hold."""
    seen: set[int] = set()
    waiting, items = [thing], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        if isinstance(one, list | deque | dict | set | tuple):
            items += len(one)
        waiting.extend(gc.get_referents(one))
    return items


def test_what_is_kept_does_not_grow_with_the_session() -> None:
    analyser = Analyser()
    held = []
    # Long enough for all that looks back a minute, and fast enough for all to be measured.
    for i, observation in enumerate(film(150, hz=24, noise=0.0002)):
        analyser.update(observation)
        if i in (80 * 24 - 1, 150 * 24 - 1):  # both at a second's end
            held.append(held_items(analyser))
    assert held[1] <= held[0] + 20


def test_poisson_intervals_are_garwoods() -> None:
    low, high = poisson(np.array([0.0, 1.0, 10.0]))
    assert low == pytest.approx([0, 0.0253, 4.795], abs=1e-3)
    assert high == pytest.approx([3.689, 5.572, 18.39], abs=1e-2)


def test_wilsons_interval_of_a_certain_share_is_not_a_point() -> None:
    low, high = wilson(np.array([1.0]), np.array([60.0]))
    assert low[0] == pytest.approx(0.94, abs=0.01)
    assert high[0] == pytest.approx(1.0)


def test_correlated_seconds_are_worth_fewer() -> None:
    alone, together, alike = independent_batches(
        np.array([600.0, 600.0, 600.0]), np.array([0.0, 0.5, math.nan])
    )
    assert alone == pytest.approx(600, rel=0.01)
    assert together == pytest.approx(200, rel=0.02)
    assert alike == 200


@pytest.mark.parametrize(("seconds", "slowness", "least"), [(60, 0.6, 0.9), (10, 0.8, 0.75)])
def test_intervals_of_means_cover_the_truth_of_a_wandering_signal(
    seconds: int, slowness: float, least: float
) -> None:
    """A first-order process, as slow as a head: 95 % intervals should cover about so often."""
    yaw = REGISTRY.measures[REGISTRY.index_of_measure("head_yaw")]
    rng = np.random.default_rng(0)
    covered, runs = 0, 200
    for _ in range(runs):
        windows = Windows([yaw], REGISTRY.reasons)
        level = 0.0
        for second in range(61):
            windows.move_to(second * 1000)
            level = slowness * level + rng.normal(0, 3)
            windows.add([level], [Quality.GOOD], [0], 1.0, 1.0)
        (value,) = windows.window(seconds * 1000, [BaselineState.NONE], frozenset()).values
        assert value.ci_low is not None
        covered += value.ci_low <= 0 <= value.ci_high
    assert least * runs <= covered <= 0.99 * runs


@pytest.mark.parametrize("seconds", [10, 60])
def test_an_interval_of_a_mean_hardly_goes_beyond_what_was_seen(seconds: int) -> None:
    """A head that turns slowly from one side to the other: by one second's part of that."""
    turning = lambda t: Child(yaw=-10 + 20 * t / seconds)  # noqa: E731
    yaw = play(film(seconds + 1, turning, hz=10, body=False)).window("head_yaw", seconds * 1000)
    assert yaw.ci_low is not None and yaw.ci_high is not None
    farthest = 10 + 20 / (seconds - 1) + 0.5
    assert -farthest <= yaw.ci_low < yaw.value < yaw.ci_high <= farthest


def test_intervals_of_mean_durations_cover_the_truth_and_are_not_wider_than_need_be() -> None:
    """Of blinks, one each 4 s: their lengths do not hang together as the seconds of a head do."""
    duration = REGISTRY.measures[REGISTRY.index_of_measure("blink_duration")]
    rng = np.random.default_rng(0)
    values: list[Value] = []
    for _ in range(200):
        windows = Windows([duration], REGISTRY.reasons)
        for second in range(61):
            windows.move_to(second * 1000)
            blink_s = rng.normal(0.15, 0.04) if rng.random() < 0.25 else 0.0
            windows.add([blink_s], [Quality.GOOD], [0], 1.0, 1.0)
        values += windows.window(60_000, [BaselineState.NONE], frozenset()).values
    told = [v for v in values if v.ci_low is not None and v.ci_high is not None]
    assert len(told) > 190
    assert np.mean([v.ci_low <= 0.15 <= v.ci_high for v in told]) >= 0.92
    assert np.quantile([v.ci_high - v.ci_low for v in told], 0.9) < 0.1


def counted_over_gaps(rate_per_min: float, rng: np.random.Generator) -> Value:
    """A minute of frames at 20 Hz; the face comes and goes; events fall where they fall."""
    measure = REGISTRY.measures[REGISTRY.index_of_measure("blink_rate")]
    windows = Windows([measure], REGISTRY.reasons)
    windows.move_to(0)
    seen = True
    for frame in range(1200):
        if rng.random() < 1 / (60 if seen else 24):
            seen = not seen
        count = float(rng.poisson(rate_per_min / 1200)) if seen else math.nan
        windows.move_to(frame * 50)
        windows.add([count], [Quality.GOOD], [0 if seen else 1], 0.05, 0.05)
    windows.move_to(60_000)
    (value,) = windows.window(60_000, [BaselineState.NONE], frozenset()).values
    return value


@pytest.mark.parametrize("rate", [4.0, 20.0])
def test_rates_over_random_gaps_are_unbiased_and_their_intervals_hold(rate: float) -> None:
    rng = np.random.default_rng(round(rate))
    values = [v for _ in range(150) if not math.isnan((v := counted_over_gaps(rate, rng)).value)]
    assert 0.6 < np.mean([v.valid_fraction for v in values]) < 0.8
    spread = math.sqrt(rate / 0.7 / len(values))
    assert np.mean([v.value for v in values]) == pytest.approx(rate, abs=3 * spread)
    assert np.mean([v.ci_low <= rate <= v.ci_high for v in values]) >= 0.93


def test_a_lost_face_is_counted_neither_as_away_nor_closed_nor_still() -> None:
    """Of what could be seen, nothing was away, closed or moving; the loss alone must not say so."""
    played = play(film(61, lambda t: Child() if t % 3 < 2.2 else None, hz=15))
    for measure, expected in (
        ("facing_screen", 100),
        ("gaze_screen", 100),
        ("eyes_closed_time", 0),
        ("smile_time", 0),
    ):
        value = played.window(measure, 60_000)
        assert value.value == pytest.approx(expected)
        assert value.valid_fraction < 0.75
    moving = play(
        film(
            61,
            lambda t: Child(body=(0.05 * math.sin(4 * t), 0)) if t % 6 < 4 else None,
            hz=15,
        )
    )
    shown = moving.window("movement_head", 60_000)
    assert shown.value == pytest.approx(0.05 * 4 * 2 / math.pi, rel=0.15)
    assert shown.valid_fraction < 0.75


def test_windows_of_rates_say_how_much_was_measurable_and_why_not() -> None:
    played = play(film(62, lambda t: Child() if t % 10 < 4 else None, hz=15, body=False))
    for measure in ("blink_rate", "look_away_rate", "nod_rate"):
        value = played.window(measure, 60_000)
        assert math.isnan(value.value)
        assert value.reasons == ("too_little_time", "no_face")


def test_a_registry_without_measures_has_empty_windows() -> None:
    """As the benchmark of the engine alone plays it."""
    windows = Windows((), REGISTRY.reasons)
    windows.move_to(0)
    windows.move_to(1000)
    assert windows.window(1000, [], frozenset()).values == ()
