"""Jerks put into a still face are offered for review; blinks, speech and smiles are not."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from playing import Played, play
from synthetic import Child, film

from agent.measures.face_regions import REGIONS
from agent.observation import Observation

pytestmark = pytest.mark.unit

IOD = 90 / 640  # of the picture's width


def bump(t: float, at: Iterable[float], lasts_s: float) -> float:
    """Raised cosines of height 1."""
    since = next((t - start for start in at if 0 <= t - start < lasts_s), None)
    return 0.0 if since is None else 0.5 * (1 - math.cos(2 * math.pi * since / lasts_s))


def moved(observation: Observation, region: str, size: float, way: np.ndarray) -> Observation:
    """The region's landmarks shifted by so many distances between the outer eye corners."""
    assert observation.face is not None
    landmarks = observation.face.landmarks.copy()
    landmarks[list(REGIONS[region])] += (size * IOD * way).astype(np.float32)
    return replace(observation, face=replace(observation.face, landmarks=landmarks))


UP, ASIDE = np.array((0, -4 / 3, 0)), np.array((1, 0, 0))


def jerking(
    region: str,
    at: Iterable[float],
    *,
    lasts_s: float = 0.35,
    size: float = 0.08,
    way: np.ndarray = UP,
    child: Callable[[float], Child] = lambda t: Child(),
) -> Played:
    return play(
        moved(o, region, size * bump(o.t_ms / 1000, at, lasts_s), way)
        for o in film(50, child, hz=30, noise=0.0002, body=False, seed=5)
    )


TIMES = (8.0, 15.0, 23.0, 31.0, 40.0)


@pytest.mark.parametrize("region", ["brows", "cheeks", "mouth"])
def test_a_jerk_is_told_from_the_third_time_on(region: str) -> None:
    played = jerking(region, TIMES)
    told = played.over(f"brief_movement_{region}")
    assert [e.onset_ms for e in told] == pytest.approx([23_030, 31_030, 40_030], abs=110)
    assert [e.amplitude for e in told] == pytest.approx([0.08] * 3, rel=0.25)
    assert {e.kind for e in played.events} <= {f"brief_movement_{region}"}
    assert played.summary["brief_movement_rate"].n == 3


@pytest.mark.parametrize("period_s", [0.5, 0.8])
def test_jerks_in_a_row_are_each_told(period_s: float) -> None:
    played = jerking("brows", [20 + i * period_s for i in range(10)], lasts_s=0.3)
    assert len(played.over("brief_movement_brows")) == 8


def test_movements_that_differ_are_not_repeated() -> None:
    """Up, then aside, then up: only two are alike."""
    both = jerking("brows", (8.0, 31.0))
    assert not both.over("brief_movement_brows")
    frames = film(50, hz=30, noise=0.0002, body=False, seed=5)
    mixed = (
        moved(
            moved(o, "brows", 0.08 * bump(o.t_ms / 1000, (8.0, 31.0), 0.35), UP),
            "brows",
            0.08 * bump(o.t_ms / 1000, (15.0, 23.0), 0.35),
            ASIDE,
        )
        for o in frames
    )
    assert not play(mixed).over("brief_movement_brows")


def test_slow_or_tiny_movements_are_not_brief_jerks() -> None:
    assert not jerking("brows", TIMES, lasts_s=2.0).over("brief_movement_brows")
    assert not jerking("brows", TIMES, size=0.01).over("brief_movement_brows")


def test_blinks_are_not_among_them() -> None:
    def blinking(t: float) -> Child:
        closed = bump(t, np.arange(4, 50, 3), 0.25)
        return Child(blink=(0.1 + 0.5 * closed,) * 2, lids=1 - 0.9 * closed)

    played = play(film(50, blinking, hz=30, noise=0.0002, body=False))
    assert len(played.over("blink")) >= 14
    assert not {e.kind for e in played.events} - {"blink"}


def test_speech_is_not_among_them() -> None:
    """Syllables at 4 Hz for 2 s of every 5."""

    def talking(t: float) -> Child:
        return Child(mouth=0.05 + (0.15 * math.sin(2 * math.pi * 4 * t) ** 2) * (t % 5 < 2))

    played = play(film(50, talking, hz=30, noise=0.0002, body=False))
    assert played.summary["mouth_moving"].value > 20
    assert not [e for e in played.events if e.kind.startswith("brief_")]


def test_a_smile_or_a_yawn_is_not_brief() -> None:
    def yawning(t: float) -> Child:
        return Child(
            mouth=0.02 + 0.7 * bump(t, TIMES, 2.5), smile=(0.05 + bump(t, TIMES, 2.5),) * 2
        )

    played = play(film(50, yawning, hz=30, noise=0.0002, body=False))
    assert not [e for e in played.events if e.kind.startswith("brief_")]


def test_it_needs_20_pictures_a_second() -> None:
    played = play(film(10, hz=15, body=False))
    assert played.window("brief_movement_rate", 10_000).reasons[-1] == "too_few_frames" or (
        played.window("brief_movement_rate", 10_000).reasons == ("window_too_short",)
    )
    assert math.isnan(played.summary["brief_movement_rate"].value)
