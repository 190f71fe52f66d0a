from __future__ import annotations

import csv
import math
import os
import stat
from pathlib import Path

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest
from kept_sessions import SESSION_ID, cut_in_last_chunk, keep_live_run
from synthetic import Child, film

from agent.errors import CannotExport, RecordError
from agent.export.format import Format
from agent.export.formats import export_session
from agent.measures.registry import REGISTRY
from agent.observation import Mark
from agent.offline.reanalysis import analyse_session
from agent.record import LogReader
from agent.record.run import read_runs
from agent.record.session_json import add_to_session_json
from agent.record.timeline import Timeline
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit


def lively(t: float) -> Child | None:
    blink = 0.9 if t % 2 < 0.15 else 0.1
    return Child(yaw=20 * math.sin(t), blink=(blink, blink)) if t < 5 else None


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("session")
    commands = {30: (Mark('name called, "loudly"'),)}
    keep_live_run(folder, film(6, child=lively, commands=commands), run=10)
    keep_live_run(folder, film(1, child=lively), run=20)
    return folder


@pytest.fixture(scope="module")
def parquet(session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("parquet") / "tables"
    export_session(session, Format.PARQUET, out)
    return out


def logged_frames(session: Path) -> list[pb.FrameResult]:
    frames = []
    for path in sorted(session.glob("run-*.mcap")):
        for entry in LogReader(path).entries({"/frame"}):
            message = entry.message()
            assert isinstance(message, pb.FrameResult)
            frames.append(message)
    return frames


def test_every_frame_is_a_row_with_each_measures_value(session: Path, parquet: Path) -> None:
    rows = pyarrow.parquet.read_table(parquet / "frames.parquet").to_pylist()
    frames = logged_frames(session)
    assert len(rows) == len(frames) == 210
    for row, frame in zip(rows, frames, strict=True):
        assert (row["run"], row["seq"], row["t_ms"]) == (
            frame.origin.run,
            frame.origin.seq,
            frame.t_ms,
        )
        for value in frame.values:
            measure = REGISTRY.measures[value.measure].id
            assert row[measure] == (value.value if value.HasField("value") else None)
            reasons = [REGISTRY.reasons[index].id for index in value.reasons]
            assert row[f"{measure}.reasons"] == ";".join(reasons)


def test_withheld_values_are_empty_and_say_why(parquet: Path) -> None:
    rows = pyarrow.parquet.read_table(parquet / "frames.parquet").to_pylist()
    withheld = [row for row in rows if row["head_yaw.quality"] == "not_measurable"]
    assert withheld
    assert all(row["head_yaw"] is None and row["head_yaw.reasons"] for row in withheld)


def test_parquet_columns_carry_unit_and_meaning(parquet: Path) -> None:
    schema = pyarrow.parquet.read_schema(parquet / "frames.parquet")
    assert schema.field("head_yaw").metadata[b"unit"] == b"deg"
    assert schema.field("t_ms").metadata[b"unit"] == b"ms"
    assert b"meaning" in schema.field("head_yaw").metadata


def test_tables_say_where_they_come_from(parquet: Path) -> None:
    for name in ("frames", "windows", "events"):
        facts = pyarrow.parquet.read_schema(parquet / f"{name}.parquet").metadata
        assert facts[b"session_id"].decode() == SESSION_ID
        assert facts[b"source"] == b"live"
        assert facts[b"code_version"]


def test_algorithm_versions_go_with_the_values(parquet: Path) -> None:
    schema = pyarrow.parquet.read_schema(parquet / "frames.parquet")
    rows = pyarrow.parquet.read_table(parquet / "windows.parquet").to_pylist()
    told = {row["measure"]: row["algorithm_version"] for row in rows}
    for measure in REGISTRY.measures:
        assert told[measure.id] == measure.algorithm_version
        assert int(schema.field(measure.id).metadata[b"algorithm_version"]) == told[measure.id]


def test_runs_stand_on_one_line_of_time_and_frames_keep_their_own_stamp(
    session: Path, parquet: Path
) -> None:
    placed = Timeline(read_runs(session)).runs
    offset_ms = {one.run.provenance.run: one.offset_ms for one in placed}
    assert offset_ms[20] > offset_ms[10] == 0
    for name in ("frames", "windows", "events"):
        rows = pyarrow.parquet.read_table(parquet / f"{name}.parquet").to_pylist()
        assert all(row["session_ms"] - row["t_ms"] == offset_ms[row["run"]] for row in rows)
    rows = pyarrow.parquet.read_table(parquet / "frames.parquet").to_pylist()
    stamps = [
        message.media_us
        for path in sorted(session.glob("run-*.mcap"))
        for entry in LogReader(path).entries({"/observation"})
        if isinstance(message := entry.message(), pb.Observation)
    ]
    assert [row["media_us"] for row in rows] == stamps


@pytest.mark.parametrize("code", ["KTR-FWJ", "=1+1"])
def test_each_row_says_whose_visit_it_was(tmp_path: Path, code: str) -> None:
    """Also after the measures were computed again; not what no service wrote."""
    kept, again, tables = (tmp_path / name for name in ("kept", "again", "tables"))
    keep_live_run(kept, film(1))
    add_to_session_json(kept, {"patient_code": code, "visit_number": 2, "age_months": None})
    analyse_session(kept, again)
    export_session(again, Format.PARQUET, tables)
    for name in ("frames", "windows"):
        rows = pyarrow.parquet.read_table(tables / f"{name}.parquet").to_pylist()
        told = {(row["patient_code"], row["visit_number"], row["age_months"]) for row in rows}
        assert told == {(None if code == "=1+1" else code, 2, None)}


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_typed_formula_stays_a_text_in_a_spreadsheet(tmp_path: Path, formula: str) -> None:
    folder = tmp_path / "session"
    keep_live_run(folder, film(1, commands={3: (Mark(formula),), 9: (Mark("a - b = c"),)}))
    export_session(folder, Format.CSV, folder)
    export_session(folder, Format.PARQUET, folder)
    with (folder / "events.csv").open(newline="") as stream:
        labels = [row["label"] for row in csv.DictReader(stream) if row["kind"] == "mark"]
    assert labels == [f"'{formula}", "a - b = c"]
    rows = pyarrow.parquet.read_table(folder / "events.parquet").to_pylist()
    assert [row["label"] for row in rows if row["kind"] == "mark"] == [formula, "a - b = c"]


def test_windows_are_tidy_and_end_with_each_runs_summary(session: Path, parquet: Path) -> None:
    rows = pyarrow.parquet.read_table(parquet / "windows.parquet").to_pylist()
    by_length = {row["window_ms"] for row in rows}
    assert {0, 1000} <= by_length
    yaw = [row for row in rows if row["measure"] == "head_yaw" and row["window_ms"] == 1000]
    assert all(row["unit"] == "deg" and row["quality"] for row in yaw)
    assert any(row["value"] is not None and row["n"] > 20 for row in yaw)
    assert {row["run"] for row in rows if row["window_ms"] == 0} == {10, 20}


@pytest.mark.parametrize(("ended", "t_ms"), [("left", 24_967), (None, 20_000)])
def test_a_run_as_a_whole_is_one_row_for_each_measure(
    tmp_path: Path, ended: str | None, t_ms: int
) -> None:
    """The session's windows come every 10 s; the summary of a killed agent is missing."""
    keep_live_run(tmp_path / "session", film(25, child=lively), ended=ended)
    export_session(tmp_path / "session", Format.PARQUET, tmp_path)
    rows = pyarrow.parquet.read_table(tmp_path / "windows.parquet").to_pylist()
    whole = [row for row in rows if row["window_ms"] == 0]
    assert len(whole) == len({row["measure"] for row in rows})
    assert {row["t_ms"] for row in whole} == {t_ms}


def test_events_are_one_row_each(parquet: Path) -> None:
    rows = pyarrow.parquet.read_table(parquet / "events.parquet").to_pylist()
    keys = [(row["run"], row["id"]) for row in rows]
    assert len(keys) == len(set(keys)) > 2
    (mark,) = [row for row in rows if row["kind"] == "mark"]
    assert mark["label"] == 'name called, "loudly"'
    assert mark["onset_ms"] == mark["offset_ms"] == 1000
    blinks = [row for row in rows if row["kind"] == "blink"]
    assert blinks
    assert all(row["offset_ms"] > row["onset_ms"] for row in blinks)


def without_empty(table: pyarrow.Table) -> list[dict[str, object]]:
    """CSV cannot tell an empty text from none."""
    return [{k: v for k, v in row.items() if v not in (None, "")} for row in table.to_pylist()]


def test_csv_holds_the_same_and_a_dictionary(session: Path, parquet: Path, tmp_path: Path) -> None:
    exported = export_session(session, Format.CSV, tmp_path / "csv")
    assert [table.path.name for table in exported] == [
        "frames.csv",
        "windows.csv",
        "events.csv",
        "columns.csv",
    ]
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    for name in ("frames", "windows", "events"):
        wanted = pyarrow.parquet.read_table(parquet / f"{name}.parquet")
        options.column_types = wanted.schema
        got = pyarrow.csv.read_csv(tmp_path / "csv" / f"{name}.csv", convert_options=options)
        assert without_empty(got) == without_empty(wanted)
    with (tmp_path / "csv" / "columns.csv").open(newline="") as stream:
        units = {(row["table"], row["column"]): row["unit"] for row in csv.DictReader(stream)}
    assert units["frames", "head_yaw"] == "deg"


def test_tables_are_private(parquet: Path) -> None:
    assert stat.S_IMODE(parquet.stat().st_mode) == 0o700
    for table in parquet.iterdir():
        assert stat.S_IMODE(table.stat().st_mode) == 0o600


def test_a_crashed_log_is_exported_as_far_as_it_goes(tmp_path: Path) -> None:
    folder = tmp_path / "crashed"
    run = keep_live_run(folder, film(12, child=lively))
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    (folder / "run-001.mcap").write_bytes(b"")
    exported = export_session(folder, Format.PARQUET, folder)
    rows = pyarrow.parquet.read_table(folder / "frames.parquet").num_rows
    assert 0 < rows == exported[0].rows < 360


def test_nothing_readable_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "run-000.mcap").write_text("no log")
    with pytest.raises(RecordError, match="nothing can be read"):
        export_session(tmp_path, Format.CSV, tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_said_and_leaves_no_half_table(session: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "frames.parquet.part").symlink_to("/dev/full")
    with pytest.raises(CannotExport, match="No space left"):
        export_session(session, Format.PARQUET, out)
    assert list(out.iterdir()) == []
