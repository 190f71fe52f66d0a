"""Threads and the processor: what tells a starved thread from a stuck one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# The kernel's bits for "a thread's clock, by the scheduler's count": clock_getcpuclockid(3).
_THREADS_CLOCK = 0b110
RUNNABLE = "R"


def thread_ids() -> frozenset[int]:
    """Native ids of this process's threads; none where there is no Linux."""
    try:
        return frozenset(map(int, os.listdir("/proc/self/task")))
    except OSError:
        return frozenset()


def processor_time_ns(threads: Iterable[int]) -> int:
    """Sum over those of this process's threads that still live."""
    total_ns = 0
    for thread in threads:
        with suppress(OSError):
            total_ns += time.clock_gettime_ns(~thread << 3 | _THREADS_CLOCK)
    return total_ns


def any_wants_processor(threads: Iterable[int]) -> bool:
    """Whether one of them runs or waits for its turn: a stuck one sleeps."""
    return any(_state(thread) == RUNNABLE for thread in threads)


def _state(thread: int) -> str:
    """Its letter in /proc/[pid]/task/[tid]/stat, proc_pid_stat(5), after the name in brackets."""
    with suppress(OSError, IndexError):
        stat = Path(f"/proc/self/task/{thread}/stat").read_text(encoding="utf-8", errors="replace")
        return stat.rpartition(")")[2].split()[0]
    return ""
