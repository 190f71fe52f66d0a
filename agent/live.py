"""The analysis of one live run: frames in, results out, in the one thread that owns it."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

import numpy as np

from agent.perception.frame import Frame, FrameRejected
from agent.perception.observation import Command, Rates
from agent.perception.perception import Perception
from agent.results import Results, ResultStream
from agent.wire.generated import analysis_pb2 as pb

DELAYS_KEPT_S = 5.0


class LiveAnalysis:
    """`analyse` runs in `thread` only; the rest may be read from the event loop."""

    def __init__(self, perception: Perception, run: int) -> None:
        self.run = run
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        self.analysed = 0
        self.rejected = 0
        self.t_ms = 0
        self.rates: Rates | None = None
        self.people_in_view = 0
        self.stream = ResultStream(run)
        self._perception = perception
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._delays_ms: deque[tuple[float, float]] = deque()

    def command(self, command: Command) -> None:
        """Takes effect with the next frame, and is logged with it."""
        self._commands.put(command)

    def analyse(self, frame: Frame, received_monotonic_s: float) -> Results | None:
        """None when the frame cannot be analysed (counted in `rejected`)."""
        try:
            observation = self._perception.observe(frame, self._take_commands())
        except FrameRejected:
            self.rejected += 1
            return None
        timing = timing_now(received_monotonic_s)
        results = self.stream.process(observation, timing)
        self.analysed += 1
        self.t_ms = observation.t_ms
        self.rates = observation.rates
        self.people_in_view = observation.faces_seen
        self._keep_delay(received_monotonic_s)
        return results

    def delay_percentiles_ms(self) -> tuple[float, float]:
        """P50 and P95 over the last 5 s, from a frame's arrival to its results; 0 when none."""
        since_s = time.monotonic() - DELAYS_KEPT_S
        delays = [delay for at_s, delay in tuple(self._delays_ms) if at_s >= since_s]
        if not delays:
            return 0.0, 0.0
        p50, p95 = np.percentile(delays, (50, 95))
        return float(p50), float(p95)

    def _keep_delay(self, received_monotonic_s: float) -> None:
        now_s = time.monotonic()
        self._delays_ms.append((now_s, (now_s - received_monotonic_s) * 1000))
        while self._delays_ms[0][0] < now_s - DELAYS_KEPT_S:
            self._delays_ms.popleft()

    def _take_commands(self) -> tuple[Command, ...]:
        commands = []
        while True:
            try:
                commands.append(self._commands.get_nowait())
            except Empty:
                return tuple(commands)


def timing_now(received_monotonic_s: float | None = None) -> pb.Timing:
    """The pair of clocks now; with the moment of receipt, when there was one."""
    monotonic_s, unix_us = time.monotonic(), time.time_ns() // 1000
    timing = pb.Timing(published_unix_us=unix_us, monotonic_us=int(monotonic_s * 1e6))
    if received_monotonic_s is not None:
        timing.received_unix_us = unix_us - int((monotonic_s - received_monotonic_s) * 1e6)
    return timing
