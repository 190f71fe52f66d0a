"""Sample entropy over scales (Richman & Moorman 2000, Costa et al. 2002)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

TEMPLATE = 2  # m
TOLERANCE = 0.15  # r, of the whole signal's standard deviation


def coarse_grained(signal: Floats, scale: int) -> Floats:
    """Means of consecutive stretches."""
    whole = len(signal) // scale * scale
    return np.asarray(signal[:whole].reshape(-1, scale).mean(axis=1))


def sample_entropy(signal: Floats, radius: float) -> float:
    """−ln of the chance that what matches for TEMPLATE samples matches for one more.

    NaN when there are too few matches to say.
    """
    templates = np.lib.stride_tricks.sliding_window_view(signal, TEMPLATE + 1)
    longer = _matches(templates, radius)
    shorter = _matches(templates[:, :TEMPLATE], radius)
    return -math.log(longer / shorter) if longer and shorter else math.nan


def _matches(templates: Floats, radius: float) -> int:
    """Pairs no farther apart than radius in any coordinate."""
    tree = cKDTree(templates)
    ordered_pairs = int(tree.count_neighbors(tree, radius, p=np.inf))
    return (ordered_pairs - len(templates)) // 2
