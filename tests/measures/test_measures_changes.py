"""Another person, another camera, a command: what is known of before, and what is not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from playing import play
from synthetic import Child, film

from agent.measures.results import BaselineState
from agent.observation import Observation, SelectPerson

pytestmark = pytest.mark.unit

CHANGE_S = 20.0


def changing(frames: Iterable[Observation], unseen_s: float = 0.0) -> Iterator[Observation]:
    """Person 1, then for a while nobody's face, then person 2."""
    for o in frames:
        t_s = o.t_ms / 1000
        if o.face is not None and CHANGE_S <= t_s < CHANGE_S + unseen_s:
            yield replace(o, face=None)
        elif o.face is not None:
            yield replace(o, face=replace(o.face, person=1 if t_s < CHANGE_S else 2))
        else:
            yield o


def turned(frames: Iterable[Observation]) -> Iterator[Observation]:
    """The tablet is held upright from the change on."""
    for o in frames:
        if o.t_ms < 1000 * CHANGE_S:
            yield o
        else:
            yield replace(o, width=o.height, height=o.width)


@pytest.mark.parametrize("unseen_s", [0.2, 1.0])
@pytest.mark.parametrize("camera", ["another", "turned"])
def test_before_another_camera_the_usual_is_stale_whenever_the_child_is_found(
    unseen_s: float, camera: str
) -> None:
    if camera == "another":
        frames = film(23, hz=15, track=lambda t: int(t >= CHANGE_S))
    else:
        frames = turned(film(23, hz=15))
    played = play(changing(frames, unseen_s))
    found = next(i for i, t in enumerate(played.times_ms) if t >= 1000 * (CHANGE_S + unseen_s))
    smile = played.frames[found + 1]["smile"]
    assert smile.baseline_state is BaselineState.STALE
    assert smile.value == pytest.approx(0, abs=0.02)


def test_another_person_has_no_hands_or_body_until_they_are_seen() -> None:
    at_face = Child(wrists=((0.5, 0.75), (0.28, 0.95)))
    frames = (
        replace(o, pose=None, hands=None) if o.t_ms >= 1000 * CHANGE_S else o
        for o in film(21, lambda t: at_face, hz=15)
    )
    played = play(changing(frames))
    assert played.frames[round(CHANGE_S * 15) - 1]["hand_on_face"].value == 100
    after = played.frames[round(CHANGE_S * 15) + 1]
    assert after["hand_on_face"].reasons == ("no_hands_result",)
    assert after["hand_raised"].reasons == ("no_body",)


def test_another_person_does_not_rock_with_the_first() -> None:
    rocking = lambda t: Child(body=(0.15 * math.sin(1.6 * math.pi * t), 0) if t < 20 else (0, 0))  # noqa: E731
    played = play(changing(film(24, rocking)))
    assert played.frames[19 * 30]["rocking_time"].value == 100
    after = [f["rocking_time"].value for f in played.frames[round(CHANGE_S * 30) + 1 :]]
    assert all(math.isnan(value) for value in after)
    assert all(e.onset_ms < 1000 * CHANGE_S for e in played.over("body_rocking"))


def test_a_stretch_of_facing_is_one_persons() -> None:
    played = play(changing(film(31, hz=15, body=False)))
    assert played.window("facing_longest", 10_000).value == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize("number", [1, 77])
def test_selecting_the_patient_or_nobody_keeps_what_is_usual(number: int) -> None:
    commands = {150: (SelectPerson(number),)}
    played = play(film(12, hz=15, commands=commands))
    assert played.frames[155]["smile"].baseline_state is BaselineState.READY
    assert not math.isnan(played.frames[155]["eye_openness"].value)
