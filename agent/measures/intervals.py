"""95 % confidence intervals, for all measures of a window at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, stdtrit

Floats = NDArray[np.float64]

_TAIL = 0.025
_Z = 1.959964
_CONSTANT = 0.5  # correlation of seconds that were all alike, which show none
_MOST = 0.95


def poisson(counts: Floats) -> tuple[Floats, Floats]:
    """Exact interval of a count (Garwood, 1936)."""
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1), _TAIL), 0.0)
    return low, gammaincinv(counts + 1, 1 - _TAIL)


def student(mean: Floats, variance: Floats, independent: Floats) -> tuple[Floats, Floats]:
    """Of a mean of batches with this variance, worth so many independent ones."""
    half = stdtrit(independent - 1, 1 - _TAIL) * np.sqrt(variance / independent)
    return mean - half, mean + half


def wilson(share: Floats, independent: Floats) -> tuple[Floats, Floats]:
    """Of a share (0-1) of so many independent looks (Wilson, 1927)."""
    z2 = _Z**2 / independent
    centre = (share + z2 / 2) / (1 + z2)
    half = _Z / (1 + z2) * np.sqrt(share * (1 - share) / independent + z2 / (4 * independent))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def independent_batches(batches: Floats, correlation: Floats) -> Floats:
    """How many independent batches so many correlated ones (lag 1) are worth; 2 at least.

    In a short series the correlation reads (1 + 3 rho) / n too small (Kendall, 1954). NaN: all
    batches were alike.
    """
    unbiased = correlation + (1 + 3 * correlation) / np.maximum(batches, 1.0)
    rho = np.clip(np.where(np.isnan(correlation), _CONSTANT, unbiased), 0.0, _MOST)
    return np.asarray(np.maximum(batches * (1 - rho) / (1 + rho), 2.0))
