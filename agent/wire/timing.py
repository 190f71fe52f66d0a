"""A machine's two clocks, for messages that are made live."""

from __future__ import annotations

import time

from agent.wire.generated import analysis_pb2 as pb


def timing_now(received_monotonic_s: float | None = None) -> pb.Timing:
    """The pair of clocks now; with the moment of receipt, when there was one."""
    monotonic_s, unix_us = time.monotonic(), time.time_ns() // 1000
    timing = pb.Timing(published_unix_us=unix_us, monotonic_us=int(monotonic_s * 1e6))
    if received_monotonic_s is not None:
        timing.received_unix_us = unix_us - int((monotonic_s - received_monotonic_s) * 1e6)
    return timing
