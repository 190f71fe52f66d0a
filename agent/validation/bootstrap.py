"""Intervals by resampling blocks of time, for what happens in a video hangs together in time.

Every statistic here is a function of sums over time. So a resample is a weighted sum of blocks,
and the interval is the percentile interval of the statistic over the resamples (Efron & Tibshirani
1993; blocks: Künsch 1989).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.validation.frames import Float64

BLOCK_MS = 10_000
SHORTEST_BLOCK_MS = 1000
FEWEST_BLOCKS = 10  # a short video gets shorter blocks
RESAMPLES = 2000
SEED = 20_260_101
LOW, HIGH = 2.5, 97.5
LEAST_DEFINED = 0.5  # of the resamples, for an interval

Statistics = Callable[[Float64], Float64]  # (..., sums) to (..., statistics), NaN: undefined


@dataclass(frozen=True, slots=True)
class Estimate:
    """NaN where it is not defined; the 95 % interval also where there is too little for one."""

    value: float
    low: float
    high: float


def block_ms(lasts_ms: float) -> float:
    return max(SHORTEST_BLOCK_MS, min(BLOCK_MS, lasts_ms / FEWEST_BLOCKS))


def block_sums(t_ms: NDArray[np.float64], parts: Float64, lasts_ms: float) -> Float64:
    """(blocks, sums) of `parts` (n, sums) that happened at t_ms (n,)."""
    length = block_ms(lasts_ms)
    blocks = max(1, int(np.ceil(lasts_ms / length)))
    sums = np.zeros((blocks, parts.shape[1]))
    np.add.at(sums, np.clip((t_ms // length).astype(np.intp), 0, blocks - 1), parts)
    return sums


def estimates(sums: Float64, statistics: Statistics) -> tuple[Estimate, ...]:
    """Of the whole, with intervals from resampled blocks (blocks, sums)."""
    whole = statistics(sums.sum(axis=0))
    lows, highs = _intervals(sums, statistics)
    return tuple(
        Estimate(float(value), float(low), float(high))
        for value, low, high in zip(whole, lows, highs, strict=True)
    )


def _intervals(sums: Float64, statistics: Statistics) -> tuple[Float64, Float64]:
    blocks = len(sums)
    chosen = np.random.default_rng(SEED).multinomial(
        blocks, np.full(blocks, 1 / blocks), size=RESAMPLES
    )
    resampled = statistics(chosen @ sums)
    limits = np.full((2, resampled.shape[1]), np.nan)
    for place, column in enumerate(resampled.T):
        defined = column[np.isfinite(column)]
        if blocks > 1 and len(defined) >= LEAST_DEFINED * RESAMPLES:
            limits[:, place] = np.percentile(defined, (LOW, HIGH))
    return limits[0], limits[1]
