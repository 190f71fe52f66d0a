"""Marks the beginning and the end of what practitioners show on a shared screen.

The agent only reads that it is published: it subscribes to the patient's camera alone.
"""

from __future__ import annotations

import logging

from livekit import rtc

from agent.contract import STIMULUS_OFF, STIMULUS_ON
from agent.errors import CommandRefused
from agent.observation import Mark
from agent.room.live_analysis import LiveAnalysis
from agent.room.publisher import Publisher

logger = logging.getLogger(__name__)


class SharedScreens:
    def __init__(self, room: rtc.Room, publisher: Publisher, analysis: LiveAnalysis) -> None:
        self._room = room
        self._publisher = publisher
        self._analysis = analysis
        self._marked_in: int | None = None  # the run whose last mark says that something is shown

    def look(self) -> None:
        """Called after anything that happens in the room: marks what has changed since.

        A run that begins while something is shown begins with its mark.
        """
        run = self._analysis.run
        shown = self._is_shown()
        if shown and self._marked_in != run:
            self._marked_in = run if self._mark(STIMULUS_ON) else None
        elif not shown and self._marked_in is not None:
            if self._marked_in == run:
                self._mark(STIMULUS_OFF)
            self._marked_in = None

    def _is_shown(self) -> bool:
        there = self._room.remote_participants
        return any(
            publication.source == rtc.TrackSource.SOURCE_SCREENSHARE and not publication.muted
            for identity in self._publisher.steering()
            for publication in there[identity].track_publications.values()
        )

    def _mark(self, label: str) -> bool:
        try:
            self._analysis.command(Mark(label, ago_ms=0))
        except CommandRefused as error:
            logger.warning("a shared screen is not marked: %s", error)
            return False
        return True
