"""All that the labels say about what was found."""

from __future__ import annotations

from agent.validation import TOLERANCE_MS
from agent.validation.event_labels import EventLabels
from agent.validation.events import EventAgreement, event_agreement
from agent.validation.findings import Found
from agent.validation.frames import FrameTimes
from agent.validation.labels import Labels
from agent.validation.values import ValueAgreement, value_agreement

Judged = tuple[EventAgreement, ...] | tuple[ValueAgreement, ...]


def judge(
    labels: Labels, frames: FrameTimes, found: Found, tolerance_ms: float = TOLERANCE_MS
) -> Judged:
    """One agreement for each kind of event, or for each column of values.

    `frames` are the material's, against which the labels were checked.
    """
    if isinstance(labels, EventLabels):
        return tuple(event_agreement(kind, labels, found, tolerance_ms) for kind in labels.kinds)
    columns = range(len(labels.columns))
    return tuple(value_agreement(place, labels, frames, found) for place in columns)
