"""Labels that count from another beginning: one shift of all that explains why few were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.validation.agreement import Judged
from agent.validation.events import EventAgreement
from agent.validation.frames import Float64
from agent.validation.matching import match

FURTHEST_MS = 30_000
STEP_MS = 20
LEAST_EVENTS = 4  # fewer fit some shift by chance
LEAST_FOUND = 0.7  # of the labelled events, with the shift
MOST_FOUND_WITHOUT = 0.5  # of those found with it
SAME_MS = 60  # as where the picture begins


@dataclass(frozen=True, slots=True)
class Shift:
    by_ms: int  # to be added to the labels' times
    found: int  # labelled events that are found then
    found_without: int
    labelled: int


def constant_shift(judged: Judged, tolerance_ms: float) -> Shift | None:
    """None when the labels fit as they are, or no shift makes them."""
    kinds = [agreement for agreement in judged if isinstance(agreement, EventAgreement)]
    labelled = sum(len(kind.labelled_ms) for kind in kinds)
    if labelled < LEAST_EVENTS:
        return None
    found_without = _matched(kinds, 0, tolerance_ms)
    apart = np.concatenate([*_apart(kinds), np.empty(0)])
    if not len(apart):
        return None
    by_ms = _commonest(apart, tolerance_ms)
    found = _matched(kinds, by_ms, tolerance_ms)
    if found < LEAST_FOUND * labelled or found_without > MOST_FOUND_WITHOUT * found:
        return None
    return Shift(by_ms, found, found_without, labelled)


def shift_sentences(
    labels: Path, shift: Shift | None, picture_starts_ms: int | None, shift_s: float = 0.0
) -> Iterator[str]:
    """`shift_s`: what was added to the times already."""
    if shift is None:
        return
    way = "later" if shift.by_ms > 0 else "earlier"
    why = "they seem to count from another beginning"
    option = f"--shift-s {shift_s + shift.by_ms / 1000:.2f}"
    if picture_starts_ms and abs(shift.by_ms + picture_starts_ms) <= SAME_MS:
        why = f"the picture begins {picture_starts_ms / 1000:.2f} s after the file does"
        option = "--times-from file"
    yield (
        f"If all times in {labels.name} were {abs(shift.by_ms) / 1000:.2f} s {way}, "
        f"{shift.found} of {shift.labelled} events would be found instead of "
        f"{shift.found_without}: {why}. See {option}."
    )


def _apart(kinds: Iterable[EventAgreement]) -> Iterator[Float64]:
    """From each labelled onset to each one found of its kind, ms."""
    for kind in kinds:
        apart = kind.found_ms[None, :, 0] - kind.labelled_ms[:, None, 0]
        yield apart[np.abs(apart) <= FURTHEST_MS]


def _commonest(apart: Float64, tolerance_ms: float) -> int:
    """The middle of the span of twice the tolerance that holds most of them."""
    middles = np.unique(np.round(apart / STEP_MS)) * STEP_MS
    ordered = np.sort(apart)
    counts = np.searchsorted(ordered, middles + tolerance_ms, "right") - np.searchsorted(
        ordered, middles - tolerance_ms
    )
    best = middles[counts == counts.max()]
    middle = best[np.argmin(np.abs(best))]
    near = ordered[np.abs(ordered - middle) <= tolerance_ms]
    return round(float(np.median(near)))


def _matched(kinds: Iterable[EventAgreement], by_ms: float, tolerance_ms: float) -> int:
    return sum(len(match(kind.labelled_ms + by_ms, kind.found_ms, tolerance_ms)) for kind in kinds)
