"""The figures, against worked examples and other people's code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from agent.measures.registry import REGISTRY
from agent.validation import TOLERANCE_MS
from agent.validation.bootstrap import block_ms, block_sums, estimates
from agent.validation.event_labels import KINDS, EventLabels, LabelledEvent
from agent.validation.events import EventAgreement, Outcome, event_agreement
from agent.validation.findings import Found, FoundEvent
from agent.validation.frames import Float64, FrameTimes
from agent.validation.matching import match
from agent.validation.value_labels import ValueLabels
from agent.validation.values import ValueAgreement, value_agreement

pytestmark = pytest.mark.unit

Spans = list[tuple[int, int]]
NOWHERE = Path("labels.csv")


def found_with(
    events: Spans = (),  # type: ignore[assignment]
    *,
    kind: str = "blink",
    values: Float64 | None = None,
    seconds: float = 100.0,
    hz: float = 25.0,
    dark: Spans = (),  # type: ignore[assignment]
) -> Found:
    """What is measurable everywhere, except in the dark stretches."""
    measure = KINDS[kind].measure_id
    t_ms = np.arange(0, seconds * 1000, 1000 / hz).round().astype(np.int64)
    of_frame = np.zeros(len(t_ms)) if values is None else values
    lit = ~np.any([(t_ms >= a) & (t_ms < b) for a, b in dark], axis=0) if dark else t_ms >= 0
    return Found(
        frames=FrameTimes(t_ms),
        values={measure: np.where(lit, of_frame, np.nan)},
        reasons={measure: ["" if here else "too_dark" for here in lit]},
        events=tuple(FoundEvent(kind, a, b) for a, b in events),
        faces=np.full((len(t_ms), 4), np.nan, np.float32),
    )


def agreement(
    labelled: Spans, found: Found, *, kind: str = "blink", tolerance_ms: float = TOLERANCE_MS
) -> EventAgreement:
    events = tuple(LabelledEvent(i + 2, kind, a, b) for i, (a, b) in enumerate(labelled))
    labels = EventLabels(NOWHERE, (KINDS[kind],), events)
    return event_agreement(KINDS[kind], labels, found, tolerance_ms)


# Which is which


def pairs(labelled: Spans, found: Spans, tolerance_ms: float = TOLERANCE_MS) -> list[list[int]]:
    matched = match(
        np.array(labelled, float).reshape(-1, 2),
        np.array(found, float).reshape(-1, 2),
        tolerance_ms,
    )
    return sorted(matched.tolist())


def test_events_near_in_time_match() -> None:
    assert pairs([(1000, 1150)], [(1290, 1440)]) == [[0, 0]]
    assert pairs([(1000, 1150)], [(1310, 1400)]) == []
    assert pairs([(1000, 1150)], [(1000, 1451)]) == []  # the offset is too far
    assert pairs([(1000, 1150)], [(1310, 1400)], tolerance_ms=310) == [[0, 0]]


def test_long_events_match_by_what_they_share() -> None:
    assert pairs([(0, 10_000)], [(3000, 12_000)]) == [[0, 0]]  # 7 of 12 s
    assert pairs([(0, 10_000)], [(5000, 15_000)]) == []  # 5 of 15 s


def test_each_event_matches_one_other() -> None:
    assert len(pairs([(0, 10_000)], [(0, 5200), (5300, 10_000)])) == 1
    assert len(pairs([(1000, 1100)], [(900, 1000), (1100, 1200)])) == 1


def test_as_many_match_as_can() -> None:
    """The nearest pair first would leave the others alone."""
    assert pairs([(0, 100), (280, 380)], [(250, 350), (560, 660)]) == [[0, 0], [1, 1]]


def test_nothing_matches_nothing() -> None:
    assert pairs([], [(0, 1)]) == []
    assert pairs([(0, 1)], []) == []


# Events


def test_precision_recall_and_f1() -> None:
    labelled = [(t, t + 120) for t in range(5000, 85_000, 10_000)]  # 8
    seen = [*labelled[:6], (90_000, 90_120), (1000, 1120)]  # 6 right, 2 false
    result = agreement(labelled, found_with(seen))
    assert (result.correct, result.missed, result.invented) == (6, 2, 2)
    assert result.precision.value == 6 / 8
    assert result.recall.value == 6 / 8
    assert result.f1.value == 0.75
    assert result.coverage == 1
    assert [f.line for f in result.failures if f.outcome is Outcome.MISSED] == [8, 9]


def test_kappa_of_time_is_cohens() -> None:
    """Cohen's own form: 45 % both, 15 % and 25 % one only, 15 % neither (κ = 0.1304)."""
    result = agreement([(0, 60_000)], found_with([(15_000, 85_000)]))
    both, only_labelled, only_found, neither = 0.45, 0.15, 0.25, 0.15
    observed = both + neither
    by_chance = 0.6 * 0.7 + 0.4 * 0.3
    assert both + only_labelled + only_found + neither == pytest.approx(1)
    assert result.kappa.value == pytest.approx((observed - by_chance) / (1 - by_chance), abs=1e-3)
    assert result.kappa.value == pytest.approx(0.1304, abs=1e-3)


