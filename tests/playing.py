"""Play observations through an analyser and keep what came out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.measures.analyser import Analyser
from agent.measures.registry import REGISTRY, Registry
from agent.measures.results import Event, Value, Window
from agent.observation import Observation


@dataclass
class Played:
    analyser: Analyser
    times_ms: list[int] = field(default_factory=list)
    frames: list[dict[str, Value]] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)  # as sent: lasting ones twice
    summary: dict[str, Value] = field(default_factory=dict)

    def series(self, measure: str) -> list[float]:
        return [frame[measure].value for frame in self.frames]

    def last(self, measure: str) -> Value:
        return self.frames[-1][measure]

    def window(self, measure: str, window_ms: int) -> Value:
        """The last one of that length."""
        window = [w for w in self.windows if w.window_ms == window_ms][-1]
        return next(v for v in window.values if v.measure == measure)

    def over(self, kind: str) -> list[Event]:
        """Events of a kind that came to an end."""
        return [e for e in self.events if e.kind == kind and e.offset_ms is not None]


def play(observations: Iterable[Observation], registry: Registry = REGISTRY) -> Played:
    analyser = Analyser(registry)
    played = Played(analyser)
    for observation in observations:
        analysis = analyser.update(observation)
        played.times_ms.append(observation.t_ms)
        played.frames.append({v.measure: v for v in analysis.values})
        played.windows.extend(analysis.windows)
        played.events.extend(analysis.events)
    summary = analyser.finish()
    played.events.extend(analyser.closing_events)
    played.summary = {v.measure: v for v in summary.values}
    return played


def measured(values: Iterable[float]) -> list[float]:
    return [v for v in values if not math.isnan(v)]
