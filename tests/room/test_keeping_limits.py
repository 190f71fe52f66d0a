"""Where no more may be kept, the log ends in order and the analysis goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from perceiving import perception, room

from agent.observation import Frame, Receipt
from agent.perception.perception import Perception
from agent.record import LogReader
from agent.record.limits import KeepingLimits, Limit
from agent.room.assignment import Assignment
from agent.room.live_analysis import LiveAnalysis
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

SESSION = "5" * 32
NOBODYS = Assignment(SESSION, "patient", frozenset(), sample=False)


@pytest.fixture
def watching() -> Iterator[Perception]:
    with perception(live=True) as made:
        yield made


def frame(media_s: float) -> Frame:
    receipt = Receipt(time.monotonic(), round(media_s * 10) + 1)
    return Frame(room(320, 240), round(media_s * 1e6), None, 0, 0, receipt)


def test_a_log_at_its_quota_ends_in_order_and_none_is_begun_after_it(
    watching: Perception, tmp_path: Path
) -> None:
    folder = tmp_path / "sessions" / SESSION
    folder.mkdir(parents=True)
    limits = KeepingLimits(session_mb=1, free_mb=0)
    analysis = LiveAnalysis(watching, NOBODYS, tmp_path, limits)
    analysis.begin_log()
    assert analysis.log is not None
    assert analysis.analyse(frame(0)) is not None
    (folder / "run-900.mcap").write_bytes(bytes(1_000_000))  # an earlier agent's
    deadline_s = time.monotonic() + 10
    while analysis.limit is None and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert analysis.limit is Limit.QUOTA
    assert analysis.keeping_failure == "the session has used up its 1 MB"

    analysis.end_log(Limit.QUOTA.value)
    (log,) = [path for path in folder.glob("run-*.mcap") if path.name != "run-900.mcap"]
    reader = LogReader(log)
    *_, last = reader.entries()
    summary = last.message()
    assert isinstance(summary, pb.Summary)
    assert summary.ended == "quota used up"
    assert reader.complete

    analysis.begin_log()
    assert analysis.log is None
    assert analysis.limit is Limit.QUOTA
    results = analysis.analyse(frame(1))
    assert results is not None
    assert results.frame.origin.run == analysis.run


def test_who_withdraws_keeping_is_not_told_of_a_quota(watching: Perception, tmp_path: Path) -> None:
    limits = KeepingLimits(session_mb=1000, free_mb=10**9)
    analysis = LiveAnalysis(watching, NOBODYS, tmp_path, limits)
    analysis.begin_log()
    assert (analysis.log, analysis.limit) == (None, Limit.DISK)
    analysis.end_log("keeping not allowed")
    assert (analysis.limit, analysis.keeping_failure) == (None, "")
