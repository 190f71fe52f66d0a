"""One consultation's analysis: follow the patient's camera, analyse, publish, log, end cleanly."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from livekit import rtc
from livekit.rtc.room import EventTypes

from agent.perception.perception import Perception
from agent.record.limits import KeepingLimits, Limit
from agent.record.place import SessionPlace
from agent.record.run import KEEPING_NOT_ALLOWED
from agent.room import camera
from agent.room.assignment import Assignment
from agent.room.background_task import run_in_background
from agent.room.camera import Keeping
from agent.room.camera_feed import CameraFeed
from agent.room.capacity import AnalysisSlots
from agent.room.follower import CameraFollower
from agent.room.heartbeat import Heartbeat, announce, state_named
from agent.room.job_report import ReportLine
from agent.room.live_analysis import LiveAnalysis
from agent.room.network_stats import network_stats
from agent.room.publisher import Publisher
from agent.room.room_to_keep import RoomToKeep
from agent.room.shared_screens import SharedScreens
from agent.room.steering import answer_practitioners
from agent.room.work_done import WorkDone
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import encode_rates
from agent.wire.timing import timing_now

logger = logging.getLogger(__name__)

T = TypeVar("T")

TICK_S = 1.0

KEEPING_AT_LIMIT = {
    Limit.QUOTA: pb.KEEPING_QUOTA_USED,
    Limit.DISK: pb.KEEPING_DISK_NEARLY_FULL,
}

ROOM_EVENTS: tuple[EventTypes, ...] = (
    "participant_connected",
    "participant_active",
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
)


class Consultation:
    def __init__(
        self,
        room: rtc.Room,
        assignment: Assignment,
        perception: Perception,
        slots: AnalysisSlots,
        place: SessionPlace,
        limits: KeepingLimits,
        line: ReportLine,
        on_failure: Callable[[str], None],
    ) -> None:
        """on_failure ends the job: an agent that fell ill leaves, and the service calls another."""
        self._room = room
        self._on_failure = on_failure
        self._session_id = assignment.session_id
        self._analysis = LiveAnalysis(perception, assignment, place, limits)
        self._publisher = Publisher(room, assignment.practitioner_identities, on_failure)
        self._follower = CameraFollower(
            room,
            assignment.patient_identity,
            slots,
            lambda: bool(self._publisher.recipients()),
            self._analyse,
            on_failure,
        )
        self._shared_screens = SharedScreens(room, self._publisher, self._analysis)
        self._heartbeat = Heartbeat(perception, self._analysis)
        self._work_done = WorkDone(line, self._analysis, slots)
        self._statuses_sent = 0
        self._shown_state = pb.AGENT_STATE_UNSPECIFIED
        self._changed = asyncio.Event()
        self._room_to_keep = RoomToKeep(limits, place, on_answer=self._changed.set)
        self._tasks: list[asyncio.Task[None]] = []
        self._closing: asyncio.Task[None] | None = None

    def start(self) -> None:
        for event in ROOM_EVENTS:
            self._room.on(event, lambda *_: self._look_again())
        self._room.on(
            "disconnected",
            lambda reason: logger.info("left: %s", rtc.DisconnectReason.Name(reason)),
        )
        answer_practitioners(self._room, self._publisher, self._analysis)
        self._publisher.greet()
        self._tasks = [
            run_in_background(self._follow(), "following the camera", self._on_failure),
            run_in_background(self._report(), "reporting", self._on_failure),
        ]
        self._changed.set()

    def _look_again(self) -> None:
        """What must stop stops in the very event; the rest may have to wait for the analysis."""
        self._stop_what_must()
        self._publisher.greet()
        self._shared_screens.look()
        self._changed.set()

    def _stop_what_must(self) -> None:
        self._follower.let_go()
        if camera.withdrawn(self._follower.patient):
            self._publisher.forget()

    async def _follow(self) -> None:
        while True:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._changed.wait()
            self._changed.clear()
            self._stop_what_must()
            await self._keep_log()
            self._shared_screens.look()  # the log may have begun a run
            await self._follower.attend()
            self._show_new_state()

    async def _analyse(self, feed: CameraFeed) -> None:
        async for frame in feed.frames():
            results = await self._in_analysis_thread(self._analysis.analyse, frame)
            if results is not None and self._follower.watching:
                self._publisher.results(results)

    async def _keep_log(self) -> None:
        """A log is kept while the patient's consent to keeping stands, through their absence."""
        keeping = camera.keeping(self._follower.patient)
        lock = camera.lock(self._follower.patient, self._session_id)
        log = self._analysis.log
        if keeping is Keeping.REFUSED:
            self._room_to_keep.limit = None
            if log is not None:
                await self._end_log(KEEPING_NOT_ALLOWED)
        elif log is not None and lock is not None and log.lock != lock:  # erased, allowed again
            await self._end_log(KEEPING_NOT_ALLOWED)
        elif log is not None and log.limit is not None:
            self._room_to_keep.limit = log.limit
            await self._end_log(log.limit.value)
        elif lock is not None and log is None and self._room_to_keep.is_there():
            await self._in_analysis_thread(self._analysis.begin_log, lock)

    async def _end_log(self, reason: str) -> None:
        ends = await self._in_analysis_thread(self._analysis.end_log, reason)
        if not camera.withdrawn(self._follower.patient):
            self._publisher.events(ends)

    async def _in_analysis_thread(self, work: Callable[..., T], *arguments: object) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._analysis.thread, work, *arguments)

    def _show_new_state(self) -> None:
        """Tell practitioners at once; the service reads it from the next heartbeat."""
        if self._follower.state != self._shown_state:
            self._shown_state = self._follower.state
            self._publisher.status(self._status())

    async def _report(self) -> None:
        while True:
            status = self._status()
            self._publisher.status(status)
            await self._record_health(status)
            beat = self._heartbeat.next(self._follower.frames_received)
            await announce(self._room.local_participant, status, beat)
            self._tell_worker(status)
            await asyncio.sleep(TICK_S)

    def _tell_worker(self, status: pb.Status, *, is_last: bool = False) -> None:
        self._work_done.tell(state_named(status.state), status.keeping, is_last=is_last)

    async def _record_health(self, status: pb.Status) -> None:
        stats = await network_stats(self._room, status.t_ms)
        log = self._analysis.log
        if log is not None:
            log.write(status, status.t_ms)
            if stats is not None:
                log.write(stats, status.t_ms)

    def _status(self) -> pb.Status:
        self._statuses_sent += 1
        p50_ms, p95_ms = self._analysis.delay_percentiles_ms()
        rates = self._analysis.rates
        return pb.Status(
            origin=pb.Origin(run=self._analysis.run, seq=self._statuses_sent),
            state=self._follower.state,
            rates=encode_rates(rates) if rates is not None else None,
            keeping=self._keeping(),
            keeping_failure=self._keeping_failure(),
            failed_measures=self._analysis.failed_measures,
            analysis_delay_p50_ms=p50_ms,
            analysis_delay_p95_ms=p95_ms,
            people_in_view=self._analysis.people_in_view,
            t_ms=self._analysis.t_ms,
            timing=timing_now(),
            engine=self._analysis.engine,
        )

    def _keeping(self) -> pb.Keeping:
        log = self._analysis.log
        limit = self._room_to_keep.limit if log is None else log.limit
        if limit is not None:
            return KEEPING_AT_LIMIT[limit]
        if log is None:
            return pb.KEEPING_NOT_CONSENTED
        return pb.KEEPING_FAILED if log.failure else pb.KEEPING_ON

    def _keeping_failure(self) -> str:
        log = self._analysis.log
        return self._room_to_keep.sentence() if log is None else log.failure or ""

    async def aclose(self, reason: str) -> None:
        """Let go of everything and write the summary. Idempotent; well under 5 s."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(reason))
        await asyncio.shield(self._closing)

    async def _close(self, reason: str) -> None:
        self._analysis.refuse_commands()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._follower.aclose()
            await self._publisher.aclose()
        finally:
            self._tell_worker(self._status(), is_last=True)
            await self._in_analysis_thread(self._analysis.end_log, reason)
            self._analysis.thread.shutdown()
