"""The machine that a benchmark ran on, and how busy it was with other things."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from agent.record.provenance import cpu_model


@dataclass(slots=True)
class Load:
    """Cores that other processes kept busy while something was measured."""

    others: float = 0.0


@contextmanager
def load_of_others() -> Iterator[Load]:
    load = Load()
    own, machine, began_s = time.process_time(), _busy_s(), time.monotonic()
    yield load
    seconds = time.monotonic() - began_s
    load.others = max(0.0, (_busy_s() - machine - (time.process_time() - own)) / seconds)


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait)


def describe() -> str:
    return f"{os.cpu_count()} cores, {cpu_model()}, Python {platform.python_version()}"
