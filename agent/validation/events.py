"""Agreement on events: how many were found, how many invented, and for how much of the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from agent.measures.events import EventKind
from agent.validation.bootstrap import Estimate, block_sums, estimates
from agent.validation.event_labels import EventLabels, LabelledEvent
from agent.validation.findings import Found, FoundEvent
from agent.validation.frames import Float64, FrameTimes
from agent.validation.matching import match

ALL_BY_CHANCE = 1 - 1e-9
LEAST_MEASURABLE = 0.5  # of a labelled event's time, for it to be findable

# The sums that everything is made of: counts, and ms by (labelled, found).
FOUND, MISSED, INVENTED, BOTH, LABELLED_ONLY, FOUND_ONLY, NEITHER = range(7)
SUMS = 7
MS_PER_MINUTE = 60_000

Spans = Iterable[LabelledEvent | FoundEvent]


class Outcome(StrEnum):
    MISSED = "missed"
    INVENTED = "false"
    OUTSIDE = "not measurable"


@dataclass(frozen=True, slots=True)
class Failure:
    outcome: Outcome
    onset_ms: float
    offset_ms: float
    line: int | None  # of the label
    reason: str = ""  # why it was not measurable


@dataclass(frozen=True, slots=True)
class EventAgreement:
    kind: EventKind
    labelled: int  # events in the file
    measurable: int  # of them
    correct: int
    missed: int  # of the measurable
    invented: int
    coverage: float  # share of the material's time that was measurable, 0-1
    precision: Estimate
    recall: Estimate
    f1: Estimate
    kappa: Estimate  # over measurable time
    failures: tuple[Failure, ...]
    labelled_ms: Float64  # (n, 2) onset and offset
    found_ms: Float64
    measurable_ms: Float64  # (n, 2) stretches
    sums: Float64  # (blocks of time, SUMS)

    @property
    def name(self) -> str:
        return self.kind.id

    @property
    def compared(self) -> int:
        return self.labelled


def event_agreement(
    kind: EventKind, labels: EventLabels, found: Found, tolerance_ms: float
) -> EventAgreement:
    """Found events that match, or lie in, a label outside measurable time count for nothing."""
    labelled = [event for event in labels.events if event.kind == kind.id]
    seen = [event for event in found.events if event.kind == kind.id]
    measurable = found.measurable(kind.measure_id)
    frames = found.frames
    pairs = match(_times(labelled), _times(seen), tolerance_ms)
    findable = np.array([_is_measurable(frames, measurable, event) for event in labelled], bool)
    missed = [e for i, e in enumerate(labelled) if findable[i] and i not in pairs[:, 0]]
    outside = [e for i, e in enumerate(labelled) if not findable[i]]
    correct = [labelled[i] for i, _ in pairs if findable[i]]
    invented = [e for j, e in enumerate(seen) if j not in pairs[:, 1] and not _touches(e, outside)]
    sums = _sums(frames, correct, missed, invented) + _time_sums(
        frames, measurable, event_mask(frames, labelled), event_mask(frames, seen)
    )
    precision, recall, f1, kappa = estimates(sums, _statistics)
    return EventAgreement(
        kind=kind,
        labelled=len(labelled),
        measurable=int(findable.sum()),
        correct=len(correct),
        missed=len(missed),
        invented=len(invented),
        coverage=float(frames.lasts_ms[measurable].sum() / frames.lasts_ms.sum()),
        precision=precision,
        recall=recall,
        f1=f1,
        kappa=kappa,
        failures=tuple(_failures(found, kind, missed, invented, outside)),
        labelled_ms=_times(labelled),
        found_ms=_times(seen),
        measurable_ms=_stretches(frames, measurable),
        sums=sums,
    )


def pooled(agreements: Iterable[EventAgreement]) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Precision, recall, F1 and κ of several materials as if they were one."""
    sums = np.concatenate([agreement.sums for agreement in agreements])
    precision, recall, f1, kappa = estimates(sums, _statistics)
    return precision, recall, f1, kappa


def rate_bias(agreements: Iterable[EventAgreement]) -> Estimate:
    """Events found − labelled, per measurable minute."""
    sums = np.concatenate([agreement.sums for agreement in agreements])
    (bias,) = estimates(sums, _too_many_a_minute)
    return bias


