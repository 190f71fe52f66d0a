"""What a worker's metrics say of its jobs, and what no job can make them say."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from metric_values import metric_values
from participants import eventually
from prometheus_client import generate_latest

from agent.contract import AgentState
from agent.room.job_report import (
    MOST_DELAYS,
    SOCKET_VARIABLE,
    JobReport,
    ReportLine,
    Work,
    new_report_socket,
)
from agent.room.worker_metrics import SILENT_AFTER_S, WorkerMetrics, told_by_jobs

pytestmark = pytest.mark.unit


def report(process: int = 1, **changes: object) -> JobReport:
    quiet = {
        "process": process,
        "state": AgentState.ANALYSING,
        "holds_slot": True,
        "arrived": 25,
        "analysed": 20,
        "dropped": 5,
        "delays_ms": [40.0, 60.0],
        "landmarkers": {"face": Work(images=20, took_s=0.2)},
        "refusals": 0,
        "log_failures": 0,
        "is_last": False,
    }
    return JobReport.model_validate(quiet | changes)


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def read(metrics: WorkerMetrics) -> dict[tuple[str, ...], float]:
    return metric_values(generate_latest(metrics.registry).decode())


def taken(metrics: WorkerMetrics, *reports: JobReport) -> dict[tuple[str, ...], float]:
    for one in reports:
        metrics.take(one.model_dump_json().encode())
    return read(metrics)


def test_what_jobs_report_is_added_up() -> None:
    waiting = report(3, state=AgentState.NO_CAPACITY, holds_slot=False, refusals=1, log_failures=1)
    values = taken(WorkerMetrics(capacity=4), report(1), report(2), waiting)
    assert values["epedicare_frames_in_total",] == 75
    assert values["epedicare_frames_analysed_total",] == 60
    assert values["epedicare_frames_dropped_total",] == 15
    assert values["epedicare_analysis_delay_seconds_bucket", "0.05"] == 3
    assert values["epedicare_analysis_delay_seconds_count",] == 6
    assert values["epedicare_landmarker_images_total", "face"] == 60
    assert values["epedicare_landmarker_seconds_total", "face"] == pytest.approx(0.6)
    assert values["epedicare_patients", "analysing"] == 2
    assert values["epedicare_patients", "no_capacity"] == 1
    assert values["epedicare_patients_refused_total",] == 1
    assert values["epedicare_log_failures_total",] == 1
    assert values["epedicare_worker_free_slots",] == 2
    assert values["epedicare_worker_used_slots",] == 2


def test_a_job_that_says_goodbye_is_no_patient_and_what_it_did_counts() -> None:
    values = taken(WorkerMetrics(capacity=2), report(), report(is_last=True))
    assert values["epedicare_patients", "analysing"] == 0
    assert values["epedicare_worker_free_slots",] == 2
    assert values["epedicare_frames_in_total",] == 50


def test_a_job_that_was_killed_is_no_patient_and_holds_nothing() -> None:
    clock = Clock()
    metrics = WorkerMetrics(capacity=2, clock=clock)
    taken(metrics, report())
    clock.now_s += SILENT_AFTER_S + 0.1
    values = read(metrics)
    assert values["epedicare_patients", "analysing"] == 0
    assert values["epedicare_worker_free_slots",] == 2
    assert values["epedicare_frames_in_total",] == 25


GOOD = json.loads(report().model_dump_json())


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\xff",
        b"[]",
        json.dumps(GOOD | {"arrived": -1}).encode(),
        json.dumps(GOOD | {"state": "Ada Lovelace"}).encode(),
        json.dumps(GOOD | {"name": "Ada Lovelace"}).encode(),
        json.dumps(GOOD | {"delays_ms": [1.0] * (MOST_DELAYS + 1)}).encode(),
        json.dumps(GOOD | {"delays_ms": [float("nan")]}).encode(),
        json.dumps(GOOD | {"landmarkers": {"Ada": {"images": 1, "took_s": 1.0}}}).encode(),
    ],
)
def test_what_is_no_report_counts_for_nothing(wrong: bytes) -> None:
    metrics = WorkerMetrics(capacity=2)
    metrics.take(wrong)
    told = generate_latest(metrics.registry).decode()
    assert "Ada" not in told
    values = metric_values(told)
    assert values["epedicare_reports_unreadable_total",] == 1
    assert values["epedicare_frames_in_total",] == 0
    assert values["epedicare_patients", "analysing"] == 0


@pytest.fixture
def report_socket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = new_report_socket()
    monkeypatch.setenv(SOCKET_VARIABLE, str(path))
    yield path
    assert not path.parent.exists()


async def test_a_job_tells_its_worker_and_waits_for_nobody(report_socket: Path) -> None:
    assert report_socket.parent.stat().st_mode & 0o077 == 0
    metrics = WorkerMetrics(capacity=2)
    async with told_by_jobs(report_socket, metrics):
        line = ReportLine.open()
        assert line.tell(report())
        await eventually(lambda: read(metrics)["epedicare_frames_in_total",] == 25, 30, "a report")
        sent = sum(line.tell(report()) for _ in range(10_000))  # nobody reads meanwhile
        assert sent < 10_000
    assert not line.tell(report())
    assert line._connection is not None
    line._connection.close()


def test_without_metrics_a_job_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOCKET_VARIABLE, raising=False)
    assert not ReportLine.open().tell(report())
