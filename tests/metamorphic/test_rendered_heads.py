"""Photographed faces turned by known angles: what is read of them, and when they look away."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import pytest
from changing import faces
from perceiving import CAMERA_HZ, Image
from rendering import TurningHead
from turned_heads import ROLL, TURNS, angle_errors, head, watched

pytestmark = pytest.mark.unit


def test_the_angles_of_turned_faces() -> None:
    errors = [angle_errors(name) for name in faces()]
    error = np.concatenate(errors)
    yaw = np.tile([yaw for yaw, _, _ in TURNS], len(errors))
    assert not np.isnan(error).any()
    assert np.abs(error).mean(axis=0).max() < 2.5
    assert np.abs(error.mean(axis=0)).max() < 1.5
    for at in (30, 45):
        inward = error[yaw == -at, 0].mean() - error[yaw == at, 0].mean()
        assert abs(inward) / 2 < 0.05 * at, "turned heads are not read as turned less"
    assert abs(error[yaw == 0, 1].mean()) < 1.0, "nor level ones as bowed"


def test_the_angles_of_faces_with_a_childs_proportions() -> None:
    turns = tuple(product((-45, -30, 0, 30, 45), (-10, 10), (ROLL,)))
    error = np.concatenate(
        [angle_errors(name, turns, young=True) for name in ("photograph", "clip")]
    )
    assert np.abs(error).mean(axis=0).max() < 2.5
    assert np.abs(error.mean(axis=0)).max() < 1.5


Turn = tuple[float, float, float, float]  # from, to (seconds), and yaw, pitch in degrees

ASIDE: tuple[Turn, ...] = (
    (4.0, 5.0, 40, 0),
    (7.0, 9.0, -40, 0),
    (10.5, 12.0, 33, 10),
    (13.5, 14.3, -50, 0),
    (16.0, 18.0, 0, -28),
)
LITTLE: tuple[Turn, ...] = ((4.0, 6.0, 15, 0), (7.0, 9.0, -15, 0), (10.0, 12.0, 0, -8))
TURNING_S = 0.3


def film(of: TurningHead, turns: tuple[Turn, ...]) -> list[Image]:
    """A head that sways by three degrees, and takes 0.3 s to turn and to come back."""
    at: Callable[[int, int], Image] = cache(of.at)
    images = []
    for t in np.arange(0, turns[-1][1] + 3, 1 / CAMERA_HZ):
        yaw, pitch = 3 * np.sin(t), 0.0
        for begin, end, to_yaw, to_pitch in turns:
            share = np.clip(min(t - begin, end - t) / TURNING_S, 0, 1)
            yaw, pitch = yaw + share * (to_yaw - yaw), pitch + share * (to_pitch - pitch)
        images.append(at(round(yaw), round(pitch)))
    return images


@pytest.mark.parametrize("name", ["talking", "in a car"])
def test_a_face_that_turns_aside_or_bows_looks_away(name: str) -> None:
    away = watched(film(head(name), ASIDE)).over("look_away")
    found = [(event.onset_ms / 1000, event.offset_ms / 1000) for event in away]
    print(f"\n  {name}: {found}")
    assert len(found) == len(ASIDE)
    for (onset, offset), (begin, end, _, _) in zip(found, ASIDE, strict=True):
        assert begin < onset < begin + TURNING_S + 0.15
        assert end - TURNING_S < offset < end + 0.15


def test_a_face_that_turns_a_little_does_not() -> None:
    played = watched(film(head("photograph"), LITTLE))
    assert not played.events
    assert played.window("facing_screen", 10_000).value == 100
