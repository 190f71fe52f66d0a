"""frames, windows and events as Parquet or CSV; works on a log that was cut off, too."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from agent.errors import CannotExport
from agent.export.columns import EVENT, FRAME, WINDOW, Column, measure_columns, schema_of
from agent.export.others import refuse_tables_of_others
from agent.export.rows import Row, event_rows, for_spreadsheets, frame_rows, window_rows
from agent.record.folder import PRIVATE_FILE, make_private_folder, visit_of
from agent.record.run import Run, read_runs
from agent.record.timeline import PlacedRun, Timeline
from agent.wire.generated import analysis_pb2 as pb

ROWS_AT_ONCE = 2000
Progress = Callable[[int, int | None], None]  # rows of a table done, rows expected if known


def no_progress(done: int, expected: int | None) -> None:
    pass


class Format(StrEnum):
    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    rows: Callable[[PlacedRun], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    rows: int


def export_session(
    folder: Path, to: Format, out_dir: Path, progress: Progress = no_progress
) -> list[Exported]:
    return export_runs(read_runs(folder), to, out_dir, progress)


def export_runs(
    runs: list[Run], to: Format, out_dir: Path, progress: Progress = no_progress
) -> list[Exported]:
    """After this `lost_parts` of the runs is known."""
    timeline = Timeline(runs)
    tables = (
        Table("frames", (*FRAME, *measure_columns(_measures(runs))), frame_rows),
        Table("windows", WINDOW, window_rows),
        Table("events", EVENT, event_rows),
    )
    _check_columns(tables[0])
    try:
        make_private_folder(out_dir)
        if not out_dir.samefile(runs[0].log.path.parent):
            refuse_tables_of_others(out_dir, runs[0].session_id, [table.name for table in tables])
        with ExitStack() as parts:  # all tables get their names when all are whole, or none does
            exported = []
            for table in tables:
                path = out_dir / f"{table.name}.{to.value}"
                rows = _counted(timeline, table, progress)
                part = parts.enter_context(part_of(path))
                exported.append(Exported(path, _write(table, rows, _origin(runs[0]), to, part)))
            if to is Format.CSV:  # which cannot hold units and meanings itself
                path = out_dir / "columns.csv"
                part = parts.enter_context(part_of(path))
                exported.append(Exported(path, _write_dictionary(tables, part)))
            for whole in exported:
                os.replace(part_name(whole.path), whole.path)
    except OSError as error:
        raise CannotExport(f"{out_dir}: {error.strerror or error}") from error
    return exported


def _check_columns(table: Table) -> None:
    names = [column.name for column in table.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CannotExport(f"the log contradicts itself: a measure is named {twice!r}")


def _measures(runs: Iterable[Run]) -> list[pb.MeasureInfo]:
    """Every measure of any run, once."""
    return list({m.id: m for run in runs for m in run.registry.measures}.values())


def _origin(run: Run) -> dict[str, str]:
    provenance = run.provenance
    return {
        "session_id": run.session_id,
        "source": provenance.source,
        "sample": str(provenance.sample).lower(),
        "code_version": provenance.code_version,
        "registry_hash": provenance.registry_hash,
    }


def _counted(timeline: Timeline, table: Table, progress: Progress) -> Iterator[Row]:
    visit = visit_of(timeline.runs[0].run.log.path.parent)
    rows = (row | visit for placed in timeline.runs for row in table.rows(placed))
    for done, row in enumerate(rows, 1):
        yield row
        if done % ROWS_AT_ONCE == 0:
            progress(done, None)


def _write(
    table: Table, rows: Iterator[Row], origin: dict[str, str], to: Format, stream: BinaryIO
) -> int:
    schema = schema_of(table.columns, origin)
    written = 0
    if to is Format.CSV:
        rows = map(for_spreadsheets, rows)
    with stream, _writer(stream, schema, to) as writer:
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema))
            written += len(batch)
    return written


def _writer(
    stream: BinaryIO, schema: pa.Schema, to: Format
) -> pyarrow.parquet.ParquetWriter | pyarrow.csv.CSVWriter:
    if to is Format.PARQUET:
        return pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd")
    return pyarrow.csv.CSVWriter(stream, schema)


def _write_dictionary(tables: Iterable[Table], stream: BinaryIO) -> int:
    columns = [(table.name, column) for table in tables for column in table.columns]
    with stream, io.TextIOWrapper(stream, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(("table", "column", "unit", "meaning", "algorithm_version"))
        writer.writerows(
            (table, c.name, c.unit, c.meaning, c.algorithm_version) for table, c in columns
        )
    return len(columns)


@contextmanager
def part_of(path: Path) -> Iterator[BinaryIO]:
    """Private; gone at the end unless it was given its name."""
    part = part_name(path)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
    finally:
        part.unlink(missing_ok=True)


def part_name(path: Path) -> Path:
    return path.with_name(path.name + ".part")
