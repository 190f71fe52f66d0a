"""From observations to messages: the one path of live analysis, of files and of re-analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.measures.analyser import Analyser
from agent.perception.observation import Observation
from agent.wire.encoder import Encoder
from agent.wire.generated import analysis_pb2 as pb


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one observation led to, encoded."""

    observation: pb.Observation
    frame: pb.FrameResult
    windows: tuple[pb.WindowResult, ...]
    events: tuple[pb.Event, ...]


class ResultStream:
    """A pure function of the observations so far; timing is passed in, and absent offline."""

    def __init__(self, run: int) -> None:
        self.encoder = Encoder(run)
        self._analyser = Analyser()

    @property
    def failed_measures(self) -> Mapping[str, str]:
        return self._analyser.failed

    def process(self, observation: Observation, timing: pb.Timing | None = None) -> Results:
        analysis = self._analyser.update(observation)
        return Results(
            observation=self.encoder.observation(observation, timing),
            frame=self.encoder.frame(observation, analysis, timing),
            windows=tuple(self.encoder.window(window, timing) for window in analysis.windows),
            events=tuple(self.encoder.event(event, timing) for event in analysis.events),
        )

    def finish(self, timing: pb.Timing | None = None) -> pb.WindowResult:
        """The session's own window, for the summary."""
        return self.encoder.window(self._analyser.finish(), timing)

    def closing_events(self, timing: pb.Timing | None = None) -> tuple[pb.Event, ...]:
        """The ends of what was still going on; known after `finish`."""
        return tuple(self.encoder.event(event, timing) for event in self._analyser.closing_events)
