from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
from kept_sessions import cut_in_last_chunk, keep_live_run, kept
from synthetic import Child, film

from agent.errors import FolderInUse, RecordError
from agent.observation import Mark, SetBaseline
from agent.offline import analyse_session
from agent.record import LogReader
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit

COMPUTED = ("/observation", "/frame", "/window", "/event", "/summary")


def lively(t: float) -> Child:
    blink = 0.9 if t % 3 < 0.15 else 0.1
    return Child(
        yaw=25 * math.sin(t), pitch=5 * math.cos(t), blink=(blink, blink), smile=(0.6, 0.6)
    )


def test_measures_computed_again_are_those_sent_live(tmp_path: Path) -> None:
    observations = film(
        12,
        child=lively,
        noise=0.0005,
        jitter=0.3,
        drop=0.1,
        track=lambda t: 1 if t < 7 else 2,
        commands={60: (SetBaseline(),), 90: (Mark("name called"),)},
    )
    live = keep_live_run(tmp_path / "live", observations)
    analysed = analyse_session(tmp_path / "live", tmp_path / "again")
    again = tmp_path / "again" / "run-000.mcap"
    assert kept(again, *COMPUTED) == kept(live, *COMPUTED)
    assert len(kept(live, "/event")) > 3
    assert analysed.notes == ()


def test_marks_that_no_picture_came_for_are_repeated(tmp_path: Path) -> None:
    last = (Mark("as the camera went", 200), Mark("in the pause", -40_000))
    observations = film(2, hz=10, commands={19: (Mark("with the last picture", 100),)})
    live = keep_live_run(tmp_path / "live", observations, last_marks=last)
    analyse_session(tmp_path / "live", tmp_path / "again")
    again = tmp_path / "again" / "run-000.mcap"
    assert kept(again, *COMPUTED) == kept(live, *COMPUTED)
    events = [entry.message() for entry in LogReader(again).entries({"/event"})]
    marked = {e.label: e.onset_ms for e in events if isinstance(e, pb.Event) and e.label}
    assert marked == {
        "with the last picture": 1800,
        "as the camera went": 1700,
        "in the pause": 41_900,
    }


def test_where_the_observations_came_from_is_kept(tmp_path: Path) -> None:
    live = keep_live_run(tmp_path / "live", film(1))
    analyse_session(tmp_path / "live", tmp_path / "again")
    (first,) = LogReader(live).entries({"/provenance"})
    (second,) = LogReader(tmp_path / "again" / "run-000.mcap").entries({"/provenance"})
    before, after = first.message(), second.message()
    assert isinstance(before, pb.Provenance)
    assert isinstance(after, pb.Provenance)
    assert (after.source, after.sample, after.session_id) == ("live", True, before.session_id)
    assert after.configuration["observed_with_code_version"] == before.code_version


def test_each_run_is_computed_by_itself(tmp_path: Path) -> None:
    first = keep_live_run(tmp_path / "live", film(2, child=lively), run=10)
    second = keep_live_run(tmp_path / "live", film(3, child=lively), run=20)
    analysed = analyse_session(tmp_path / "live", tmp_path / "again")
    assert analysed.frames == 150
    assert kept(tmp_path / "again" / first.name, *COMPUTED) == kept(first, *COMPUTED)
    assert kept(tmp_path / "again" / second.name, *COMPUTED) == kept(second, *COMPUTED)


def test_a_crashed_log_is_analysed_as_far_as_it_goes(tmp_path: Path) -> None:
    live = keep_live_run(tmp_path / "live", film(12, child=lively), ended=None)
    live.write_bytes(cut_in_last_chunk(live.read_bytes()))
    analysed = analyse_session(tmp_path / "live", tmp_path / "again")
    assert analysed.summary.ended == "the log ends without a summary"
    sent = kept(live, "/frame")
    assert 0 <= analysed.frames - len(sent) <= 1  # cut between an observation and its frame
    assert kept(tmp_path / "again" / "run-000.mcap", "/frame")[: len(sent)] == sent != []


def test_missing_observations_are_said(tmp_path: Path) -> None:
    live = keep_live_run(tmp_path / "live", film(10, child=lively, noise=0.01))
    content = bytearray(live.read_bytes())
    second_chunk = content.index(
        b"\x04\x00\x00\x00zstd", content.index(b"\x04\x00\x00\x00zstd") + 1
    )
    content[second_chunk + 500] ^= 1
    live.write_bytes(content)
    analysed = analyse_session(tmp_path / "live", tmp_path / "again")
    assert any("lacks" in note and "observations" in note for note in analysed.notes)
    assert any("fail their checksum" in note for note in analysed.notes)


def test_status_and_network_stay_in_the_session(tmp_path: Path) -> None:
    paused = pb.Status(state=pb.AGENT_STATE_PAUSED, t_ms=900)
    live = keep_live_run(tmp_path / "live", film(1), statuses=[paused])
    analyse_session(tmp_path / "live", tmp_path / "again")
    assert kept(tmp_path / "again" / "run-000.mcap", "/status") == kept(live, "/status") != []


def test_a_used_folder_is_refused(tmp_path: Path) -> None:
    keep_live_run(tmp_path / "live", film(1))
    shutil.copytree(tmp_path / "live", tmp_path / "used")
    before = (tmp_path / "used" / "run-000.mcap").read_bytes()
    with pytest.raises(FolderInUse, match="already holds something"):
        analyse_session(tmp_path / "live", tmp_path / "used")
    assert (tmp_path / "used" / "run-000.mcap").read_bytes() == before


def test_a_log_without_observations_is_refused(tmp_path: Path) -> None:
    keep_live_run(tmp_path / "live", ())
    with pytest.raises(RecordError, match="no observations"):
        analyse_session(tmp_path / "live", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_session_measured_by_other_measures_is_said(tmp_path: Path) -> None:
    live = keep_live_run(tmp_path / "live", film(2), registry=_another_registry())
    analysed = analyse_session(tmp_path / "live", tmp_path / "again")
    assert any("measures have changed" in note for note in analysed.notes)
    assert len(kept(tmp_path / "again" / "run-000.mcap", "/frame")) == len(kept(live, "/frame"))


def _another_registry() -> pb.Registry:
    """Its reasons come in another order, and one of them no longer exists."""
    registry = pb.Registry()
    registry.CopyFrom(encode_registry())
    reasons = [pb.ReasonInfo(id="forgotten"), *reversed(registry.reasons)]
    del registry.reasons[:]
    registry.reasons.extend(reasons)
    registry.hash = "another"
    return registry
