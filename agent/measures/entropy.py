"""Sample entropy over scales (Richman & Moorman 2000, Costa et al. 2002)."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TEMPLATE = 2  # m
TOLERANCE = 0.15  # r, of the whole signal's standard deviation
PAIRS_A_STEP = 100_000  # half a millisecond


def coarse_grained(signal: Floats, scale: int) -> Floats:
    """Means of consecutive stretches."""
    whole = len(signal) // scale * scale
    return np.asarray(signal[:whole].reshape(-1, scale).mean(axis=1))


def sample_entropy(signal: Floats, radius: float) -> Generator[None, None, float]:
    """−ln of the chance that what matches for TEMPLATE samples matches for one more.

    Worked out in steps, for a caller who has other things to do; returned at the last. NaN when
    there are too few matches to say.
    """
    templates = len(signal) - TEMPLATE
    rows = max(1, PAIRS_A_STEP // templates)
    shorter = longer = 0
    for first in range(0, templates, rows):
        these, those = signal[first : first + rows + TEMPLATE], signal[first:]
        apart = these[:, None] - those
        near = np.abs(apart, out=apart) <= radius  # fresh memory costs more than the work
        match = near[:-2, :-2] & near[1:-1, 1:-1]
        shorter += _pairs(match)
        match &= near[2:, 2:]
        longer += _pairs(match)
        yield
    return -math.log(longer / shorter) if longer and shorter else math.nan


def _pairs(match: NDArray[np.bool_]) -> int:
    """Of each row with those after it: the first columns are the rows themselves."""
    rows = len(match)
    both_ways = int(np.count_nonzero(match[:, :rows]))
    return int(np.count_nonzero(match)) - (both_ways + rows) // 2
