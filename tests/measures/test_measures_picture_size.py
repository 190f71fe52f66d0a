"""One scene in pictures of changing sizes, as a weak line makes them: nothing moves but pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from synthetic import Child, film

from agent.measures.analyser import Analyser
from agent.measures.results import Quality
from agent.observation import Observation

pytestmark = pytest.mark.unit

IN_PIXELS = {"eye_distance"}  # of the picture as it is


def lively(t: float) -> Child:
    blinking = 0.9 if t % 2 < 0.15 else 0.1
    swaying = 0.5 + 0.03 * math.sin(2 * t)
    return Child(
        yaw=15 * math.sin(t),
        blink=(blinking, blinking),
        centre=(swaying, 0.4),
        body=(0.05 * math.sin(3 * t), 0.0),
    )


def in_sizes(sizes: tuple[int, ...], every: int) -> Iterator[Observation]:
    """All large enough for every detail, for what is too small to be seen is another matter."""
    for number, seen in enumerate(film(20, child=lively)):
        times = sizes[number // every % len(sizes)]
        yield replace(seen, width=seen.width * times, height=seen.height * times)


def results(
    observations: Iterable[Observation],
) -> tuple[dict[str, tuple[float, Quality]], list[tuple[str, int]]]:
    analyser = Analyser()
    events = []
    for seen in observations:
        happened = analyser.update(seen).events
        events += [(event.kind, event.onset_ms) for event in happened]
    whole = analyser.finish()
    return {value.measure: (value.value, value.quality) for value in whole.values}, events


@pytest.mark.parametrize("every", [1, 7, 45])
def test_no_measure_takes_a_change_of_the_pictures_size_for_movement(every: int) -> None:
    wanted, wanted_events = results(in_sizes((2,), 1))
    got, got_events = results(in_sizes((2, 4, 3), every))
    assert got_events == wanted_events
    for measure, (value, quality) in wanted.items():
        if measure not in IN_PIXELS:
            assert got[measure][1] == quality, measure
            assert got[measure][0] == pytest.approx(value, rel=1e-3, abs=1e-4, nan_ok=True), measure


def test_a_picture_of_another_shape_begins_anew() -> None:
    """Twice as wide, the same landmarks are elsewhere: nothing is carried over."""
    seen = list(film(20, child=lively))
    wider = [replace(one, width=2 * one.width) for one in seen[len(seen) // 2 :]]
    analyser = Analyser()
    for one in seen[: len(seen) // 2]:
        analyser.update(one)
    (first, second) = (analyser.update(one) for one in wider[:2])
    for analysis in (first, second):
        values = {value.measure: value for value in analysis.values}
        assert math.isnan(values["head_movement"].value)
