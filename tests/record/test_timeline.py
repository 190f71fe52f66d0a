from __future__ import annotations

import re
from pathlib import Path

import pytest
from kept_sessions import START_UNIX_US, keep_live_run
from log_helpers import keep, provenance
from synthetic import Child, film

from agent.errors import LogUnreadable
from agent.record import LogReader
from agent.record.file import LogFile
from agent.record.run import KEEPING_NOT_ALLOWED, read_run, read_runs
from agent.record.timeline import Gap, Timeline
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit


def timeline(folder: Path) -> Timeline:
    return Timeline(read_runs(folder))


def frames(line: Timeline, *span: int) -> list[pb.FrameResult]:
    return [pb.FrameResult.FromString(data) for data in line.messages("/frame", *span)]


def test_one_run_keeps_its_own_time(tmp_path: Path) -> None:
    keep_live_run(tmp_path, film(2))
    line = timeline(tmp_path)
    times = [frame.t_ms for frame in frames(line)]
    assert (line.duration_ms, len(times)) == (times[-1], 60)
    assert line.gaps == []


def test_a_restarted_agents_run_comes_after_the_first_by_the_clock(tmp_path: Path) -> None:
    keep_live_run(tmp_path, film(2), run=100)
    keep_live_run(tmp_path, film(2), run=107, start_unix_us=START_UNIX_US + 7_000_000)
    line = timeline(tmp_path)
    assert [(run.offset_ms, run.from_ms) for run in line.runs] == [(0, 0), (7000, 7000)]
    assert line.gaps == [Gap(line.runs[0].to_ms, 7000, "agent_restarted")]
    assert [frame.t_ms for frame in frames(line, 7000, 7100)] == [7000, 7033, 7067]


def test_clocks_that_went_back_do_not_make_runs_overlap(tmp_path: Path) -> None:
    keep_live_run(tmp_path, film(2), run=100)
    keep_live_run(tmp_path, film(2), run=101, start_unix_us=START_UNIX_US - 60_000_000)
    first, second = timeline(tmp_path).runs
    assert second.from_ms == first.to_ms + 1


@pytest.mark.parametrize("set_us", [3_600_000_000, -3_600_000_000])
def test_a_clock_that_was_set_by_an_hour_between_runs_moves_none_of_them(
    tmp_path: Path, set_us: int
) -> None:
    keep_live_run(tmp_path, film(2), run=100)
    after_us = START_UNIX_US + 7_000_000
    keep_live_run(tmp_path, film(2), run=107, start_unix_us=after_us + set_us, clock_set_us=set_us)
    later_us = START_UNIX_US + 12_000_000
    keep_live_run(tmp_path, film(2), run=112, start_unix_us=later_us + set_us, clock_set_us=set_us)
    assert [run.from_ms for run in timeline(tmp_path).runs] == [0, 7000, 12_000]


def test_of_another_machine_only_the_clock_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_live_run(tmp_path, film(2), run=100)
    other = tmp_path / "boot_id"
    other.write_text("another machine's")
    monkeypatch.setattr("agent.record.provenance.BOOT_ID", other)
    start_us, set_us = START_UNIX_US + 7_000_000, 86_400_000_000
    keep_live_run(tmp_path, film(2), run=107, start_unix_us=start_us, clock_set_us=set_us)
    assert [run.from_ms for run in timeline(tmp_path).runs] == [0, 7000]


def test_all_times_of_a_message_move_together(tmp_path: Path) -> None:
    blinking = film(4, child=lambda t: Child(blink=(0.9, 0.9) if t % 2 < 0.15 else (0.1, 0.1)))
    observations = list(blinking)
    keep_live_run(tmp_path / "alone", observations)
    keep_live_run(tmp_path / "after", film(1), run=100)
    keep_live_run(
        tmp_path / "after", observations, run=110, start_unix_us=START_UNIX_US + 10_000_000
    )
    alone, after = timeline(tmp_path / "alone"), timeline(tmp_path / "after")
    for topic, kind in (
        ("/frame", pb.FrameResult),
        ("/event", pb.Event),
        ("/window", pb.WindowResult),
    ):
        plain = [kind.FromString(data) for data in alone.messages(topic)]
        moved = [kind.FromString(data) for data in after.messages(topic, 10_000)]
        assert len(plain) == len(moved) > 0
        for message, later in zip(plain, moved, strict=True):
            for name in ("t_ms", "onset_ms", "peak_ms", "offset_ms"):
                if name in kind.DESCRIPTOR.fields_by_name and getattr(message, name):
                    assert getattr(later, name) - getattr(message, name) == 10_000
            if isinstance(message, pb.FrameResult) and message.HasField("pose"):
                assert isinstance(later, pb.FrameResult)
                assert later.pose.t_ms - message.pose.t_ms == 10_000


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (pb.Status(state=pb.AGENT_STATE_PAUSED), "paused"),
        (pb.Status(state=pb.AGENT_STATE_LOST), "camera_lost"),
        (pb.Status(state=pb.AGENT_STATE_ANALYSING, keeping=pb.KEEPING_FAILED), "not_kept"),
        (pb.Status(state=pb.AGENT_STATE_ANALYSING), "no_frames"),
    ],
)
def test_a_silence_is_a_gap_with_its_reason(tmp_path: Path, status: pb.Status, reason: str) -> None:
    before, after = list(film(2)), list(film(2, start_s=6))
    status.t_ms = before[-1].t_ms
    keep_live_run(tmp_path, [*before, *after], statuses=[status])
    assert timeline(tmp_path).gaps == [Gap(before[-1].t_ms, 6000, reason)]


