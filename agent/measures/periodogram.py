"""The strongest frequency in a short, irregularly sampled signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FOLD_MARGIN_HZ = 0.2
LEAST_BAND_HZ = 0.5  # a narrower band finds its peak at its own edge
AS_WELL = 0.8  # of the peak's amplitude
ALIKE_HALVES = 0.9


@dataclass(frozen=True, slots=True)
class Peak:
    hz: float
    amplitude: float  # half of peak to peak, of the sinusoid at the peak
    concentration: float  # share of the power near it


NO_RHYTHM = Peak(0.0, 0.0, 0.0)


def strongest(
    times_s: Floats, levels: Floats, band_hz: tuple[float, float], fastest_hz: float, near_hz: float
) -> Peak | None:
    """Of a signal with no movement faster than fastest_hz, after a straight line was taken out.

    The amplitude at a frequency is the Hann-weighted Fourier sum over the samples' own times, each
    of which stands for the time around it. (The weighted fit of scipy's lombscargle reads some
    peaks a third off ours, at twice the cost.)

    None when the sampling cannot tell the band, or when a rhythm too fast for it explains the
    samples as well. Amplitude 0 when the strongest lies outside the band. The concentration is the
    share of the power, up to half the sampling rate, that lies within near_hz of the peak.
    """
    span = times_s[-1] - times_s[0]
    rate = _rate(times_s)
    told_hz = highest_told_hz(rate, fastest_hz)
    if told_hz < band_hz[0] + LEAST_BAND_HZ:
        return None
    t = times_s - times_s[0]
    levels = levelled(t, levels)
    window = (0.5 - 0.5 * np.cos(2 * np.pi * t / span)) * np.gradient(t)
    grid = np.arange(0.25 / span, fastest_hz, 0.25 / span)
    phase = np.exp(-2j * np.pi * np.outer(grid, t))
    # Summed without BLAS, whose threads would spin for a product this small.
    amplitude = 2 * np.abs((phase * (window * levels)).sum(axis=1)) / window.sum()
    peak = int(amplitude[grid <= told_hz].argmax())
    faster = amplitude[grid > told_hz]
    if faster.size and faster.max() >= AS_WELL * amplitude[peak]:
        return None
    if not band_hz[0] <= grid[peak] <= band_hz[1]:
        return NO_RHYTHM
    power = amplitude**2 * (grid <= 0.5 * rate)
    near = np.abs(grid - grid[peak]) <= near_hz
    share = float(power[near].sum() / power.sum()) if power.any() else 0.0
    return Peak(_refined(grid, amplitude, peak), float(amplitude[peak]), share)


def _rate(times_s: Floats) -> float:
    """Of the slower half, where they differ: hands are looked at more often once they move."""
    first, last = times_s[0], times_s[-1]
    middle = int(np.searchsorted(times_s, (first + last) / 2))
    before, after = times_s[middle] - first, last - times_s[middle - 1]
    slower = min(middle / before, (len(times_s) - middle) / after)
    mean = (len(times_s) - 1) / (last - first)
    return float(mean if slower > ALIKE_HALVES * mean else slower)


def levelled(t: Floats, levels: Floats) -> Floats:
    """Less the straight line that fits best."""
    t, levels = t - t.mean(), levels - levels.mean()
    slope: float = (t * levels).sum() / (t * t).sum()
    return levels - slope * t


def _refined(grid: Floats, amplitude: Floats, peak: int) -> float:
    """The top of the parabola through the peak and its neighbours."""
    if not 0 < peak < len(grid) - 1:
        return float(grid[peak])
    before, here, after = amplitude[peak - 1 : peak + 2].tolist()
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend else 0.0
    return float(grid[peak] + max(-0.5, min(0.5, shift)) * (grid[1] - grid[0]))


def highest_told_hz(rate_hz: float, fastest_hz: float) -> float:
    """Up to which frequency a rate can be believed, of movements no faster than fastest_hz.

    2.5 samples a cycle are needed; and what is faster than half the rate must not fold down into
    what is told.
    """
    return min(rate_hz / 2.5, rate_hz - fastest_hz - FOLD_MARGIN_HZ)
