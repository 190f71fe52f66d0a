"""Measures at work: one observation in, values, windows and events out.

A pure function of the observations so far: no clock, no file, no room. The same observations give
the same results, live, offline and from a log.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from itertools import compress
from statistics import fmean
from types import MappingProxyType
from typing import Literal

from agent.measures import reasons
from agent.measures.catalogue.marks import MARK
from agent.measures.conditions import Condition, reasons_for
from agent.measures.declarations import Landmarker, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.events import EventKind
from agent.measures.labels import Reason
from agent.measures.rates import NOMINAL_RATE
from agent.measures.registry import REGISTRY, Registry
from agent.measures.results import Analysis, BaselineState, Event, Quality, Value, Window
from agent.measures.samplers import Sampler
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.measures.windows import Windows
from agent.observation import Command, Mark, Observation, SetBaseline

log = logging.getLogger(__name__)

COMFORTABLE_RATE = 1.5  # times the least: below it a value is usable, not good
LEAST_CREDIT_MS = 100  # what one sample may stand for, however fast frames come


class _Gate:
    """What measures need of a frame, looked at once for all that need the same."""

    __slots__ = (
        "_comfortable_hz",
        "_conditions",
        "_from_body",
        "_longest_interval_ms",
        "_minimum_hz",
        "_no_hands",
        "_of_hands",
        "_rate",
        "_unmet",
        "held",
        "quality",
        "why",
    )

    def __init__(self, measure: Measure, scene: Scene) -> None:
        self._conditions = int(measure.conditions)
        self._minimum_hz = NOMINAL_RATE * measure.minimum_hz
        self._longest_interval_ms = measure.longest_interval_ms
        self._comfortable_hz = COMFORTABLE_RATE * measure.minimum_hz
        self._rate = {
            Landmarker.FACE: scene.face_rate,
            Landmarker.POSE: scene.pose_rate,
            Landmarker.HANDS: scene.hands_rate,
        }[measure.landmarker]
        # What the body shows changes only with a new look at it.
        self._from_body = measure.landmarker is not Landmarker.FACE
        self._no_hands = measure.no_hands
        self._of_hands = measure.landmarker is Landmarker.HANDS
        self._unmet = -1
        self.held = False  # nothing is new: the last values stand
        self.quality = Quality.NOT_MEASURABLE
        self.why: tuple[str, ...] = ()  # closed

    def look(self, scene: Scene) -> None:
        unmet = scene.conditions.unmet & self._conditions
        self.held = self._from_body and not scene.body_news and unmet == self._unmet
        if self.held:
            return
        self._unmet = unmet
        hz = self._rate.hz
        if unmet or self._too_seldom(scene) or (hz < self._minimum_hz and self._needed(scene)):
            self.quality, self.why = Quality.NOT_MEASURABLE, self._why_closed(scene, unmet)
            return
        poor = scene.conditions.poor & self._conditions or hz < self._comfortable_hz
        self.quality, self.why = (Quality.USABLE if poor else Quality.GOOD), ()

    def _too_seldom(self, scene: Scene) -> bool:
        if scene.seldom and self._minimum_hz:
            return True
        longest_ms = self._longest_interval_ms
        return longest_ms < math.inf and self._rate.median_interval_ms > longest_ms

    def _needed(self, scene: Scene) -> bool:
        return self._no_hands is None or not self._no_hands(scene)

    def _why_closed(self, scene: Scene, unmet: int) -> tuple[str, ...]:
        if unmet & Condition.FACE and scene.observation.reasons:
            return scene.observation.reasons  # perception knows better why
        if unmet:
            return reasons_for(unmet)
        seldom_looked_for = self._of_hands and scene.wrists_out and not scene.hands_found
        return (reasons.NO_WRIST.id if seldom_looked_for else reasons.TOO_FEW_FRAMES.id,)


class _Slot:
    """A measure at work, and its last value."""

    __slots__ = ("gate", "keeps_baseline", "measure_id", "sampler", "value")

    def __init__(self, measure: Measure, gate: _Gate, detectors: Detectors) -> None:
        self.measure_id = measure.id
        self.gate = gate
        # None: counted from another's events after all have been sampled; or it failed.
        self.sampler: Sampler | None = measure.make(detectors) if measure.make else None
        self.keeps_baseline = bool(self.sampler and self.sampler.keeps_baseline)
        self.value = self.failed

    @property
    def failed(self) -> Value:
        return Value(
            self.measure_id, math.nan, Quality.NOT_MEASURABLE, (reasons.MEASURE_FAILED.id,)
        )

    @property
    def baseline_state(self) -> BaselineState:
        if self.keeps_baseline and self.sampler:
            return self.sampler.baseline_state
        return BaselineState.NONE

    def sample(self, scene: Scene, sampler: Sampler) -> Value:
        gate = self.gate
        if gate.why:
            sampler.skip(scene)
            outcome, quality, why = math.nan, gate.quality, gate.why
        else:
            scene.quality = gate.quality
            sample = sampler.sample(scene)
            if isinstance(sample, Reason):
                outcome, quality, why = math.nan, Quality.NOT_MEASURABLE, (sample.id,)
            else:
                outcome, quality, why = sample, gate.quality, ()
        state = sampler.baseline_state if self.keeps_baseline else BaselineState.NONE
        return Value(self.measure_id, outcome, quality, why, None, None, None, None, state)


class Analyser:
    def __init__(self, registry: Registry = REGISTRY) -> None:
        self._scene = Scene()
        self._detectors = Detectors()
        gates: dict[tuple[object, ...], _Gate] = {}
        self._slots = tuple(
            _Slot(m, gates.setdefault(_needs(m), _Gate(m, self._scene)), self._detectors)
            for m in registry.measures
        )
        self._gates = tuple(gates.values())
        self._shown = tuple(m.per_frame for m in registry.measures)
        self._counted = tuple(
            (slot, self._slots[registry.index_of_measure(m.counts.measure_id)], m.over, m.counts)
            for slot, m in zip(self._slots, registry.measures, strict=True)
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
            self._each("reset")
        for command in observation.commands:
            self._obey(command)
        values = self._sample_all()
        return Analysis(values, windows, scene.events.drain(), scene.turned)

    def finish(self, marks: Sequence[Mark] = ()) -> Window:
        """The session's summary. What was still going on is ended in closing_events.

        Marks that no frame came for are counted from the last one, mostly to after it.
        """
        scene = self._scene
        for mark in marks:
            self._obey(mark)
        scene.interruption = reasons.SESSION_ENDED
        self._each("reset")
        self.closing_events = scene.events.drain()
        return self._windows.finish(scene.t_ms, self._baseline_states(), frozenset(self._failed))

    def _window(self, window_ms: int) -> Window:
        return self._windows.window(window_ms, self._baseline_states(), frozenset(self._failed))

    def _baseline_states(self) -> list[BaselineState]:
        return [slot.baseline_state for slot in self._slots]

    def _each(self, hook: Literal["reset", "restart_baseline"]) -> None:
        for slot in self._slots:
            if slot.sampler:
                try:
                    getattr(slot.sampler, hook)(self._scene)
                except Exception as error:  # noqa: BLE001 (as in _sample_all)
                    self._switch_off(slot, error)

    def _obey(self, command: Command) -> None:
        if isinstance(command, Mark):
            t_ms = max(0, self._scene.t_ms - command.ago_ms)
            self._scene.events.add(MARK, t_ms, offset_ms=t_ms, label=command.label)
            return
        if isinstance(command, SetBaseline):
            self._each("restart_baseline")

    def _sample_all(self) -> tuple[Value, ...]:
        scene = self._scene
        for gate in self._gates:
            gate.look(scene)
        for slot in self._slots:
            if slot.gate.held or slot.sampler is None:
                continue
            try:
                slot.value = slot.sample(scene, slot.sampler)
            except Exception as error:  # noqa: BLE001 (one measure's fault must not stop the others)
                self._switch_off(slot, error)
        for slot, source, over, kind in self._counted:
            slot.value = self._count(slot, source.value, over, kind)
        values = [slot.value for slot in self._slots]
        self._windows.add(
            [v.value for v in values],
            [v.quality for v in values],
            [self._reason_place[v.reasons[0]] if v.reasons else 0 for v in values],
            *self._credit_s(),
        )
        return tuple(compress(values, self._shown))

    def _count(self, slot: _Slot, source: Value, over: Over, kind: EventKind) -> Value:
        """What this frame told of a kind of event, while its own measure is measurable."""
        gate, events = slot.gate, self._scene.events
        if math.isnan(source.value):
            return Value(slot.measure_id, math.nan, source.quality, source.reasons)
        if gate.why:
            return Value(slot.measure_id, math.nan, gate.quality, gate.why)
        quality = max(source.quality, gate.quality)
        if over is Over.RATE:
            return Value(slot.measure_id, float(events.counted_now(kind)), quality)
        durations_s = events.durations_now_s(kind)
        return Value(slot.measure_id, fmean(durations_s) if durations_s else 0.0, quality)

    def _switch_off(self, slot: _Slot, error: Exception) -> None:
        measure_id = slot.measure_id
        log.error("measure %s failed and is switched off", measure_id, exc_info=error)
        self._failed[measure_id] = f"{type(error).__name__}: {error}"
        slot.sampler, slot.value = None, slot.failed
        self._scene.events.end_all(self._scene.t_ms, reasons.MEASURE_FAILED, measure_id)

    def _credit_s(self) -> tuple[float, float]:
        """Seconds that this frame's samples stand for, and seconds since the last frame."""
        scene = self._scene
        hz = scene.face_rate.hz
        usual_ms = 1000 / hz if hz == hz else 0.0
        most_ms = min(max(LEAST_CREDIT_MS, 2 * usual_ms), LONG_GAP_MS)
        return min(scene.interval_ms, most_ms) / 1000, scene.interval_ms / 1000


def _needs(measure: Measure) -> tuple[object, ...]:
    rate = measure.landmarker, measure.minimum_hz, measure.longest_interval_ms
    return measure.conditions, measure.no_hands, *rate
