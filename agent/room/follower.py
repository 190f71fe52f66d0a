"""Exactly one video stream at a time: the patient's camera, while its analysis is granted.

`attend` compares what is with what should be. It is called after anything that happens in the
room and once a second besides, so a missed, repeated or reordered event changes nothing. `let_go`
comes before it and waits for nothing: no log and no landmarker keeps a camera.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine

from livekit import rtc

from agent.room import camera
from agent.room.background_task import run_in_background
from agent.room.camera import Consent
from agent.room.camera_feed import CameraFeed
from agent.room.capacity import AnalysisSlots
from agent.wire.generated import analysis_pb2 as pb

LOST_AFTER_S = 3.0


class CameraFollower:
    def __init__(
        self,
        room: rtc.Room,
        patient_identity: str,
        slots: AnalysisSlots,
        practitioner_present: Callable[[], bool],
        analyse: Callable[[CameraFeed], Coroutine[None, None, None]],
        on_failure: Callable[[str], None],
    ) -> None:
        self._room = room
        self._patient_identity = patient_identity
        self._slots = slots
        self._practitioner_present = practitioner_present
        self._analyse = analyse
        self._on_failure = on_failure
        self._watched: rtc.RemoteTrackPublication | None = None
        self._track: rtc.Track | None = None
        self._feed: CameraFeed | None = None
        self._analysing: asyncio.Task[None] | None = None
        self._tracks_seen = 0
        self._no_capacity = False
        self._lost = False
        self._watched_since_s = 0.0

    @property
    def patient(self) -> rtc.RemoteParticipant | None:
        return camera.patient(self._room, self._patient_identity)

    @property
    def frames_received(self) -> int:
        """Of the present track."""
        return self._feed.received if self._feed is not None else 0

    @property
    def state(self) -> pb.AgentState:
        if camera.consent(self.patient) is Consent.PAUSED:
            return pb.AGENT_STATE_PAUSED
        if self._is_alone:
            return pb.AGENT_STATE_ALONE
        if self._no_capacity:
            return pb.AGENT_STATE_NO_CAPACITY
        if self._feed is not None and self._feed.received and not self._is_silent:
            return pb.AGENT_STATE_ANALYSING
        if self._watched is not None and (self._lost or self._is_silent):
            return pb.AGENT_STATE_LOST
        return pb.AGENT_STATE_WAITING

    @property
    def watching(self) -> bool:
        """Whether the camera is still held: what was seen through it may be sent."""
        return self._watched is not None

    @property
    def _is_alone(self) -> bool:
        """The analysis would run, and nobody is there whom it is for."""
        granted = camera.consent(self.patient) is Consent.GRANTED
        return granted and not self._practitioner_present()

    @property
    def _is_silent(self) -> bool:
        """A feed without frames for so long, or a subscription that brought no track."""
        last_frame_s = self._feed.last_frame_s if self._feed is not None else self._watched_since_s
        return time.monotonic() - last_frame_s > LOST_AFTER_S

    def let_go(self) -> None:
        """Gives the camera back at once if it may not be watched any more."""
        if self._watched is not None and self._wanted() is not self._watched:
            self._watch(None)
            if self._analysing is not None:
                self._analysing.cancel()

    async def attend(self) -> None:
        self.let_go()
        await self._renew_if_lost()
        wanted = self._wanted()
        self._hold_slot(wanted)
        if self._no_capacity:
            wanted = None
        if wanted is not self._watched:
            self._watch(None)
            await self._stop_feed()
            self._watch(wanted)
        track = wanted.track if wanted is not None else None
        if track is not self._track:
            await self._stop_feed()
            self._start_feed(track)

    async def aclose(self) -> None:
        self._watch(None)
        await self._stop_feed()
        self._slots.release()

    async def _renew_if_lost(self) -> None:
        """After a reconnection a subscription may look alive and bring nothing: ask for it anew."""
        if self._feed is not None and self._feed.received and not self._is_silent:
            self._lost = False
        elif self._watched is not None and self._is_silent:
            self._lost = True
            self._watch(None)
            await self._stop_feed()

    def _wanted(self) -> rtc.RemoteTrackPublication | None:
        return None if self._is_alone else camera.camera_to_analyse(self.patient)

    def _hold_slot(self, wanted: rtc.RemoteTrackPublication | None) -> None:
        """The slot is kept while the patient stays, so that a pause never costs the analysis."""
        if wanted is not None:
            self._no_capacity = not self._slots.acquire()
            return
        self._no_capacity = False
        if camera.consent(self.patient) in (Consent.ABSENT, Consent.NONE):
            self._slots.release()

    def _watch(self, wanted: rtc.RemoteTrackPublication | None) -> None:
        if self._watched is not None:
            self._watched.set_subscribed(False)
        if wanted is not None:
            wanted.set_subscribed(True)
            self._watched_since_s = time.monotonic()
        self._watched = wanted

    def _start_feed(self, track: rtc.Track | None) -> None:
        self._track = track
        if track is None:
            return
        self._tracks_seen += 1
        self._feed = CameraFeed(track, self._tracks_seen, self._on_failure)
        self._analysing = run_in_background(
            self._analyse(self._feed), "analysing", self._on_failure
        )

    async def _stop_feed(self) -> None:
        self._track = None
        if self._analysing is None or self._feed is None:
            return
        self._analysing.cancel()
        await asyncio.gather(self._analysing, return_exceptions=True)  # its failure is known
        await self._feed.aclose()
        self._feed = self._analysing = None
