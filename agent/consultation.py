"""One consultation's analysis: follow the patient's camera, analyse, publish, log, end cleanly.

Everything that happens in the room only wakes one loop, which compares what is with what should
be. Missed, repeated and reordered events therefore change nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from livekit import rtc

from agent import camera
from agent.camera import Consent
from agent.capacity import AnalysisSlots
from agent.errors import EpedicareError
from agent.heartbeat import Heartbeat
from agent.live import LiveAnalysis, timing_now
from agent.network import network_stats
from agent.perception.observation import Mark, SelectPerson, SetBaseline
from agent.perception.perception import Perception
from agent.publish import Publisher
from agent.record import SessionLog, describe_run, session_folder
from agent.results import Results
from agent.video import CameraFeed
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import encode_rates
from agent.wire.registry import encode_registry

logger = logging.getLogger(__name__)

TICK_S = 1.0
LOST_AFTER_S = 3.0
LONGEST_MARK = 80

STATE_NAMES = {
    pb.AGENT_STATE_WAITING: "waiting",
    pb.AGENT_STATE_ANALYSING: "analysing",
    pb.AGENT_STATE_PAUSED: "paused",
    pb.AGENT_STATE_NO_CAPACITY: "no_capacity",
    pb.AGENT_STATE_LOST: "lost",
}


class NotOurRoom(EpedicareError):
    """The dispatch does not say whom to analyse."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whom one job analyses and who may see it."""

    session_id: str
    patient_identity: str
    practitioner_identities: frozenset[str] | None  # None: those whose role the service set
    sample: bool

    @classmethod
    def from_dispatch(cls, metadata: str, room_name: str) -> Assignment:
        try:
            stated = json.loads(metadata)
            assignment = cls(
                session_id=stated["session_id"],
                patient_identity=stated["patient_identity"],
                practitioner_identities=None,
                sample=bool(stated.get("sample", False)),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NotOurRoom("the dispatch names no session and no patient") from error
        if assignment.session_id != room_name:
            raise NotOurRoom("the dispatch names another room")
        return assignment


class Consultation:
    def __init__(
        self,
        room: rtc.Room,
        assignment: Assignment,
        perception: Perception,
        slots: AnalysisSlots,
        data: Path,
    ) -> None:
        self._room = room
        self._assignment = assignment
        self._perception = perception
        self._slots = slots
        self._data = data
        self._analysis = LiveAnalysis(perception, run=int(time.time()))
        self._publisher = Publisher(room, assignment.practitioner_identities)
        self._heartbeat = Heartbeat(perception, self._analysis)
        self._log: SessionLog | None = None
        self._feed: CameraFeed | None = None
        self._feeding: asyncio.Task[None] | None = None
        self._watched: rtc.RemoteTrackPublication | None = None
        self._track: rtc.Track | None = None
        self._tracks_seen = 0
        self._last_frame_s = 0.0
        self._no_capacity = False
        self._shown_state = pb.AGENT_STATE_UNSPECIFIED
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        for event in (
            "participant_connected",
            "participant_disconnected",
            "participant_attributes_changed",
            "track_published",
            "track_unpublished",
            "track_subscribed",
            "track_unsubscribed",
            "track_subscription_failed",
            "track_muted",
            "track_unmuted",
            "reconnected",
        ):
            self._room.on(event, self._wake)
        self._room.on("participant_active", self._greet)
        self._answer_rpc()
        for identity in self._publisher.recipients():
            self._publisher.snapshot(identity)
        self._tasks = [
            asyncio.create_task(self._follow(), name="follow-camera"),
            asyncio.create_task(self._report(), name="report"),
        ]
        self._changed.set()

    def _wake(self, *_: object) -> None:
        self._changed.set()

    def _greet(self, participant: rtc.RemoteParticipant) -> None:
        self._publisher.snapshot(participant.identity)

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), TICK_S)
            self._changed.clear()
            await self._attend()

    async def _attend(self) -> None:
        patient = camera.patient(self._room, self._assignment.patient_identity)
        self._keep_log(camera.keeping_granted(patient))
        wanted = camera.camera_to_analyse(patient)
        self._hold_slot(wanted)
        if self._no_capacity:
            wanted = None
        if wanted is not self._watched:
            await self._stop_feed()
            self._watch(wanted)
        track = wanted.track if wanted is not None else None
        if track is not self._track:
            await self._stop_feed()
            self._start_feed(track)
        self._show_state()

    def _hold_slot(self, wanted: rtc.RemoteTrackPublication | None) -> None:
        """The slot is kept while the patient stays, so that a pause never costs the analysis."""
        if wanted is not None:
            self._no_capacity = not self._slots.acquire()
            return
        self._no_capacity = False
        if self._consent() in (Consent.ABSENT, Consent.NONE):
            self._slots.release()

    def _watch(self, wanted: rtc.RemoteTrackPublication | None) -> None:
        if self._watched is not None:
            self._watched.set_subscribed(False)
        if wanted is not None:
            wanted.set_subscribed(True)
        self._watched = wanted

    def _start_feed(self, track: rtc.Track | None) -> None:
        self._track = track
        if track is None:
            return
        self._tracks_seen += 1
        self._last_frame_s = time.monotonic()
        self._feed = CameraFeed(track, self._tracks_seen)
        self._feeding = asyncio.create_task(self._analyse(self._feed), name="analyse")

    async def _stop_feed(self) -> None:
        self._track = None
        if self._feeding is None or self._feed is None:
            return
        self._feeding.cancel()
        with suppress(asyncio.CancelledError):
            await self._feeding
        await self._feed.aclose()
        self._feed = self._feeding = None

    async def _analyse(self, feed: CameraFeed) -> None:
        loop = asyncio.get_running_loop()
        async for frame in feed.frames():
            self._last_frame_s = time.monotonic()
            results = await loop.run_in_executor(
                self._analysis.thread, self._analysis.analyse, frame, self._last_frame_s
            )
            if results is not None:
                self._publisher.results(results)
                self._record(results)

    def _record(self, results: Results) -> None:
        if self._log is None:
            return
        t_ms = results.observation.t_ms
        for message in (results.observation, results.frame, *results.windows, *results.events):
            self._log.write(message, t_ms)

    def _keep_log(self, granted: bool) -> None:
        if granted and self._log is None:
            self._log = SessionLog(
                session_folder(self._data, self._assignment.session_id),
                describe_run(
                    self._assignment.session_id,
                    self._analysis.run,
                    source="live",
                    sample=self._assignment.sample,
                ),
                encode_registry(),
            )
        elif not granted and self._log is not None and self._consent() is not Consent.ABSENT:
            self._log.close()
            self._log = None

    def _consent(self) -> Consent:
        return camera.consent(camera.patient(self._room, self._assignment.patient_identity))

    def _state(self) -> pb.AgentState.ValueType:
        if self._consent() is Consent.PAUSED:
            return pb.AGENT_STATE_PAUSED
        if self._no_capacity:
            return pb.AGENT_STATE_NO_CAPACITY
        if self._watched is None:
            return pb.AGENT_STATE_WAITING
        if self._track is not None and time.monotonic() - self._last_frame_s > LOST_AFTER_S:
            return pb.AGENT_STATE_LOST
        return pb.AGENT_STATE_ANALYSING if self._analysis.analysed else pb.AGENT_STATE_WAITING

    def _show_state(self) -> None:
        """Tell practitioners at once; the service reads it from the next heartbeat."""
        state = self._state()
        if state != self._shown_state:
            self._shown_state = state
            self._publisher.status(self._status())

    def _status(self) -> pb.Status:
        p50_ms, p95_ms = self._analysis.delay_percentiles_ms()
        rates = self._analysis.rates
        return pb.Status(
            origin=self._analysis.stream.encoder.origin("status"),
            state=self._state(),
            rates=encode_rates(rates) if rates is not None else None,
            keeping=self._keeping(),
            keeping_failure=self._log.failure or "" if self._log is not None else "",
            failed_measures=sorted(self._analysis.stream.failed_measures),
            analysis_delay_p50_ms=p50_ms,
            analysis_delay_p95_ms=p95_ms,
            people_in_view=self._analysis.people_in_view,
            t_ms=self._analysis.t_ms,
            timing=timing_now(),
        )

    def _keeping(self) -> pb.Keeping.ValueType:
        if self._log is None:
            return pb.KEEPING_NOT_CONSENTED
        return pb.KEEPING_FAILED if self._log.failure else pb.KEEPING_ON

    async def _report(self) -> None:
        while True:
            status = self._status()
            self._publisher.status(status)
            if self._log is not None:
                self._log.write(status, self._analysis.t_ms)
                stats = await network_stats(self._room, self._analysis.t_ms)
                if stats is not None and self._log is not None:
                    self._log.write(stats, self._analysis.t_ms)
            received = self._feed.received if self._feed is not None else 0
            await self._heartbeat.send(
                self._room.local_participant, STATE_NAMES[status.state], received
            )
            await asyncio.sleep(TICK_S)

    def _answer_rpc(self) -> None:
        """Practitioners may steer the analysis; anybody else is refused."""
        for method, handle in {
            "set_baseline": lambda _: self._analysis.command(SetBaseline()),
            "select_person": lambda text: self._analysis.command(SelectPerson(int(text))),
            "mark": lambda text: self._analysis.command(Mark(text[:LONGEST_MARK])),
        }.items():
            self._room.local_participant.register_rpc_method(method, self._guarded(handle))

        async def snapshot(call: rtc.RpcInvocationData) -> str:
            self._require_practitioner(call)
            self._publisher.snapshot(call.caller_identity)
            return "ok"

        self._room.local_participant.register_rpc_method("snapshot", snapshot)

    def _guarded(self, handle: Callable[[str], None]) -> Callable[[rtc.RpcInvocationData], object]:
        async def answer(call: rtc.RpcInvocationData) -> str:
            self._require_practitioner(call)
            try:
                handle(call.payload)
            except ValueError as error:
                raise rtc.RpcError(400, "the payload does not fit the method") from error
            return "ok"

        return answer

    def _require_practitioner(self, call: rtc.RpcInvocationData) -> None:
        if call.caller_identity not in self._publisher.recipients():
            raise rtc.RpcError(403, "only an admitted practitioner may do this")

    async def aclose(self, reason: str) -> None:
        """Write the summary and let go of everything. Idempotent; well under 5 s."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._stop_feed()
        await self._publisher.aclose()
        self._analysis.thread.shutdown(wait=True)
        if self._log is not None:
            self._log.write(self._summary(reason), self._analysis.t_ms)
            await asyncio.to_thread(self._log.close)
            self._log = None
        self._slots.release()

    def _summary(self, reason: str) -> pb.Summary:
        window = self._analysis.stream.finish()
        return pb.Summary(
            origin=window.origin,
            duration_ms=self._analysis.t_ms,
            frames=self._analysis.analysed,
            values=window.values,
            ended=reason,
            timing=timing_now(),
        )
