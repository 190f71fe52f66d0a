"""A picture's own time stamp may leap; what is measured in time goes on as time passed."""

from __future__ import annotations

import pytest
from perceiving import perception, room

from agent.observation import Frame, Receipt

pytestmark = pytest.mark.unit

HOUR_US = 3_600_000_000


@pytest.mark.parametrize("leap_us", [HOUR_US, -HOUR_US])
def test_a_leap_of_an_hour_takes_no_time(leap_us: int) -> None:
    stamps_us = [2 * HOUR_US, 2 * HOUR_US + 100_000, 2 * HOUR_US + 200_000 + leap_us]
    with perception(live=True) as watching:
        times_ms = [
            watching.observe(
                Frame(room(320, 240), at_us, None, 0, 0, Receipt(500.0 + number / 10, number + 1))
            ).t_ms
            for number, at_us in enumerate(stamps_us)
        ]
    assert times_ms == [0, 100, 200]
