"""What is drawn does not tremble, and does not lag behind."""

import numpy as np
import pytest

from agent.overlay.one_euro import OneEuroFilter

pytestmark = pytest.mark.unit


def test_the_display_filter_is_steady_at_rest_and_quick_in_motion() -> None:
    steady, quick = OneEuroFilter(1.7, 10.0), OneEuroFilter(1.7, 10.0)
    noise = np.random.default_rng(3).normal(0, 0.5, (200, 10, 2)).astype(np.float32)
    still = np.array([steady(points, 60.0, i * 40) for i, points in enumerate(noise)])
    assert still[50:].std() < 0.75 * noise[50:].std()
    moved = [quick(np.full((10, 2), 6.0 * i, np.float32), 60.0, i * 40) for i in range(25)]
    assert abs(moved[-1][0, 0] - 6.0 * 24) < 3.0  # half a frame of a fast movement


def test_the_display_filter_starts_afresh_after_a_gap() -> None:
    euro = OneEuroFilter(1.7, 10.0)
    euro(np.zeros((1, 2), np.float32), 60.0, 0)
    assert euro(np.full((1, 2), 90.0, np.float32), 60.0, 900)[0, 0] == 90.0