def _too_many_a_minute(sums: Float64) -> Float64:
    with np.errstate(divide="ignore", invalid="ignore"):
        minutes = sums[..., BOTH:].sum(axis=-1) / MS_PER_MINUTE
        return np.asarray((sums[..., INVENTED] - sums[..., MISSED]) / minutes)[..., None]


def event_mask(frames: FrameTimes, events: Spans) -> NDArray[np.bool_]:
    """(frames,) in which one of the events goes on."""
    mask = np.zeros(len(frames.t_ms), bool)
    for event in events:
        mask[frames.within(event.onset_ms, event.offset_ms)] = True
    return mask


def _statistics(sums: Float64) -> Float64:
    """(..., SUMS) to precision, recall, F1 and Cohen's kappa of time."""
    found, missed, invented = sums[..., FOUND], sums[..., MISSED], sums[..., INVENTED]
    cells = sums[..., BOTH:]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack(
            (
                found / (found + invented),
                found / (found + missed),
                2 * found / (2 * found + missed + invented),
                _kappa(cells),
            ),
            axis=-1,
        )


def _kappa(cells: Float64) -> Float64:
    """Of (..., 4): both, labelled only, found only, neither. NaN where chance explains all."""
    total = cells.sum(axis=-1)
    both, labelled_only, found_only, neither = np.moveaxis(cells, -1, 0)
    agreed = (both + neither) / total
    labelled, found = (both + labelled_only) / total, (both + found_only) / total
    by_chance = labelled * found + (1 - labelled) * (1 - found)
    kappa: Float64 = np.where(
        by_chance < ALL_BY_CHANCE, (agreed - by_chance) / (1 - by_chance), np.nan
    )
    return kappa


def _times(events: Spans) -> Float64:
    return np.array([(e.onset_ms, e.offset_ms) for e in events], np.float64).reshape(-1, 2)


def _is_measurable(frames: FrameTimes, measurable: NDArray[np.bool_], event: LabelledEvent) -> bool:
    within = frames.within(event.onset_ms, event.offset_ms)
    lasts = frames.lasts_ms[within]
    return bool(lasts[measurable[within]].sum() >= LEAST_MEASURABLE * lasts.sum())


def _touches(event: FoundEvent, others: list[LabelledEvent]) -> bool:
    return any(
        event.onset_ms < other.offset_ms and other.onset_ms < event.offset_ms for other in others
    )


def _sums(frames: FrameTimes, correct: Spans, missed: Spans, invented: Spans) -> Float64:
    sums = block_sums(np.empty(0), np.empty((0, SUMS)), frames.end_ms)
    for column, events in ((FOUND, correct), (MISSED, missed), (INVENTED, invented)):
        onsets = _times(events)[:, 0]
        counts = np.zeros((len(onsets), SUMS))
        counts[:, column] = 1
        sums += block_sums(onsets, counts, frames.end_ms)
    return sums


def _time_sums(
    frames: FrameTimes,
    measurable: NDArray[np.bool_],
    labelled: NDArray[np.bool_],
    found: NDArray[np.bool_],
) -> Float64:
    parts = np.zeros((len(frames.t_ms), SUMS))
    cells = ((True, True), (True, False), (False, True), (False, False))
    for column, (is_labelled, is_found) in enumerate(cells, start=BOTH):
        here = measurable & (labelled == is_labelled) & (found == is_found)
        parts[here, column] = frames.lasts_ms[here]
    return block_sums(frames.t_ms.astype(np.float64), parts, frames.end_ms)


def _failures(
    found: Found,
    kind: EventKind,
    missed: list[LabelledEvent],
    invented: list[FoundEvent],
    outside: list[LabelledEvent],
) -> Iterator[Failure]:
    for event in missed:
        yield Failure(Outcome.MISSED, event.onset_ms, event.offset_ms, event.line)
    for false in invented:
        yield Failure(Outcome.INVENTED, false.onset_ms, false.offset_ms, None)
    for event in outside:
        within = found.frames.within(event.onset_ms, event.offset_ms)
        reasons = Counter(filter(None, found.reasons[kind.measure_id][within]))
        reason = reasons.most_common(1)[0][0] if reasons else ""
        yield Failure(Outcome.OUTSIDE, event.onset_ms, event.offset_ms, event.line, reason)


def _stretches(frames: FrameTimes, mask: NDArray[np.bool_]) -> Float64:
    """(n, 2) begin and end of the stretches in which the mask holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    ends = np.append(frames.t_ms, frames.end_ms).astype(np.float64)
    return ends[edges].reshape(-1, 2)
