"""Logs that contradict themselves, and folders that hold another session's tables."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from kept_sessions import keep_live_run
from log_helpers import frame, keep, observation, provenance, registry
from synthetic import film

from agent.errors import CannotExport, EpedicareError
from agent.export.columns import EVENT, FRAME, WINDOW
from agent.export.format import TABLES, Format
from agent.export.formats import export_session
from agent.record import run_files
from agent.record.file import LogFile
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

FIRST, SECOND = "1" * 32, "2" * 32


def contradicting(folder: Path, change: Callable[[list[pb.FrameResult]], None]) -> Path:
    """A log whose checksums hold, with results that are not what its registry says."""
    file = LogFile(folder)
    keep(file, provenance(), 0)
    keep(file, registry(), 0)
    frames = [frame(number) for number in range(40)]
    change(frames)
    for number, result in enumerate(frames):
        keep(file, observation(number), result.t_ms)
        keep(file, result, result.t_ms)
    file.finish()
    file.sync()
    file.close()
    return folder


def unknown_measure(frames: list[pb.FrameResult]) -> None:
    frames[30].values[0].measure = 7


def unknown_reason(frames: list[pb.FrameResult]) -> None:
    frames[30].values[0].reasons.append(9)


def unknown_quality(frames: list[pb.FrameResult]) -> None:
    frames[30].values[0].quality = 77  # type: ignore[assignment]


def measure_twice(frames: list[pb.FrameResult]) -> None:
    frames[30].values.add(measure=0)


def endless_time(frames: list[pb.FrameResult]) -> None:
    frames[30].timing.received_unix_us = 2**64 - 1


@pytest.mark.parametrize("to", TABLES)
@pytest.mark.parametrize(
    "change", [unknown_measure, unknown_reason, unknown_quality, measure_twice, endless_time]
)
def test_a_log_that_contradicts_itself_is_one_line_and_leaves_the_old_tables(
    tmp_path: Path, change: Callable[[list[pb.FrameResult]], None], to: Format
) -> None:
    folder = contradicting(tmp_path / "session", change)
    (folder / f"frames.{to.value}").write_text("made before")
    before = sorted(folder.iterdir())
    with pytest.raises(EpedicareError, match=r"run-000\.mcap contradicts itself: ") as refusal:
        export_session(folder, to, folder)
    assert "\n" not in str(refusal.value)
    assert sorted(folder.iterdir()) == before
    assert (folder / f"frames.{to.value}").read_text() == "made before"


@pytest.mark.parametrize("names", [["t_ms"], ["a", "a.quality"], ["a", "a"]])
def test_measures_that_are_named_like_other_columns_are_refused(
    tmp_path: Path, names: list[str]
) -> None:
    file = LogFile(tmp_path)
    keep(file, provenance(), 0)
    keep(file, pb.Registry(measures=[pb.MeasureInfo(id=name) for name in names]), 0)
    keep(file, observation(0), 0)
    file.finish()
    file.sync()
    file.close()
    with pytest.raises(EpedicareError, match="contradicts itself"):
        export_session(tmp_path, Format.PARQUET, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run-000.mcap"]


def test_a_fault_in_a_later_table_leaves_none_of_the_new_ones(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    file = LogFile(folder)
    for message in (provenance(), registry(), observation(0), frame(0), pb.Event(kind=3)):
        keep(file, message, 0)
    file.finish()
    file.sync()
    file.close()
    with pytest.raises(EpedicareError, match="it names kind of event 3, and knows 0"):
        export_session(folder, Format.CSV, tmp_path / "tables")
    assert list((tmp_path / "tables").iterdir()) == []


def test_integers_are_signed_so_that_a_windows_begin_can_be_computed() -> None:
    columns = [*FRAME, *WINDOW, *EVENT]
    integers = {column.kind for column in columns if pa.types.is_integer(column.kind)}
    assert integers == {pa.int64()}


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    folders = (tmp_path / FIRST, tmp_path / SECOND)
    for folder in folders:
        keep_live_run(folder, film(2))
    return folders


@pytest.mark.parametrize("first", TABLES)
@pytest.mark.parametrize("second", TABLES)
def test_a_second_session_does_not_overwrite_the_tables_of_the_first(
    tmp_path: Path, two: tuple[Path, Path], first: Format, second: Format
) -> None:
    out = tmp_path / "tables"
    export_session(two[0], first, out)
    kept = {path: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(CannotExport, match=f"is of session {FIRST}; name another folder"):
        export_session(two[1], second, out)
    assert {path: path.read_bytes() for path in out.iterdir()} == kept
    export_session(two[0], first, out)


def test_a_table_that_is_not_known_to_be_ours_is_not_overwritten(
    tmp_path: Path, two: tuple[Path, Path]
) -> None:
    out = tmp_path / "tables"
    out.mkdir()
    for content in ("t,x\n1,2\n", "no table \0"):
        (out / "frames.csv").write_text(content)
        (out / "windows.parquet").write_text(content)
        with pytest.raises(CannotExport, match="is of no session that it names"):
            export_session(two[0], Format.CSV, out)
        assert (out / "frames.csv").read_text() == content


def test_each_row_says_which_session_it_is_of(tmp_path: Path, two: tuple[Path, Path]) -> None:
    for folder in two:
        export_session(folder, Format.CSV, folder)
        export_session(folder, Format.PARQUET, folder)
        for name in ("frames", "windows", "events"):
            with (folder / f"{name}.csv").open(newline="") as stream:
                assert {row["session_id"] for row in csv.DictReader(stream)} <= {folder.name}
            rows = pyarrow.parquet.read_table(folder / f"{name}.parquet").to_pylist()
            assert {row["session_id"] for row in rows} <= {folder.name}


def test_a_registry_of_a_hundred_thousand_measures_is_refused(tmp_path: Path) -> None:
    file = LogFile(tmp_path)
    keep(file, provenance(), 0)
    keep(file, pb.Registry(measures=[pb.MeasureInfo(id=f"m{n}") for n in range(100_000)]), 0)
    keep(file, observation(0), 0)
    file.finish()
    file.sync()
    file.close()
    assert run_files(tmp_path)
    with pytest.raises(EpedicareError, match="names 100000 measures"):
        export_session(tmp_path, Format.PARQUET, tmp_path)
