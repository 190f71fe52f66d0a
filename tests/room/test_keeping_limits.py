"""Where no more may be kept, the log ends in order and the analysis goes on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from perceiving import perception, room

from agent.observation import Frame, Receipt
from agent.record import LogReader
from agent.record.limits import KeepingLimits, Limit
from agent.record.place import SessionFolder
from agent.record.session_key import SessionKey
from agent.room.assignment import Assignment
from agent.room.live_analysis import LiveAnalysis
from agent.room.room_to_keep import RoomToKeep
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

SESSION = "5" * 32
KEY = SessionKey.new(SESSION)
NOBODYS = Assignment(SESSION, "patient", frozenset(), sample=False)


def frame(media_s: float) -> Frame:
    receipt = Receipt(time.monotonic(), round(media_s * 10) + 1)
    return Frame(room(320, 240), round(media_s * 1e6), None, 0, 0, receipt)


def test_a_log_at_its_quota_ends_in_order_and_the_analysis_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / SESSION
    folder.mkdir()
    limits = KeepingLimits(session_mb=1, free_mb=0)
    with perception(live=True) as watching:
        analysis = LiveAnalysis(watching, NOBODYS, SessionFolder(folder), limits)
        analysis.begin_log(KEY.lock)
        log = analysis.log
        assert log is not None
        assert analysis.analyse(frame(0)) is not None
        (folder / "run-900.mcap").write_bytes(bytes(1_000_000))  # an earlier agent's
        deadline_s = time.monotonic() + 10
        while log.limit is None and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert log.limit is Limit.QUOTA
        assert log.failure == "the session has used up its 1 MB"
        analysis.end_log(Limit.QUOTA.value)
        results = analysis.analyse(frame(1))

    assert results is not None
    assert results.frame.origin.run == analysis.run
    (own,) = [path for path in folder.glob("run-*.mcap") if path.name != "run-900.mcap"]
    reader = LogReader(own, KEY)
    *_, last = reader.entries()
    summary = last.message()
    assert isinstance(summary, pb.Summary)
    assert summary.ended == "quota used up"
    assert reader.complete


async def test_a_log_is_begun_when_the_disk_has_answered_that_there_is_room(tmp_path: Path) -> None:
    answered = asyncio.Event()
    folder = tmp_path / SESSION
    folder.mkdir()
    limits = KeepingLimits(session_mb=1, free_mb=0)
    asked = RoomToKeep(limits, SessionFolder(folder), answered.set)
    assert not asked.is_there()
    await answered.wait()
    assert asked.is_there()

    (folder / "run-000.mcap").write_bytes(bytes(1_000_000))
    answered.clear()
    assert not asked.is_there()
    await answered.wait()
    assert not asked.is_there()
    assert asked.limit is Limit.QUOTA
    assert asked.sentence() == "the session has used up its 1 MB"
