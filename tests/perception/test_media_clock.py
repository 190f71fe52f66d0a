from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.perception.media_clock import MediaClock

pytestmark = pytest.mark.unit


def test_starts_at_0_and_follows_the_media_clock() -> None:
    clock = MediaClock()
    stamps = [clock.stamp(us) for us in (7_000_000, 7_041_666, 7_083_333, 9_000_000)]
    assert stamps == [0, 41, 83, 2000]


def test_frames_of_one_millisecond_stay_apart() -> None:
    clock = MediaClock()
    assert [clock.stamp(us) for us in (0, 100, 100, 50, 5_000)] == [0, 1, 2, 3, 5]


def test_another_clock_goes_on_where_the_last_one_stopped() -> None:
    clock = MediaClock()
    clock.stamp(50_000_000)
    clock.stamp(60_000_000)
    assert clock.stamp(1_000, elapsed_ms=40) == 10_040
    assert clock.stamp(34_000) == 10_073


@pytest.mark.parametrize("leap_us", [3_600_000_000, -3_600_000_000])
def test_a_clock_that_leaps_an_hour_moves_media_time_by_what_has_passed(leap_us: int) -> None:
    clock = MediaClock()
    assert clock.stamp(5_000_000_000) == 0
    assert clock.stamp(5_000_040_000, elapsed_ms=41) == 40
    assert clock.stamp(5_000_080_000 + leap_us, elapsed_ms=39) == 79
    assert clock.stamp(5_000_120_000 + leap_us, elapsed_ms=44) == 119


def test_a_pause_and_a_late_delivery_are_no_leap() -> None:
    clock = MediaClock()
    clock.stamp(0)
    assert clock.stamp(600_000_000, elapsed_ms=600_010) == 600_000
    assert clock.stamp(603_000_000, elapsed_ms=40) == 603_000, "three seconds came in one go"


@given(st.lists(st.integers(-(2**62), 2**62), min_size=2))
def test_whatever_comes_time_goes_forward(stamps: list[int]) -> None:
    clock = MediaClock()
    t_ms = [clock.stamp(us) for us in stamps]
    assert t_ms[0] == 0
    assert all(before < after for before, after in pairwise(t_ms))
