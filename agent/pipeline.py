"""From observations to messages: the one path of live analysis, of files and of re-analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from agent.measures.analyser import Analyser
from agent.measures.catalogue.marks import MARK
from agent.observation import Mark, Observation
from agent.overlay import OverlayFilter
from agent.wire.encoder import Encoder
from agent.wire.generated import analysis_pb2 as pb

KIND_OF_MARKS = MARK.id


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one observation led to, encoded."""

    observation: pb.Observation
    frame: pb.FrameResult
    windows: tuple[pb.WindowResult, ...]
    events: tuple[pb.Event, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """In the order of the log."""
        return self.observation, self.frame, *self.windows, *self.events


@dataclass(frozen=True, slots=True)
class Ending:
    """The ends of what was still going on, and the run's own values."""

    events: tuple[pb.Event, ...]
    summary: pb.Summary

    @property
    def messages(self) -> tuple[Message, ...]:
        return *self.events, self.summary


class ResultStream:
    """One run. A pure function of its observations; timing is passed in, and absent offline."""

    def __init__(self, run: int) -> None:
        self.frames = 0
        self.t_ms = 0  # of the last observation
        self._first_ms = 0
        self._overlays = OverlayFilter()
        self._encoder = Encoder(run)
        self._analyser = Analyser()

    @property
    def failed_measures(self) -> Mapping[str, str]:
        return self._analyser.failed

    def process(self, observation: Observation, timing: pb.Timing | None = None) -> Results:
        if not self.frames:
            self._first_ms = observation.t_ms
        self.frames += 1
        self.t_ms = observation.t_ms
        analysis = self._analyser.update(observation)
        overlay = self._overlays.overlay(observation, analysis.head_rotation)
        return Results(
            observation=self._encoder.observation(observation, timing),
            frame=self._encoder.frame(observation, analysis, overlay, timing),
            windows=tuple(self._encoder.window(window, timing) for window in analysis.windows),
            events=tuple(self._encoder.event(event, timing) for event in analysis.events),
        )

    def finish(
        self, ended: str, timing: pb.Timing | None = None, marks: Sequence[Mark] = ()
    ) -> Ending:
        """Nothing may be processed after."""
        window = self._encoder.window(self._analyser.finish(marks), timing)
        events = tuple(self._encoder.event(e, timing) for e in self._analyser.closing_events)
        summary = pb.Summary(
            origin=window.origin,
            duration_ms=self.t_ms - self._first_ms,
            frames=self.frames,
            values=window.values,
            ended=ended,
            timing=timing,
        )
        return Ending(events, summary)
