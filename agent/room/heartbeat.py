"""A beat that only a working agent has: the service's reconciler trusts nothing else.

LiveKit lists a killed agent for 21 s more, so presence proves nothing.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from livekit import rtc

from agent.contract import AgentState, Attribute
from agent.perception.perception import Perception
from agent.room.live_analysis import LiveAnalysis
from agent.wire.generated import analysis_pb2 as pb

logger = logging.getLogger(__name__)

STUCK_AFTER_BEATS = 2
ANSWER_TIMEOUT_S = 0.5


class Heartbeat:
    """Advances while frames that arrive are analysed and every landmarker's thread answers."""

    def __init__(self, perception: Perception, analysis: LiveAnalysis) -> None:
        self._perception = perception
        self._analysis = analysis
        self._beat = 0
        self._received = 0
        self._handled = 0
        self._answers: dict[str, int] = {}
        self._beats_missed = 0

    def next(self, frames_received: int) -> int:
        """The number to announce now: the one before, when nothing has moved for two beats."""
        self._beats_missed = 0 if self._progresses(frames_received) else self._beats_missed + 1
        if self._beats_missed < STUCK_AFTER_BEATS:
            self._beat += 1
        elif self._beats_missed == STUCK_AFTER_BEATS:
            logger.warning("frames or a landmarker hang: the beat stops")
        return self._beat

    def _progresses(self, frames_received: int) -> bool:
        fed = frames_received > self._received
        self._received = frames_received
        handled_before, self._handled = self._handled, self._analysis.handled
        answers_before, self._answers = self._answers, self._perception.alive()
        frames_go_on = not fed or self._handled > handled_before
        return frames_go_on and all(
            count > answers_before.get(thread, -1) for thread, count in self._answers.items()
        )


def state_named(state: pb.AgentState) -> AgentState:
    return AgentState(pb.AgentState.Name(state).removeprefix("AGENT_STATE_").lower())


async def announce(participant: rtc.LocalParticipant, status: pb.Status, beat: int) -> None:
    """Where only the service looks: a hidden participant's attributes.

    LiveKit's client loses the server's answer about once in a hundred calls and then waits 5 s
    for it, longer than the service waits for a beat. The server has the beat all the same.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            await participant.set_attributes(
                {
                    Attribute.STATE: state_named(status.state),
                    Attribute.KEEPS: "yes" if status.keeping == pb.KEEPING_ON else "no",
                    Attribute.BEAT: str(beat),
                }
            )
