"""What Prometheus is told of a worker: what its jobs reported, added up. Nobody's name.

Every label has few values, all of them written in the code.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram
from pydantic import ValidationError

from agent.contract import AgentState
from agent.metrics_endpoint import new_registry
from agent.room.job_report import LANDMARKERS, JobReport

SILENT_AFTER_S = 5.0  # a job reports each second
DELAYS_S = (0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)
STATES = [state for state in AgentState if state is not AgentState.NONE]


class WorkerMetrics:
    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.registry = registry = new_registry()
        self._clock = clock
        self._capacity = capacity
        self._jobs: dict[int, tuple[float, JobReport]] = {}
        self._arrived = Counter(
            "epedicare_frames_in", "Frames of patients that arrived.", registry=registry
        )
        self._analysed = Counter(
            "epedicare_frames_analysed", "Frames that were analysed.", registry=registry
        )
        self._dropped = Counter(
            "epedicare_frames_dropped",
            "Frames that were not analysed: a newer one came, the machine had no time, or the "
            "picture was of no use.",
            registry=registry,
        )
        self._delays = Histogram(
            "epedicare_analysis_delay_seconds",
            "From a frame's arrival to its results.",
            buckets=DELAYS_S,
            registry=registry,
        )
        self._images = Counter(
            "epedicare_landmarker_images", "Pictures each model saw.", ("model",), registry=registry
        )
        self._took = Counter(
            "epedicare_landmarker_seconds",
            "How long each model took for them.",
            ("model",),
            registry=registry,
        )
        for model in LANDMARKERS:  # a rate needs the 0 that it began with
            self._images.labels(model)
            self._took.labels(model)
        self._refused = Counter(
            "epedicare_patients_refused",
            "How often a patient was not analysed for want of capacity.",
            registry=registry,
        )
        self._log_failures = Counter(
            "epedicare_log_failures",
            "How often a session's log could not be written any more.",
            registry=registry,
        )
        self._unreadable = Counter(
            "epedicare_reports_unreadable",
            "Reports of jobs that were not what a report is.",
            registry=registry,
        )
        patients = Gauge(
            "epedicare_patients",
            "Patients whose rooms this worker is in, by what it does there.",
            ("state",),
            registry=registry,
        )
        for state in STATES:
            patients.labels(state).set_function(self._counting(state))
        Gauge("epedicare_worker_capacity", "Patients analysed at once.", registry=registry).set(
            capacity
        )
        Gauge(
            "epedicare_worker_used_slots", "Patients who are analysed.", registry=registry
        ).set_function(self._used_slots)
        Gauge(
            "epedicare_worker_free_slots", "Patients who could be analysed now.", registry=registry
        ).set_function(self._free_slots)

    def take(self, datagram: bytes) -> None:
        try:
            report = JobReport.model_validate_json(datagram)
        except ValidationError:
            self._unreadable.inc()
            return
        if report.is_last:
            self._jobs.pop(report.process, None)
        else:
            self._jobs[report.process] = self._clock(), report
        self._arrived.inc(report.arrived)
        self._analysed.inc(report.analysed)
        self._dropped.inc(report.dropped)
        for delay_ms in report.delays_ms:
            self._delays.observe(delay_ms / 1000)
        for model, work in report.landmarkers.items():
            self._images.labels(model).inc(work.images)
            self._took.labels(model).inc(work.took_s)
        self._refused.inc(report.refusals)
        self._log_failures.inc(report.log_failures)

    def _reporting(self) -> list[JobReport]:
        since_s = self._clock() - SILENT_AFTER_S
        self._jobs = {job: told for job, told in self._jobs.items() if told[0] >= since_s}
        return [report for _, report in self._jobs.values()]

    def _counting(self, state: AgentState) -> Callable[[], float]:
        return lambda: sum(report.state is state for report in self._reporting())

    def _free_slots(self) -> float:
        return max(0, self._capacity - self._used_slots())

    def _used_slots(self) -> float:
        return sum(report.holds_slot for report in self._reporting())


class _Reports(asyncio.DatagramProtocol):
    def __init__(self, metrics: WorkerMetrics) -> None:
        self._metrics = metrics

    def datagram_received(self, data: bytes, _: object) -> None:
        self._metrics.take(data)


@asynccontextmanager
async def told_by_jobs(path: Path, metrics: WorkerMetrics) -> AsyncIterator[None]:
    """Begun before the first job's process starts: it connects once."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(path))
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Reports(metrics), sock=listener
    )
    try:
        yield
    finally:
        transport.close()
        shutil.rmtree(path.parent, ignore_errors=True)
