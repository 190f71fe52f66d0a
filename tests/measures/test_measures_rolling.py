"""The running median and the baselines, against the whole history."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.measures.baseline import Baseline, DecayingHistogram
from agent.measures.results import BaselineState
from agent.measures.rolling_median import RollingMedian

pytestmark = pytest.mark.unit


@given(st.lists(st.floats(0, 0.999), min_size=1, max_size=200), st.integers(1, 60))
def test_rolling_median_is_the_median_of_the_last_samples(samples: list[float], last: int) -> None:
    rolling = RollingMedian(last, 0.0, 1.0, 500)
    for t_ms, sample in enumerate(samples):
        rolling.add(t_ms, sample)
    kept = samples[-last:]
    assert len(rolling) == len(kept)
    low, high = np.quantile(kept, 0.5, method="lower"), np.quantile(kept, 0.5, method="higher")
    assert low - 0.003 <= rolling.value <= high + 0.003


def test_rolling_median_forgets_when_cleared() -> None:
    rolling = RollingMedian(1000, 0.0, 1.0, 100)
    for t_ms in range(50):
        rolling.add(t_ms, 0.9)
    rolling.clear()
    rolling.add(60, 0.2)
    assert rolling.value == pytest.approx(0.2, abs=0.011)


@given(st.floats(0.05, 0.95))
def test_histogram_quantiles(share: float) -> None:
    histogram = DecayingHistogram(0.0, 1.0, 200)
    rng = np.random.default_rng(1)
    levels = rng.beta(2, 5, 1500)
    for level in levels:
        histogram.add(float(level), 1 / 30)
    assert histogram.quantile(share) == pytest.approx(np.quantile(levels, share), abs=0.02)


def test_histogram_forgets_with_its_half_life() -> None:
    histogram = DecayingHistogram(0.0, 1.0, 100)
    for _ in range(600):
        histogram.add(0.2, 1.0)
    for _ in range(600):  # two half-lives: a quarter of the weight is left
        histogram.add(0.8, 1.0)
    assert histogram.quantile(0.5) == pytest.approx(0.8, abs=0.02)
    assert histogram.mode(reach=2) == pytest.approx(0.805, abs=0.01)


def test_histogram_stays_finite_over_days() -> None:
    histogram = DecayingHistogram(0.0, 1.0, 10)
    for _ in range(200_000):
        histogram.add(0.5, 1.0)
    assert np.isfinite(sum(histogram.seconds))


def state_of(baseline: Baseline) -> BaselineState:
    return baseline.state


def test_baseline_learns_then_is_ready_then_stale_until_it_learned_again() -> None:
    baseline = Baseline(0.1, 0.0, 1.0, ready_s=2.0)
    assert state_of(baseline) is BaselineState.LEARNING
    for _ in range(70):
        baseline.learn(0.3, 1 / 30)
    assert state_of(baseline) is BaselineState.READY
    assert baseline.value == pytest.approx(0.3, abs=0.01)
    baseline.doubt(stranger=False)
    assert state_of(baseline) is BaselineState.STALE
    assert baseline.value == pytest.approx(0.3, abs=0.01)
    for _ in range(70):
        baseline.learn(0.3, 1 / 30)
    assert state_of(baseline) is BaselineState.READY
    baseline.restart()
    assert state_of(baseline) is BaselineState.LEARNING
