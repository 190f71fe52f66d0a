"""Measures at work: one observation in, values, windows and events out.

A pure function of the observations so far: no clock, no file, no room. The same observations give
the same results, live, offline and from a log.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from types import MappingProxyType

from agent.measures import reasons
from agent.measures.catalogue.marks import MARK
from agent.measures.conditions import Condition, reasons_for
from agent.measures.declare import Landmarker, Measure, Over, Sampler
from agent.measures.registry import REGISTRY, Registry
from agent.measures.results import Analysis, BaselineState, Event, Quality, Value, Window
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.measures.windows import Windows
from agent.measures.words import Reason
from agent.perception.observation import Command, Mark, Observation

log = logging.getLogger(__name__)

COMFORTABLE_RATE = 1.5  # times the least: below it a value is usable, not good
LEAST_CREDIT_MS = 100  # what one sample may stand for, however fast frames come


Outcome = tuple[float, Quality, tuple[str, ...]]  # NaN with the ids of the reasons why
_FAILED: Outcome = (math.nan, Quality.NOT_MEASURABLE, (reasons.MEASURE_FAILED.id,))


class _Slot:
    """A measure, its sampler, and what the analyser asks of each frame before sampling."""

    __slots__ = (
        "comfortable_hz",
        "conditions",
        "held",
        "held_from_body",
        "held_unmet",
        "keeps_baseline",
        "measure",
        "minimum_hz",
        "rate",
        "sampler",
        "shown_per_frame",
    )

    def __init__(self, measure: Measure, scene: Scene) -> None:
        self.measure = measure
        self.sampler: Sampler | None = measure.make() if measure.make else None  # None: it failed
        # What the body shows changes only with a new look at it.
        self.held_from_body = measure.landmarker is not Landmarker.FACE
        self.held = _FAILED
        self.held_unmet = -1
        self.keeps_baseline = bool(self.sampler and self.sampler.keeps_baseline)
        self.conditions = int(measure.conditions)
        self.shown_per_frame = measure.over is not Over.RATE
        self.minimum_hz = measure.minimum_hz
        self.comfortable_hz = COMFORTABLE_RATE * measure.minimum_hz
        self.rate = {
            Landmarker.FACE: scene.face_rate,
            Landmarker.POSE: scene.pose_rate,
            Landmarker.HANDS: scene.hands_rate,
        }[measure.landmarker]


class Analyser:
    def __init__(self, registry: Registry = REGISTRY) -> None:
        self._registry = registry
        self._scene = Scene()
        self._slots = tuple(_Slot(m, self._scene) for m in registry.measures)
        self._counted = tuple(
            (place, registry.index_of_measure(m.counts.measure_id), m.counts)
            for place, m in enumerate(registry.measures)
            if m.counts
        )
        self._windows = Windows(registry.measures, registry.reasons)
        self._reason_place = {r.id: i for i, r in enumerate(registry.reasons, start=1)}
        self._failed: dict[str, str] = {}
        self.closing_events: tuple[Event, ...] = ()

    @property
    def failed(self) -> Mapping[str, str]:
        """Measures that raised and are off now, by id, with the exception's text."""
        return MappingProxyType(self._failed)

    def update(self, observation: Observation) -> Analysis:
        scene = self._scene
        scene.advance(observation)
        windows = tuple(self._window(ms) for ms in self._windows.move_to(scene.t_ms))
        if scene.interrupted:
            self._reset()
        for command in observation.commands:
            self._obey(command)
        values = self._sample_all()
        return Analysis(values, windows, scene.events.drain())

    def finish(self) -> Window:
        """The session's summary. What was still going on is ended in closing_events."""
        scene = self._scene
        scene.interruption = reasons.SESSION_ENDED
        self._reset()
        self.closing_events = scene.events.drain()
        return self._windows.finish(scene.t_ms, self._baseline_states(), frozenset(self._failed))

    def _window(self, window_ms: int) -> Window:
        return self._windows.window(window_ms, self._baseline_states(), frozenset(self._failed))

    def _baseline_states(self) -> list[BaselineState]:
        return [
            slot.sampler.baseline_state if slot.sampler else BaselineState.NONE
            for slot in self._slots
        ]

    def _reset(self) -> None:
        for slot in self._slots:
            if slot.sampler:
                try:
                    slot.sampler.reset(self._scene)
                except Exception as error:  # noqa: BLE001 (as in _sample_all)
                    self._switch_off(slot, error)

    def _obey(self, command: Command) -> None:
        if isinstance(command, Mark):
            t_ms = self._scene.t_ms
            self._scene.events.add(MARK, t_ms, offset_ms=t_ms, label=command.label)
            return
        for slot in self._slots:
            if slot.sampler:
                slot.sampler.restart_baseline(self._scene)

    def _sample_all(self) -> tuple[Value, ...]:
        values: list[Value] = []
        samples: list[float] = []
        qualities: list[int] = []
        places: list[int] = []
        for slot in self._slots:
            try:
                sample, quality, why = self._sample(slot)
            except Exception as error:  # noqa: BLE001 (one measure's fault must not stop the others)
                self._switch_off(slot, error)
                sample, quality, why = _FAILED
            samples.append(sample)
            qualities.append(quality)
            places.append(self._reason_place[why[0]] if why else 0)
            if slot.shown_per_frame:
                state = BaselineState.NONE
                if slot.keeps_baseline and slot.sampler:
                    state = slot.sampler.baseline_state
                values.append(
                    Value(slot.measure.id, sample, quality, why, None, None, None, None, state)
                )
        for place, source, kind in self._counted:
            measured = not math.isnan(samples[source])
            samples[place] = float(self._scene.events.counted_now(kind)) if measured else math.nan
            qualities[place], places[place] = qualities[source], places[source]
        self._windows.add(samples, qualities, places, *self._credit_s())
        return tuple(values)

    def _sample(self, slot: _Slot) -> Outcome:
        scene, sampler = self._scene, slot.sampler
        if sampler is None:
            return _FAILED  # or counted from another's events, after all have been sampled
        unmet = scene.conditions.unmet & slot.conditions
        if slot.held_from_body and not scene.body_news and unmet == slot.held_unmet:
            return slot.held
        slot.held_unmet = unmet
        slot.held = self._sample_now(slot, sampler, unmet)
        return slot.held

    def _sample_now(self, slot: _Slot, sampler: Sampler, unmet: int) -> Outcome:
        scene, hz = self._scene, slot.rate.hz
        if unmet or hz < slot.minimum_hz:
            sampler.skip(scene)
            return math.nan, Quality.NOT_MEASURABLE, self._why_unmet(unmet)
        poor = scene.conditions.poor & slot.conditions or hz < slot.comfortable_hz
        scene.quality = quality = Quality.USABLE if poor else Quality.GOOD
        outcome = sampler.sample(scene)
        if isinstance(outcome, Reason):
            return math.nan, Quality.NOT_MEASURABLE, (outcome.id,)
        return outcome, quality, ()

    def _switch_off(self, slot: _Slot, error: Exception) -> None:
        measure_id = slot.measure.id
        log.error("measure %s failed and is switched off", measure_id, exc_info=error)
        self._failed[measure_id] = f"{type(error).__name__}: {error}"
        slot.sampler = None
        self._scene.events.end_all(self._scene.t_ms, reasons.MEASURE_FAILED, measure_id)

    def _why_unmet(self, unmet: int) -> tuple[str, ...]:
        if not unmet:
            return (reasons.TOO_FEW_FRAMES.id,)
        if unmet & Condition.FACE and self._scene.observation.reasons:
            return self._scene.observation.reasons  # perception knows better why
        return reasons_for(unmet)

    def _credit_s(self) -> tuple[float, float]:
        """Seconds that this frame's samples stand for, and seconds since the last frame."""
        scene = self._scene
        hz = scene.face_rate.hz
        usual_ms = 1000 / hz if hz == hz else 0.0
        most_ms = min(max(LEAST_CREDIT_MS, 2 * usual_ms), LONG_GAP_MS)
        return min(scene.interval_ms, most_ms) / 1000, scene.interval_ms / 1000