def test_a_silence_after_the_very_first_picture_is_a_gap(tmp_path: Path) -> None:
    first = next(film(1))
    keep_live_run(tmp_path, [first, *film(2, start_s=5)])
    assert timeline(tmp_path).gaps == [Gap(0, 5000, "no_frames")]


def test_between_two_logs_that_keeping_was_not_allowed_for_nothing_was_kept(tmp_path: Path) -> None:
    keep_live_run(tmp_path, film(2), run=100, ended=KEEPING_NOT_ALLOWED)
    keep_live_run(tmp_path, film(2, start_s=9), run=109)
    line = timeline(tmp_path)
    assert line.gaps == [Gap(line.runs[0].to_ms, 9000, "not_kept")]


def test_a_silence_in_a_damaged_log_is_said_to_be_damage(tmp_path: Path) -> None:
    path = keep_live_run(tmp_path, film(20))
    content = bytearray(path.read_bytes())
    chunks = [m.start() for m in re.finditer(rb"\x04\x00\x00\x00zstd", content)]
    content[chunks[2] + 60] ^= 1  # the third: not the first frames and not the last
    path.write_bytes(content)
    (gap,) = timeline(tmp_path).gaps
    assert gap.reason == "damaged"
    assert gap.to_ms - gap.from_ms > 1500


def test_keeping_that_was_allowed_later_leaves_a_gap_before_it(tmp_path: Path) -> None:
    keep_live_run(tmp_path, film(1, start_s=30))
    line = timeline(tmp_path)
    assert line.runs[0].from_ms == 30_000
    assert line.gaps == [Gap(0, 30_000, "not_kept")]


def test_a_lost_registry_is_ours_when_the_log_says_so(tmp_path: Path) -> None:
    path = keep_live_run(tmp_path, film(12))
    content = bytearray(path.read_bytes())
    chunks = [m.start() for m in re.finditer(rb"\x04\x00\x00\x00zstd", content)]
    content[chunks[1] + 60] ^= 1
    path.write_bytes(content)
    assert not list(LogReader(path).entries({"/registry"}))
    run = read_run(path)
    assert run is not None
    assert list(Timeline([run]).messages("/registry")) == [
        encode_registry().SerializeToString(deterministic=True)
    ]


def test_values_without_names_are_refused(tmp_path: Path) -> None:
    path = keep_live_run(tmp_path, film(12))
    content = bytearray(path.read_bytes())
    chunks = [m.start() for m in re.finditer(rb"\x04\x00\x00\x00zstd", content)]
    for chunk in chunks[:2]:
        content[chunk + 60] ^= 1
    path.write_bytes(content)
    with pytest.raises(LogUnreadable, match="has lost the names of its measures"):
        read_run(path)


def write_version(folder: Path, registry: pb.Registry, value: pb.Value, unix_us: int) -> None:
    file = LogFile(folder)
    run = unix_us // 1_000_000
    keep(file, provenance(run), 0)
    keep(file, registry, 0)
    timing = pb.Timing(received_unix_us=unix_us)
    keep(file, pb.Observation(timing=timing), 0)
    keep(file, pb.FrameResult(values=[value], face=pb.FaceOverlay(points=b"12")), 0)
    keep(file, pb.Event(kind=0, onset_ms=0, reasons=[0]), 0)
    file.finish()
    file.sync()
    file.close()


def test_what_an_older_version_measured_keeps_its_name(tmp_path: Path) -> None:
    yaw, pitch, gone = (pb.MeasureInfo(id=i, unit="deg") for i in ("yaw", "pitch", "gone"))
    dark, far = pb.ReasonInfo(id="dark"), pb.ReasonInfo(id="far")
    nod, shake = pb.EventInfo(id="nod"), pb.EventInfo(id="shake")
    old = pb.Registry(hash="old", measures=[gone, yaw], reasons=[far, dark], events=[shake, nod])
    new = pb.Registry(hash="new", measures=[pitch, yaw], reasons=[dark], events=[nod])
    old.face_layout.landmarks[:] = [1]
    write_version(tmp_path, old, pb.Value(measure=1, value=4, reasons=[1, 0]), START_UNIX_US)
    write_version(tmp_path, new, pb.Value(measure=1, value=5), START_UNIX_US + 5_000_000)
    line = timeline(tmp_path)
    (joint,) = [pb.Registry.FromString(data) for data in line.messages("/registry")]
    assert [m.id for m in joint.measures] == ["pitch", "yaw", "gone"]
    before, after = frames(line)
    assert [joint.measures[f.values[0].measure].id for f in (before, after)] == ["yaw", "yaw"]
    assert [joint.reasons[r].id for r in before.values[0].reasons] == ["dark", "far"]
    assert not before.HasField("face"), "its points are not where the newer version has them"
    assert after.HasField("face")
    events = [pb.Event.FromString(data) for data in line.messages("/event")]
    assert [joint.events[e.kind].id for e in events] == ["shake", "nod"]


def test_values_that_do_not_compare_are_not_put_under_one_name(tmp_path: Path) -> None:
    old = pb.Registry(hash="old", measures=[pb.MeasureInfo(id="yaw", algorithm_version=1)])
    new = pb.Registry(hash="new", measures=[pb.MeasureInfo(id="yaw", algorithm_version=2)])
    write_version(tmp_path, old, pb.Value(measure=0, value=4), START_UNIX_US)
    write_version(tmp_path, new, pb.Value(measure=0, value=5), START_UNIX_US + 5_000_000)
    before, after = frames(timeline(tmp_path))
    assert (len(before.values), after.values[0].value) == (0, 5)