def test_perfect_agreement_and_none() -> None:
    assert agreement([(0, 50_000)], found_with([(0, 50_000)])).kappa.value == pytest.approx(1)
    opposite = agreement([(0, 50_000)], found_with([(50_000, 100_000)]))
    assert opposite.kappa.value == pytest.approx(-1)
    assert opposite.f1.value == 0
    nothing = agreement([], found_with())
    assert np.isnan(nothing.f1.value)
    assert np.isnan(nothing.kappa.value)


def test_what_could_not_be_measured_is_told_apart() -> None:
    dark = [(40_000, 60_000)]
    labelled = [(10_000, 10_120), (45_000, 45_120), (50_000, 50_120)]
    result = agreement(labelled, found_with([(10_000, 10_120)], dark=dark))
    assert (result.labelled, result.measurable) == (3, 1)
    assert (result.correct, result.missed, result.invented) == (1, 0, 0)
    assert result.coverage == pytest.approx(0.8)
    outside = [f for f in result.failures if f.outcome is Outcome.OUTSIDE]
    assert [(f.line, f.reason) for f in outside] == [(3, "too_dark"), (4, "too_dark")]


def test_a_long_event_half_in_the_dark_can_still_be_missed() -> None:
    result = agreement([(30_000, 49_000)], found_with(dark=[(40_000, 60_000)]))
    assert (result.measurable, result.missed) == (1, 1)


def test_what_is_found_in_a_label_that_was_not_measurable_is_not_false() -> None:
    found = found_with([(59_500, 61_000)], dark=[(40_000, 60_500)], kind="smile")
    result = agreement([(45_000, 61_000)], found, kind="smile")
    assert (result.measurable, result.invented) == (0, 0)


def test_pieces_of_one_label_are_not_all_right() -> None:
    found = found_with([(0, 30_000), (31_000, 50_000)], kind="smile")
    result = agreement([(0, 50_000)], found, kind="smile")
    assert (result.correct, result.invented) == (1, 1)
    assert result.kappa.value > 0.95


# Values


def values(label: Float64, value: Float64, seconds: float = 100.0) -> ValueAgreement:
    yaw = next(m for m in REGISTRY.measures if m.id == "head_yaw")
    hz = len(value) / seconds
    t_ms = (np.arange(len(value)) * 1000 / hz).round().astype(np.int64)
    found = Found(
        frames=FrameTimes(t_ms),
        values={"head_yaw": value},
        reasons={"head_yaw": [""] * len(value)},
        events=(),
        faces=np.full((len(value), 4), np.nan, np.float32),
    )
    rows = len(label)
    labels = ValueLabels(
        path=NOWHERE,
        columns=(yaw,),
        lines=tuple(range(2, rows + 2)),
        place="",
        places=np.arange(rows, dtype=float),
        values=label.reshape(-1, 1),
    )
    return value_agreement(0, labels, found.frames, found)


