"""What others measure, and when, changes nothing: a shared detector knows its own needs."""

from __future__ import annotations

import math
from collections.abc import Collection
from types import ModuleType

import numpy as np
import pytest
from playing import Played, measured, play
from synthetic import Child, Picture, film

from agent.measures.declarations import Measure
from agent.measures.events import EventKind
from agent.measures.labels import Reason
from agent.measures.registry import REGISTRY, Registry
from agent.observation import Observation

pytestmark = pytest.mark.unit

HAND_AT_THE_FACE = ((0.5, 0.55), (0.28, 0.95))


def only(measures: Collection[str]) -> Registry:
    some = ModuleType("some")
    declared: tuple[Measure | EventKind | Reason, ...] = (
        *(m for m in REGISTRY.measures if m.id in measures),
        *(e for e in REGISTRY.events if e.measure_id in ("", *measures)),
        *REGISTRY.reasons,
    )
    for declaration in declared:
        setattr(some, f"{type(declaration).__name__}_{declaration.id}", declaration)
    return Registry((some,))


@pytest.fixture(scope="module")
def eventful() -> list[Observation]:
    """Light from one side, a hand at the face, and a camera that is moved."""

    def child(t: float) -> Child:
        return Child(
            yaw=10 * math.sin(t),
            lids=0.4 if 4 <= t < 8 else 1.0,
            mouth=0.15 + 0.13 * math.sin(6 * math.pi * t) if 8 <= t < 11.5 else 0.02,
            wrists=HAND_AT_THE_FACE if 9 <= t < 11 else Child.wrists,
            centre=(0.5 + 0.02 * math.sin(3 * t), 0.45),
        )

    def picture(t: float) -> Picture:
        return Picture(uneven=0.8 * (4 <= t < 8), background=0.6 * (13 <= t < 13.4))

    return list(film(16, child, hz=24, picture=picture, noise=0.0003, hands_hz=8))


@pytest.fixture(scope="module")
def together(eventful: list[Observation]) -> Played:
    return play(eventful)


@pytest.mark.parametrize(
    "measure", ["eye_openness", "mouth_moving", "head_movement", "head_acceleration"]
)
def test_a_measure_alone_says_what_it_says_among_all(
    measure: str, eventful: list[Observation], together: Played
) -> None:
    alone = play(eventful, only({measure})).series(measure)
    assert len(measured(alone)) > 100
    np.testing.assert_array_equal(alone, together.series(measure))


@pytest.mark.parametrize("measure", ["movement_body", "movement_left_arm"])
def test_a_camera_that_moved_between_two_poses_moves_no_body(measure: str) -> None:
    def jolted(t: float) -> Child:
        aside = 0.1 * (t >= 5.2)
        return Child(body=(aside, 0.0), centre=(0.5 + aside / 3, 0.45))

    picture = lambda t: Picture(background=0.6 * (5.15 <= t < 5.25))  # noqa: E731
    played = play(film(8, jolted, hz=24, picture=picture))
    speeds = [f[measure].value for t, f in zip(played.times_ms, played.frames, strict=True)]
    assert max(measured(speeds)) < 0.05


def test_a_mouth_that_a_hand_hides_is_left_out_while_the_brows_are_looked_at() -> None:
    """Its complexity begins anew after the hand, which hid it in the 61st second."""

    def child(t: float) -> Child:
        return Child(wrists=HAND_AT_THE_FACE) if 60 <= t < 61 else Child()

    seen = film(100, child, hz=24, noise=0.0003, hands_hz=8)
    played = play(seen, only({"complexity_brows", "complexity_mouth"}))
    assert measured([played.last("complexity_brows").value])
    assert played.last("complexity_mouth").reasons == ("not_long_enough",)
