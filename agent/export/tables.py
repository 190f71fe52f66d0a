"""frames, windows and events as Parquet or CSV; works on a log that was cut off, too."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
from agent.export.rows import Row, event_rows, for_spreadsheets, frame_rows, window_rows
from agent.record.folder import PRIVATE_FILE, make_private_folder
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
    try:
        make_private_folder(out_dir)
        exported = []
        for table in tables:
            rows = _counted(timeline, table, progress)
            exported.append(_write(table, rows, _origin(runs[0]), to, out_dir))
        if to is Format.CSV:  # which cannot hold units and meanings itself
            exported.append(_write_dictionary(tables, out_dir))
    except OSError as error:
        raise CannotExport(f"{out_dir}: {error.strerror or error}") from error
    return exported


def _measures(runs: Iterable[Run]) -> list[pb.MeasureInfo]:
    """Every measure of any run, once."""
    return list({m.id: m for run in runs for m in run.registry.measures}.values())


def _origin(run: Run) -> dict[str, str]:
    provenance = run.provenance
    return {
        "session_id": provenance.session_id,
        "source": provenance.source,
        "sample": str(provenance.sample).lower(),
        "code_version": provenance.code_version,
        "registry_hash": provenance.registry_hash,
    }


def _counted(timeline: Timeline, table: Table, progress: Progress) -> Iterator[Row]:
    rows = (row for placed in timeline.runs for row in table.rows(placed))
    for done, row in enumerate(rows, 1):
        yield row
        if done % ROWS_AT_ONCE == 0:
            progress(done, None)


def _write(
    table: Table, rows: Iterator[Row], origin: dict[str, str], to: Format, out_dir: Path
) -> Exported:
    path = out_dir / f"{table.name}.{to.value}"
    schema = schema_of(table.columns, origin)
    written = 0
    if to is Format.CSV:
        rows = map(for_spreadsheets, rows)
    with _new_file(path) as stream, _writer(stream, schema, to) as writer:
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema))
            written += len(batch)
    return Exported(path, written)


def _writer(
    stream: BinaryIO, schema: pa.Schema, to: Format
) -> pyarrow.parquet.ParquetWriter | pyarrow.csv.CSVWriter:
    if to is Format.PARQUET:
        return pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd")
    return pyarrow.csv.CSVWriter(stream, schema)


def _write_dictionary(tables: Iterable[Table], out_dir: Path) -> Exported:
    path = out_dir / "columns.csv"
    columns = [(table.name, column) for table in tables for column in table.columns]
    with _new_file(path) as stream, io.TextIOWrapper(stream, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(("table", "column", "unit", "meaning", "algorithm_version"))
        writer.writerows(
            (table, c.name, c.unit, c.meaning, c.algorithm_version) for table, c in columns
        )
    return Exported(path, len(columns))


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Private, and there under its name only when it is whole."""
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