def test_error_bias_and_limits_by_hand() -> None:
    """Errors 1, -1, 3, 1: bias 1, mean absolute 1.5, SD √(8/3)."""
    result = values(np.array([10.0, 20, 30, 40]), np.array([11.0, 19, 33, 41]), seconds=4)
    assert result.mae.value == pytest.approx(1.5)
    assert result.bias.value == pytest.approx(1.0)
    half = 1.96 * np.sqrt(8 / 3)
    assert result.lower.value == pytest.approx(1 - half)
    assert result.upper.value == pytest.approx(1 + half)


def test_limits_hold_95_percent_of_the_errors() -> None:
    rng = np.random.default_rng(3)
    label = rng.uniform(-40, 40, 20_000)
    result = values(label, label + rng.normal(1.5, 2.0, 20_000))
    assert result.bias.value == pytest.approx(1.5, abs=0.05)
    assert result.mae.value == pytest.approx(stats.foldnorm.mean(1.5 / 2, scale=2), abs=0.05)
    inside = (result.error > result.lower.value) & (result.error < result.upper.value)
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


def test_only_pairs_count_and_the_rest_is_coverage() -> None:
    label = np.array([1.0, 2, np.nan, 4, 5])
    value = np.array([1.0, np.nan, 3, np.nan, 6])
    result = values(label, value, seconds=5)
    assert (result.labelled, result.pairs, result.coverage) == (4, 2, 0.5)
    assert result.mae.value == 0.5
    assert result.line.tolist() == [2, 6]


def test_no_pair_gives_no_figure() -> None:
    result = values(np.array([1.0, 2]), np.array([np.nan, np.nan]), seconds=2)
    assert np.isnan([result.mae.value, result.bias.low, result.upper.value]).all()
    assert result.coverage == 0


# Intervals


def test_blocks_hold_what_happened_in_them() -> None:
    sums = block_sums(np.array([0.0, 9999, 10_000, 95_000, 200_000]), np.ones((5, 1)), 100_000)
    assert sums[:, 0].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert block_ms(3_600_000) == 10_000
    assert block_ms(20_000) == 2000
    assert block_ms(3000) == 1000


def test_the_interval_is_scipys() -> None:
    """Percentile bootstrap of a mean over blocks that hold as much each."""
    blocks = np.random.default_rng(5).gamma(2.0, size=40)
    (mean,) = estimates(np.column_stack((np.ones(40), blocks)), lambda s: s[..., 1:] / s[..., :1])
    theirs = stats.bootstrap(
        (blocks,), np.mean, n_resamples=20_000, method="percentile", rng=1
    ).confidence_interval
    assert mean.value == pytest.approx(blocks.mean())
    assert mean.low == pytest.approx(theirs.low, abs=0.03)
    assert mean.high == pytest.approx(theirs.high, abs=0.03)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Recall of 0.8 in 200 made-up videos of 90 events; the percentile interval is a bit narrow."""
    rng = np.random.default_rng(7)
    times_ms = np.arange(0, 90_000, 1000, dtype=np.float64)
    covered = 0
    for _ in range(200):
        hits = rng.random(90) < 0.8
        sums = block_sums(times_ms, np.column_stack((hits, ~hits)).astype(np.float64), 90_000)
        (recall,) = estimates(sums, lambda s: s[..., :1] / s.sum(axis=-1, keepdims=True))
        covered += recall.low <= 0.8 <= recall.high
    assert 0.85 <= covered / 200 <= 0.99


def test_intervals_are_the_same_each_time() -> None:
    labelled = [(t, t + 120) for t in range(5000, 95_000, 3000)]
    first, second = (agreement(labelled, found_with(labelled[::2])) for _ in range(2))
    assert first.recall == second.recall
    assert first.recall.low < first.recall.value < first.recall.high


def test_one_block_gives_no_interval() -> None:
    result = agreement([(100, 200)], found_with([(100, 200)], seconds=0.9))
    assert result.f1.value == 1
    assert np.isnan(result.f1.low)
