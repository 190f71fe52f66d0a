"""The machine that a benchmark ran on, and how busy it was with other things."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

from agent.record.provenance import cpu_model


@dataclass(slots=True)
class Load:
    """Cores that processes not started from here kept busy while something was measured."""

    others: float = 0.0


@contextmanager
def load_of_others() -> Iterator[Load]:
    load = Load()
    own_s, machine_s, began_s = _own_s(), _busy_s(), time.monotonic()
    yield load
    seconds = time.monotonic() - began_s
    load.others = max(0.0, (_busy_s() - machine_s - (_own_s() - own_s)) / seconds)


def _own_s() -> float:
    """Of this process and all below it, with those that have ended and were waited for."""
    me = psutil.Process()
    total_s = 0.0
    for process in (me, *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total_s += times.user + times.system + times.children_user + times.children_system
    return total_s


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait)


def describe() -> str:
    return f"{os.cpu_count()} cores, {cpu_model()}, Python {platform.python_version()}"
