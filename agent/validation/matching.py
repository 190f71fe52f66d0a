"""Which found event is which labelled one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from agent.validation.frames import Float64

LEAST_OVERLAP = 0.5  # of the time that either takes up (intersection over union)
_NEVER = 1e12


def match(labelled: Float64, found: Float64, tolerance_ms: float) -> NDArray[np.intp]:
    """(pairs, 2) places in `labelled` (n, 2) and `found` (m, 2), both onset and offset in ms.

    Two events match when they share half of the time that they take up together, or when onset
    and offset both are at most tolerance_ms apart. Each matches one other at most: as many pairs
    as can be, and of these the pairs nearest in time (an optimal assignment).
    """
    if not len(labelled) or not len(found):
        return np.empty((0, 2), np.intp)
    onset_apart = np.abs(labelled[:, None, 0] - found[None, :, 0])
    offset_apart = np.abs(labelled[:, None, 1] - found[None, :, 1])
    near = (onset_apart <= tolerance_ms) & (offset_apart <= tolerance_ms)
    alike = near | (_overlap(labelled, found) >= LEAST_OVERLAP)
    rows, columns = linear_sum_assignment(np.where(alike, onset_apart + offset_apart, _NEVER))
    pairs = np.column_stack((rows, columns))
    matched: NDArray[np.intp] = pairs[alike[rows, columns]]
    return matched


def _overlap(labelled: Float64, found: Float64) -> Float64:
    """(n, m) intersection over union, 0-1; 0 for events without length."""
    latest_onset = np.maximum(labelled[:, None, 0], found[None, :, 0])
    first_offset = np.minimum(labelled[:, None, 1], found[None, :, 1])
    shared = np.maximum(0.0, first_offset - latest_onset)
    lengths = (labelled[:, 1] - labelled[:, 0])[:, None] + (found[:, 1] - found[:, 0])[None, :]
    union = lengths - shared
    overlap: Float64 = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return overlap
