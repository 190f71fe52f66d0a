"""Real hands of the clips, played to and fro at a known frequency.

What is seen is real but for how it is sampled: a camera would blur the fast ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from perceiving import TALKING_FACE, Image, clip, perception
from playing import Played, play

from agent.observation import Frame, Observation

pytestmark = pytest.mark.unit

CAMERA_HZ = 25
RESTS_S = 1.2
OTHER_FACE = "cap12_edit.webm"

# Of each movement the first and the last picture in its clip.
LOOPS = {
    "reaches to the chin": (OTHER_FACE, 1150, 1176),
    "rises a little": (OTHER_FACE, 1143, 1154),
    "other hand arrives": (OTHER_FACE, 1082, 1092),
    "comes to the mouth": (TALKING_FACE, 59, 64),
    "slides along the mouth": (TALKING_FACE, 70, 84),
}


def to_and_fro(pictures: Sequence[Image], hz: float, seconds: float) -> list[Image]:
    """The hand rests before it begins."""
    middle = (len(pictures) - 1) / 2
    phases = (2 * math.pi * hz * i / CAMERA_HZ for i in range(round(seconds * CAMERA_HZ)))
    moving = [pictures[round(middle - middle * math.cos(phase))] for phase in phases]
    return [pictures[0]] * round(RESTS_S * CAMERA_HZ) + moving


def seen(loop: str, hz: float, seconds: float) -> list[Observation]:
    name, first, last = LOOPS[loop]
    images = to_and_fro(clip(name, last + 1)[first:], hz, seconds)
    with perception() as watching:
        return [
            watching.observe(Frame(image, round(i * 1e6 / CAMERA_HZ), None, 0, 0))
            for i, image in enumerate(images)
        ]


def told_hz(played: Played) -> set[float]:
    found = played.series("hand_repetition_frequency")
    return {hz for hz in found if not math.isnan(hz)}


@pytest.mark.parametrize(
    ("loop", "hz", "seconds"),
    [
        ("reaches to the chin", 0.5, 8),
        ("other hand arrives", 1.3, 4),
        ("slides along the mouth", 2.1, 4),
        ("rises a little", 3.6, 4),
        ("comes to the mouth", 5.0, 4),
    ],
)
def test_the_rhythm_of_a_hand(loop: str, hz: float, seconds: float) -> None:
    observations = seen(loop, hz, seconds)
    moving = [o for o in observations if o.t_ms > 1000 * RESTS_S + 500]
    assert sum(o.hands is not None for o in moving) > 0.95 * len(moving), "on every frame"
    played = play(observations)
    found = told_hz(played)
    assert found, "it is told"
    assert all(abs(value - hz) <= 0.2 for value in found)


def test_a_hand_that_is_lost_where_it_turns_has_no_rhythm_rather_than_a_wrong_one() -> None:
    played = play(seen("reaches to the chin", 5.0, 4))
    assert not any(abs(hz - 5) > 0.2 for hz in told_hz(played))
    assert not any(value == 0 for value in played.series("hand_repetition_time")[75:])
