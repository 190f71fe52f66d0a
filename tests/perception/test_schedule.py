import math
from itertools import pairwise

import numpy as np
import pytest

from agent.observation import Frame, Receipt
from agent.perception.governor import Governor, Load
from agent.perception.rates import DroppedFrames, RateMeter
from agent.perception.schedule import STEPS, Cadence

pytestmark = pytest.mark.unit


def due_rate(camera_hz: float, hz: float, seconds: int = 60) -> float:
    cadence = Cadence()
    stamps = [int(1000 * i / camera_hz) for i in range(int(seconds * camera_hz))]
    return sum(cadence.due(t_ms, hz) for t_ms in stamps) / seconds


@pytest.mark.parametrize("camera_hz", [15, 23.976, 25, 30, 60])
@pytest.mark.parametrize("hz", [1, 5, 8, 12])
def test_a_cadence_keeps_its_rate_whatever_the_camera(camera_hz: float, hz: float) -> None:
    assert due_rate(camera_hz, hz) == pytest.approx(hz, rel=0.06)


def test_a_cadence_never_exceeds_the_camera_nor_catches_up_in_a_burst() -> None:
    assert due_rate(camera_hz=6, hz=8) == pytest.approx(6, rel=0.01)
    cadence = Cadence()
    assert cadence.due(0, 8)
    assert cadence.due(10_000, 8)
    assert not cadence.due(10_040, 8)


def test_steps_give_up_the_hands_before_the_pose_and_the_face_last() -> None:
    for before, after in pairwise(STEPS):
        assert after.hands_hz <= before.hands_hz
        assert after.moving_hands_hz <= before.moving_hands_hz
        assert after.pose_hz <= before.pose_hz
        assert after.face_hz <= before.face_hz
    first_face = next(i for i, step in enumerate(STEPS) if math.isfinite(step.face_hz))
    assert STEPS[first_face - 1].pose_hz < STEPS[0].pose_hz
    assert STEPS[-1].face_hz >= 12


def run(governor: Governor, busy: float, from_s: float, seconds: float) -> float:
    now_s = from_s
    while now_s < from_s + seconds:
        governor.update(now_s, busy)
        now_s += 0.04
    return now_s


def test_steps_down_soon_and_up_after_calm() -> None:
    governor = Governor()
    now_s = run(governor, 1.0, 0.0, 0.9)
    assert governor.step == 0, "a moment's load is not yet a reason"
    now_s = run(governor, 1.0, now_s, 3.0)
    assert 2 <= governor.step <= 4
    low = governor.step
    now_s = run(governor, 0.8, now_s, 20.0)
    assert governor.step == low, "neither busy nor calm"
    run(governor, 0.2, now_s, 60.0)
    assert governor.step == 0


def test_never_steps_beyond_the_last() -> None:
    governor = Governor()
    run(governor, 1.0, 0.0, 60.0)
    assert governor.step == len(STEPS) - 1


def test_a_machine_at_its_limit_does_not_swing() -> None:
    """One step down is calm, full rate is too much: it tries ever less often."""
    governor = Governor()
    changes, before, now_s = [], 0, 0.0
    while now_s < 600:
        governor.update(now_s, 1.0 if governor.step == 0 else 0.3)
        if governor.step != before:
            changes.append(now_s)
            before = governor.step
        now_s += 0.04
    assert len([t for t in changes if t > 300]) <= 12


def test_load_is_the_share_of_the_last_second() -> None:
    load = Load()
    for i in range(100):
        share = load.add(i * 0.04, i * 0.04 + 0.03)
    assert share == pytest.approx(0.75, abs=0.05)


def test_rates_are_those_achieved() -> None:
    meter = RateMeter(None)
    for i in range(240):
        t_ms = round(i * 1000 / 24)
        meter.face(t_ms, dropped=i // 4)
        if i % 3 == 0:
            meter.pose(t_ms)
        rates = meter.rates(t_ms, step=2)
    assert rates.face_hz == pytest.approx(24, rel=0.02)
    assert rates.pose_hz == pytest.approx(8, rel=0.02)
    assert rates.camera_hz == pytest.approx(30, rel=0.02)
    assert rates.hands_hz == 0
    assert (rates.dropped_frames, rates.step) == (59, 2)


def test_a_rate_that_stopped_falls() -> None:
    meter = RateMeter(None)
    for t_ms in range(0, 1000, 100):
        meter.hands(t_ms)
        meter.face(t_ms, 0)
    assert meter.rates(950, 0).hands_hz == pytest.approx(10)
    assert meter.rates(4000, 0).hands_hz < 3
    assert meter.rates(9000, 0).hands_hz == 0


def received(number: int, track: int = 1) -> Frame:
    return Frame(np.empty(0, np.uint8), 0, None, 0, track, Receipt(0.0, number))


def test_every_received_frame_that_is_not_observed_is_dropped() -> None:
    """Whether nobody fetched it, the machine had no time for it, or it could not be looked at."""
    dropped = DroppedFrames()
    assert [dropped.before(received(n)) for n in (1, 2, 4, 5, 9)] == [0, 0, 1, 1, 4]
    assert [dropped.before(received(n, track=2)) for n in (2, 3)] == [1, 1]


def test_a_file_drops_nothing() -> None:
    dropped = DroppedFrames()
    frame = Frame(np.empty(0, np.uint8), 0, None, 0, track=0)
    assert [dropped.before(frame) for _ in range(3)] == [0, 0, 0]
