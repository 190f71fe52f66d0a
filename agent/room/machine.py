"""How many patients this machine can carry, by what the models cost on it.

Run as `python -m agent.room.machine ENGINE DATA`, in a process of its own: it prints milliseconds
of processor time.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from agent.perception.engines import EngineName, build_engine
from models.bundles import ModelBundles

log = logging.getLogger(__name__)

# What a patient costs a second, at 15 faces, in looks of all detectors at an empty picture: between
# what `python -m benchmarks.live` printed for 24 faces (30 to 32, and 35) and for fewer (22 for 12,
# and 21 for 14).
LOOKS_OF_A_PATIENT = {EngineName.OPENVINO: 25.0, EngineName.MEDIAPIPE: 23.0}
BUSY_AT_MOST = 0.85  # of the cores: beyond it each picture waits longer than it takes
LOOKS = 8
PATIENCE_S = 60.0
WHEN_UNKNOWN = 1  # patient a core
CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")

_SHAPE = (360, 640, 3)


def patients_carried(engine: EngineName, data: Path) -> int:
    """At least one."""
    cores = cores_given()
    look_ms = _look_ms_elsewhere(engine, data)
    if look_ms is None:
        return max(1, int(WHEN_UNKNOWN * cores))
    patient = LOOKS_OF_A_PATIENT[engine] * look_ms / 1000  # cores
    carried = max(1, int(BUSY_AT_MOST * cores / patient))
    log.info("capacity %d: a patient takes %.2f of %.4g cores", carried, patient, cores)
    return carried


def cores_given(limit: Path = CPU_LIMIT) -> float:
    """What this process may use: a container's limit counts, too (cgroup v2, cpu.max)."""
    cores = float(len(os.sched_getaffinity(0)))
    with suppress(OSError, ValueError):
        quota, period = limit.read_text(encoding="ascii").split()
        cores = min(cores, int(quota) / int(period))
    return cores


def _look_ms_elsewhere(engine: EngineName, data: Path) -> float | None:
    command = [sys.executable, "-m", __name__, engine, str(data)]
    try:
        told = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=PATIENCE_S
        )
        return float(told.stdout.split()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        log.warning("what a patient costs here could not be measured: %s", error)
        return None


def look_ms(engine: EngineName, data: Path) -> float:
    """Processor time of a look of each detector at an empty picture; the least of some."""
    built = build_engine(ModelBundles.verified(), engine, data)
    landmarkers = (built.face(), built.pose(), built.hands())
    empty = np.zeros(_SHAPE, np.uint8)
    spent_ms = []
    for look in range(LOOKS + 1):
        began_ns = time.process_time_ns()
        for landmarker in landmarkers:
            landmarker.detect(empty, look + 1)
        spent_ms.append((time.process_time_ns() - began_ns) / 1e6)
    for landmarker in landmarkers:
        landmarker.close()
    return min(spent_ms[1:])


if __name__ == "__main__":
    print(look_ms(EngineName(sys.argv[1]), Path(sys.argv[2])))
    sys.stdout.flush()
    os._exit(0)
