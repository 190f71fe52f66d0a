"""How long blinks of known length last, at rates that can and cannot tell."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from playing import Played, play
from synthetic import Child, film

from agent.measures.results import Quality

pytestmark = pytest.mark.unit

DEPTH = 0.5


def blinking(lasts_s: float, every_s: float = 2.0) -> Callable[[float], Child]:
    """Raised cosines from the third second on, as deep in both eyes."""

    def child(t: float) -> Child:
        since = t % every_s
        closed = since < lasts_s and t >= 3
        level = DEPTH * 0.5 * (1 - math.cos(2 * math.pi * since / lasts_s)) if closed else 0.0
        return Child(blink=(0.1 + level, 0.1 + level))

    return child


def between_thresholds_s(lasts_s: float) -> float:
    """From 0.15 above rest to a third of the peak."""

    def reached(level: float) -> float:
        return math.acos(1 - 2 * level / DEPTH) / (2 * math.pi) * lasts_s

    return lasts_s - reached(0.15) - reached(0.33 * DEPTH)


def seen(lasts_s: float, hz: float, **how: Any) -> Played:
    return play(film(62, blinking(lasts_s), hz=hz, body=False, **how))


@pytest.mark.parametrize("hz", [25.0, 30.0])
@pytest.mark.parametrize("lasts_s", [0.25, 0.4])
def test_the_mean_duration_of_blinks(lasts_s: float, hz: float) -> None:
    value = seen(lasts_s, hz, jitter=0.3, drop=0.05, seed=1).window("blink_duration", 60_000)
    assert value.value == pytest.approx(between_thresholds_s(lasts_s), abs=0.02)
    assert value.n >= 24
    assert value.ci_low < value.value < value.ci_high
    assert value.ci_high - value.ci_low < 0.03


def test_pictures_too_far_apart_give_the_rate_but_not_the_duration() -> None:
    played = seen(0.25, 20.0)
    assert played.window("blink_rate", 60_000).n >= 24
    duration = played.window("blink_duration", 60_000)
    assert math.isnan(duration.value)
    assert duration.reasons == ("too_few_frames", "too_little_time")


def test_the_median_interval_decides_not_the_mean_rate() -> None:
    """Short breaks lower the mean rate; the pictures between them follow fast enough."""
    blinks = blinking(0.25)
    pauses = [o for o in film(62, blinks, hz=30, body=False) if o.t_ms % 1500 < 1100]
    value = play(pauses).window("blink_duration", 60_000)
    assert value.quality is not Quality.NOT_MEASURABLE


def test_no_blink_has_no_duration() -> None:
    value = play(film(62, hz=30, body=False)).window("blink_duration", 60_000)
    assert math.isnan(value.value)
    assert (value.n, value.reasons) == (0, ("none_yet",))
