"""The live analysis of one patient: frames in, results out and logged, all in one thread.

Whatever the measures have seen is in the log when one is kept, in the same order: a re-analysis
then repeats exactly what was sent.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue

import numpy as np

from agent.errors import CommandRefused, FrameRejected
from agent.observation import Command, Frame, Mark, Observation, Rates, Receipt
from agent.perception.perception import Perception
from agent.pipeline import Results, ResultStream
from agent.record import SessionLog, describe_run
from agent.record.limits import KeepingLimits
from agent.record.place import SessionPlace
from agent.record.provenance import LIVE
from agent.record.session_key import SessionLock
from agent.room.assignment import Assignment
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry
from agent.wire.timing import timing_now

DELAYS_KEPT_S = 5.0
MOST_WAITING = 100  # commands, while no frame comes

RUNS_PER_DISPATCH = 10_000  # one begins with each log and after its end


def first_run(dispatch: int | None) -> int:
    """Later agents have later runs, whatever their clocks say, when somebody counts the agents."""
    return int(time.time()) if dispatch is None else dispatch * RUNS_PER_DISPATCH


class LiveAnalysis:
    """`analyse`, `begin_log` and `end_log` run in `thread`; the rest may be read from anywhere."""

    def __init__(
        self,
        perception: Perception,
        assignment: Assignment,
        place: SessionPlace,
        limits: KeepingLimits,
    ) -> None:
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        self.run = 0
        self.analysed = 0
        self.handled = 0  # analysed or not
        self.arrived = 0
        self.dropped = 0  # of those that arrived
        self.t_ms = 0
        self.rates: Rates | None = None
        self.people_in_view = 0
        self.log: SessionLog | None = None
        self._perception = perception
        self._track = 0
        self._number = 0  # of the latest frame in its track
        self._assignment = assignment
        self._place = place
        self._limits = limits
        self._commands: SimpleQueue[tuple[float, Command]] = SimpleQueue()
        self._taken: list[tuple[float, Command]] = []  # for a frame that may yet be refused
        self._ended = False
        self._latest_s = time.monotonic()  # when the latest frame came, or the run began
        self._delays_ms: deque[tuple[float, float]] = deque()
        self._begin_run()

    def command(self, command: Command) -> None:
        """Takes effect with the next frame, and is logged with it.

        Without frames, as in a pause, it waits; the log's end takes the marks that still do.
        """
        if self._ended:
            raise CommandRefused("the analysis has ended")
        if self._commands.qsize() + len(self._taken) >= MOST_WAITING:
            raise CommandRefused("too much is waiting for the next picture")
        self._commands.put((time.monotonic(), command))

    def refuse_commands(self) -> None:
        """Nothing would take them any more."""
        self._ended = True

    def analyse(self, frame: Frame) -> Results | None:
        """None for a frame that cannot be analysed, or that the machine has no time for."""
        self.handled += 1
        if frame.track != self._track:
            self._track, self._number = frame.track, 0
            self._perception.reset_track()
        analysed_before = self.analysed
        results = self._analysed(frame)
        self._count(frame.receipt, self.analysed - analysed_before)
        return results

    def _analysed(self, frame: Frame) -> Results | None:
        if not self._perception.wanted(frame):
            return None
        try:
            commands = self._commands_at(frame.receipt)
            with self._perception.observing(frame, commands) as observation:
                results = self._results(observation, frame.receipt)
        except FrameRejected:
            return None
        self._taken.clear()
        self._keep_delay(frame.receipt)
        return results

    def _results(self, observation: Observation, receipt: Receipt | None) -> Results:
        timing = timing_now(None if receipt is None else receipt.monotonic_s)
        results = self._stream.process(observation, timing)
        if self.log is not None:
            self.log.write_all(results.messages, observation.t_ms)
        self.analysed += 1
        self.t_ms = observation.t_ms
        self.rates = observation.rates
        self.people_in_view = observation.faces_seen
        return results

    def begin_log(self, lock: SessionLock) -> None:
        """A log is a run of its own, with measures that start afresh: it must explain itself."""
        if self._stream.frames:
            self._begin_run()
        self.log = SessionLog(
            self._place,
            describe_run(
                self._assignment.session_id,
                self.run,
                source=LIVE,
                engine=self.engine,
                sample=self._assignment.sample,
            ),
            encode_registry(),
            limits=self._limits,
            lock=lock,
        )

    def end_log(self, reason: str) -> tuple[pb.Event, ...]:
        """Its run ends with it: the ends of what was going on, for the practitioner too."""
        log, self.log = self.log, None
        if log is None:
            return ()
        ending = self._stream.finish(reason, timing_now(), self._waiting_marks())
        log.write_all(ending.messages, self.t_ms)
        log.close()
        self._begin_run()
        return ending.events

    @property
    def engine(self) -> str:
        return self._perception.engine

    @property
    def failed_measures(self) -> list[str]:
        return sorted(self._stream.failed_measures)

    def delays_since(self, since_s: float) -> list[float]:
        """From each frame's arrival to its results, in milliseconds; of the last 5 s at most."""
        return [delay_ms for at_s, delay_ms in tuple(self._delays_ms) if at_s > since_s]

    def landmarkers(self) -> dict[str, tuple[int, float]]:
        """How many pictures each has seen, and in how many seconds."""
        return self._perception.landmarkers()

    def delay_percentiles_ms(self) -> tuple[float, float]:
        """P50 and P95 over the last 5 s, from a frame's arrival to its results; 0 when none."""
        delays = self.delays_since(time.monotonic() - DELAYS_KEPT_S)
        if not delays:
            return 0.0, 0.0
        p50, p95 = np.percentile(delays, (50, 95))
        return float(p50), float(p95)

    def _begin_run(self) -> None:
        self.run = self.run + 1 if self.run else first_run(self._assignment.dispatch)
        self._stream = ResultStream(self.run)

    def _count(self, receipt: Receipt | None, analysed: int) -> None:
        """A frame that a newer one took the place of is known by the gap in the numbers."""
        if receipt is not None:
            arrived = receipt.number - self._number
            self._number = receipt.number
            self.arrived += arrived
            self.dropped += arrived - analysed

    def _keep_delay(self, receipt: Receipt | None) -> None:
        if receipt is None:
            return
        now_s = time.monotonic()
        self._delays_ms.append((now_s, (now_s - receipt.monotonic_s) * 1000))
        while self._delays_ms[0][0] < now_s - DELAYS_KEPT_S:
            self._delays_ms.popleft()

    def _commands_at(self, receipt: Receipt | None) -> tuple[Command, ...]:
        """Those that take effect with a frame. A mark belongs to when its key was pressed."""
        at_s = time.monotonic() if receipt is None else receipt.monotonic_s
        self._take_commands()
        self._latest_s = at_s
        return tuple(
            replace(command, ago_ms=max(0, command.ago_ms + _ms(at_s - asked_s)))
            if isinstance(command, Mark)
            else command
            for asked_s, command in self._taken
        )

    def _waiting_marks(self) -> list[Mark]:
        """That no frame came for, counted back from the latest one."""
        self._take_commands()
        marks = [
            replace(command, ago_ms=command.ago_ms + _ms(self._latest_s - asked_s))
            for asked_s, command in self._taken
            if isinstance(command, Mark)
        ]
        self._taken.clear()
        return marks

    def _take_commands(self) -> None:
        with suppress(Empty):
            while True:
                self._taken.append(self._commands.get_nowait())


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
