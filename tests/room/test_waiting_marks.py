"""Marks are stamped when their key is pressed, wait through a pause, and are never lost unsaid."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from perceiving import perception, room

from agent.errors import CommandRefused
from agent.observation import Frame, Mark, Receipt
from agent.record import LogReader
from agent.record.limits import KeepingLimits
from agent.record.place import SessionFolder
from agent.record.session_key import SessionKey
from agent.room.assignment import Assignment
from agent.room.live_analysis import MOST_WAITING, LiveAnalysis
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

ROOMY = KeepingLimits(session_mb=1000, free_mb=0)
KEY = SessionKey.new("0" * 32)
NOBODYS = Assignment("0" * 32, "patient", frozenset(), sample=False)


@pytest.fixture
def analysis(tmp_path: Path) -> Iterator[LiveAnalysis]:
    with perception(live=True) as watching:
        yield LiveAnalysis(watching, NOBODYS, SessionFolder(tmp_path / "session"), ROOMY)


def frame(media_s: float, received_s: float) -> Frame:
    receipt = Receipt(received_s, round(media_s * 10) + 1)
    return Frame(room(320, 240), round(media_s * 1e6), None, 0, 0, receipt)


def unusable_frame(received_s: float) -> Frame:
    return Frame(room(4000, 40), 0, None, 0, 0, Receipt(received_s, 1))


def marks_ms(events: tuple[pb.Event, ...]) -> dict[str, int]:
    return {event.label: event.onset_ms for event in events if event.label}


def test_a_mark_belongs_to_when_its_key_was_pressed(analysis: LiveAnalysis) -> None:
    began_s = time.monotonic() - 10
    analysis.analyse(frame(0, began_s))
    analysis.command(Mark("written for half a second", 500))
    asked_s = time.monotonic()
    results = analysis.analyse(frame(60, began_s + 60))  # after a pause of a minute
    assert results is not None
    at_ms = marks_ms(results.events)["written for half a second"]
    assert 9499 <= at_ms <= 1000 * (asked_s - began_s) - 499
    again = analysis.analyse(frame(61, began_s + 61))
    assert again is not None and marks_ms(again.events) == {}


def test_a_mark_that_no_frame_comes_for_is_kept_when_the_log_ends(
    analysis: LiveAnalysis, tmp_path: Path
) -> None:
    analysis.begin_log(KEY.lock)
    began_s = time.monotonic() - 30
    analysis.analyse(frame(0, began_s))
    analysis.command(Mark("in the pause"))
    told = marks_ms(analysis.end_log("test"))
    assert told["in the pause"] >= 30_000
    (log,) = tmp_path.glob("**/run-*.mcap")
    events = [e.message() for e in LogReader(log, KEY).entries({"/event"})]
    assert marks_ms(tuple(e for e in events if isinstance(e, pb.Event))) == told


def test_a_frame_that_is_refused_takes_no_mark(analysis: LiveAnalysis) -> None:
    now_s = time.monotonic()
    analysis.command(Mark("x"))
    assert analysis.analyse(unusable_frame(now_s)) is None
    results = analysis.analyse(frame(1, now_s + 1))
    assert results is not None and marks_ms(results.events) == {"x": 0}


def test_no_more_wait_when_frames_are_refused(analysis: LiveAnalysis) -> None:
    for _ in range(MOST_WAITING):
        analysis.command(Mark("x"))
    assert analysis.analyse(unusable_frame(time.monotonic())) is None
    with pytest.raises(CommandRefused, match="too much"):
        analysis.command(Mark("x"))


def test_what_nothing_will_take_is_refused(analysis: LiveAnalysis) -> None:
    for _ in range(MOST_WAITING):
        analysis.command(Mark("x"))
    with pytest.raises(CommandRefused, match="too much"):
        analysis.command(Mark("x"))
    analysis.refuse_commands()
    with pytest.raises(CommandRefused, match="ended"):
        analysis.command(Mark("x"))


def test_frames_that_a_newer_one_took_the_place_of_are_counted(analysis: LiveAnalysis) -> None:
    now_s = time.monotonic()
    for number in (1, 2, 5):
        receipt = Receipt(now_s, number)
        analysis.analyse(Frame(room(320, 240), 100_000 * number, None, 0, 1, receipt))
    assert (analysis.arrived, analysis.analysed, analysis.dropped) == (5, 3, 2)
    analysis.analyse(Frame(room(4000, 40), 0, None, 0, 2, Receipt(now_s, 1)))  # cannot be analysed
    assert (analysis.arrived, analysis.analysed, analysis.dropped) == (6, 3, 3)
    assert analysis.landmarkers()["face"][0] >= 3
