"""A beat that only a working agent has: the service's reconciler trusts nothing else.

LiveKit lists a killed agent for 21 s more, so presence proves nothing.
"""

from __future__ import annotations

import logging

from livekit import rtc

from agent.live import LiveAnalysis
from agent.perception.perception import Perception
from agent.wire.generated import analysis_pb2 as pb

logger = logging.getLogger(__name__)

STUCK_AFTER_BEATS = 2

STATE_NAMES = {
    pb.AGENT_STATE_WAITING: "waiting",
    pb.AGENT_STATE_ANALYSING: "analysing",
    pb.AGENT_STATE_PAUSED: "paused",
    pb.AGENT_STATE_NO_CAPACITY: "no_capacity",
    pb.AGENT_STATE_LOST: "lost",
}


class Heartbeat:
    """Advances while frames that arrive are analysed and every landmarker thread answers."""

    def __init__(self, perception: Perception, analysis: LiveAnalysis) -> None:
        self._perception = perception
        self._analysis = analysis
        self._beat = 0
        self._received = 0
        self._progress: tuple[int, ...] = ()
        self._stuck_beats = 0

    async def send(
        self,
        participant: rtc.LocalParticipant,
        state: pb.AgentState,
        frames_received: int,
    ) -> None:
        if self._alive(frames_received):
            self._beat += 1
        await participant.set_attributes({"state": STATE_NAMES[state], "beat": str(self._beat)})

    def _alive(self, frames_received: int) -> bool:
        fed = frames_received > self._received
        self._received = frames_received
        progress = (self._analysis.analysed + self._analysis.rejected,)
        stuck = fed and progress == self._progress
        self._progress = progress
        self._stuck_beats = self._stuck_beats + 1 if stuck else 0
        return self._stuck_beats < STUCK_AFTER_BEATS
