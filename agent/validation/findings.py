"""What the measures find in the material: their values frame by frame, and the events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent.measures.analyser import Analyser
from agent.measures.declarations import Measure, Over
from agent.measures.registry import REGISTRY
from agent.measures.results import Event, Value
from agent.observation import Observation
from agent.offline.analysed_session import Progress, no_progress
from agent.validation.frames import Float64, FrameTimes
from agent.validation.material import Material

Box = tuple[float, float, float, float]  # normalised left, top, right, bottom
NO_BOX: Box = (math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class FoundEvent:
    kind: str
    onset_ms: int
    offset_ms: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    frames: FrameTimes  # those that were analysed
    values: dict[str, Float64]  # by measure, (frames,), NaN: withheld
    reasons: dict[str, list[str]]  # by measure, one for each frame, empty when not withheld
    events: tuple[FoundEvent, ...]  # by onset
    faces: NDArray[np.float32]  # (frames, 4) boxes, NaN: none

    def measurable(self, measure_id: str) -> NDArray[np.bool_]:
        return np.isfinite(self.values[measure_id])


def look_at(material: Material, measures: Sequence[str], progress: Progress = no_progress) -> Found:
    """The measures work as they do in `epedicare analyze`."""
    notes = _Notes(measures)
    registry = REGISTRY.changed(_shown)
    with closing(material.parts(progress)) as parts:
        for offset_ms, observations in parts:
            analyser = Analyser(registry)
            for observation in observations:
                analysis = analyser.update(observation)
                notes.frame(observation, offset_ms, analysis.values)
                notes.happened(analysis.events, offset_ms)
            analyser.finish()
            notes.happened(analyser.closing_events, offset_ms)
            notes.end_part()
    return notes.found()


def _shown(measure: Measure) -> Measure:
    """Rates' samples shown for each frame, for they tell what was measurable."""
    as_it_is = measure.per_frame or measure.make is None
    return measure if as_it_is else replace(measure, over=Over.MEAN)


class _Notes:
    def __init__(self, measures: Sequence[str]) -> None:
        self._measures = frozenset(measures)
        self._t_ms: list[int] = []
        self._values: dict[str, list[float]] = {measure: [] for measure in measures}
        self._reasons: dict[str, list[str]] = {measure: [] for measure in measures}
        self._faces: list[Box] = []
        self._events: list[FoundEvent] = []
        self._going_on: dict[int, tuple[Event, int]] = {}  # with the part's offset in time

    def frame(self, observation: Observation, offset_ms: int, values: Sequence[Value]) -> None:
        self._t_ms.append(observation.t_ms + offset_ms)
        self._faces.append(_box(observation))
        for value in values:
            if value.measure in self._measures:
                self._values[value.measure].append(value.value)
                self._reasons[value.measure].append(value.reasons[0] if value.reasons else "")

    def happened(self, events: Sequence[Event], offset_ms: int) -> None:
        for event in events:
            if event.offset_ms is None:
                self._going_on[event.id] = (event, offset_ms)
                continue
            self._going_on.pop(event.id, None)
            self._keep(event, event.offset_ms, offset_ms)

    def end_part(self) -> None:
        """Ids begin anew with each part, and what was not ended lasted to its end."""
        for event, offset_ms in self._going_on.values():
            self._keep(event, self._t_ms[-1] - offset_ms, offset_ms)
        self._going_on.clear()

    def found(self) -> Found:
        return Found(
            frames=FrameTimes(np.array(self._t_ms)),
            values={measure: np.array(of) for measure, of in self._values.items()},
            reasons=self._reasons,
            events=tuple(sorted(self._events, key=lambda event: event.onset_ms)),
            faces=np.array(self._faces, np.float32),
        )

    def _keep(self, event: Event, end_ms: int, offset_ms: int) -> None:
        self._events.append(FoundEvent(event.kind, event.onset_ms + offset_ms, end_ms + offset_ms))


def _box(observation: Observation) -> Box:
    if observation.face is None:
        return NO_BOX
    points = observation.face.landmarks[:, :2]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
