"""The same film seen less often, and how far the measures then differ."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from synthetic import Child, film

from agent.measures.registry import REGISTRY
from agent.observation import Observation
from agent.validation.least_rates import Study, difference, found_again
from agent.validation.thinning import thinned, with_fewer_poses

pytestmark = pytest.mark.unit

BLINK = REGISTRY.events[REGISTRY.index_of_event("blink")]
MOVING = REGISTRY.measures[REGISTRY.index_of_measure("mouth_moving")]
YAW = REGISTRY.measures[REGISTRY.index_of_measure("head_yaw")]


def moved(observations: list[Observation]) -> list[Observation]:
    """The picture moved by a hundredth of its width up to each pose."""
    shifts = np.full((33, 2), 0.01, np.float32)
    return [
        seen if seen.pose is None else replace(seen, pose=replace(seen.pose, shifts=shifts))
        for seen in observations
    ]


def shifted(observations: list[Observation]) -> float:
    return sum(float(o.pose.shifts[0, 0]) for o in observations if o.pose is not None)


@pytest.mark.parametrize("phase", [0.0, 0.5])
def test_a_camera_of_fewer_pictures_sees_the_newest_at_each_tick(phase: float) -> None:
    whole = moved(list(film(4, hz=30)))
    less = list(thinned(whole, 15, phase))
    first = int(2 * phase)
    assert [o.t_ms for o in less] == [o.t_ms for o in whole[first::2]]
    poses = [o.pose.t_ms for o in less if o.pose is not None]
    assert poses == [o.pose.t_ms for o in whole if o.pose is not None][: len(poses)]
    assert len(poses) >= 4 * 8 - 1


def test_a_gap_is_not_made_up_for() -> None:
    whole = [o for o in film(4, hz=30) if not 1000 <= o.t_ms < 2000]
    after = [o.t_ms for o in thinned(whole, 10, 0.0) if o.t_ms >= 2000]
    assert np.diff(after).min() >= 90


def test_poses_that_are_left_out_leave_what_the_picture_moved() -> None:
    whole = moved(list(film(8)))
    less = list(with_fewer_poses(whole, 4, 0.0))
    assert [o.t_ms for o in less] == [o.t_ms for o in whole]
    assert sum(o.pose is not None for o in less) == pytest.approx(32, abs=1)
    assert shifted(less) == pytest.approx(shifted(whole), abs=0.02)


def test_what_thinning_changes_is_told_and_what_it_does_not_is_not() -> None:
    """Lips at 8 Hz are lost at 8 pictures a second; the head's angle and slow blinks are not."""

    def child(t: float) -> Child:
        closed = 0.6 * (t % 4 < 0.3)
        mouth = 0.15 + 0.13 * math.sin(16 * math.pi * t)
        return Child(yaw=20 * math.sin(t / 5), mouth=mouth, blink=(0.1 + closed,) * 2)

    study = Study([list(film(61, child, hz=30))], (8.0,))
    (phases,) = study.thinned_by(thinned)
    assert difference(YAW, phases) in ("0 %", "1 %")
    assert float(difference(MOVING, phases).removesuffix(" pt")) > 20
    assert found_again(BLINK, phases).startswith("4")
