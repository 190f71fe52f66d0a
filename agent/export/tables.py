"""frames, windows and events as Parquet or CSV; works on a log that was cut off, too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from agent.errors import CannotExport
from agent.export.columns import EVENT, FRAME, WINDOW, Column, measure_columns, schema_of
from agent.export.files import Exported, NewFiles, new_files
from agent.export.format import Format
from agent.export.others import refuse_tables_of_others
from agent.export.rows import Row, for_spreadsheets
from agent.export.session import ROWS_AT_ONCE, ExportedSession, Progress, counted


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]


def write_tables(
    session: ExportedSession, to: Format, out_dir: Path, progress: Progress
) -> list[Exported]:
    """Those of the same session are replaced."""
    if out_dir.exists() and not out_dir.samefile(session.folder):
        names = [table.name for table in _tables(session)]
        refuse_tables_of_others(out_dir, session.id, names)
    with new_files(out_dir, replace=True) as files:
        return tables_into(files, session, to, progress)


def tables_into(
    files: NewFiles, session: ExportedSession, to: Format, progress: Progress
) -> list[Exported]:
    exported = []
    tables = _tables(session)
    for table in tables:
        name = f"{table.name}.{to.value}"
        rows = counted(table.rows(), progress)
        written = _write(table, rows, session.facts, to, files.open(name))
        exported.append(Exported(files.folder / name, written))
    if to is Format.CSV:  # which cannot hold units and meanings itself
        columns = _write_dictionary(tables, files.open("columns.csv"))
        exported.append(Exported(files.folder / "columns.csv", columns))
    return exported


def arrow_table(session: ExportedSession, name: str) -> pa.Table:
    """In memory. `name`: frames, windows or events."""
    table = next(table for table in _tables(session) if table.name == name)
    schema = schema_of(table.columns, session.facts)
    return pa.Table.from_batches(_batches(table.rows(), schema), schema)


def _tables(session: ExportedSession) -> tuple[Table, ...]:
    frames = Table("frames", (*FRAME, *measure_columns(session.measures)), session.frames)
    _check_columns(frames)
    windows = Table("windows", WINDOW, session.windows)
    return frames, windows, Table("events", EVENT, session.event_rows)


def _batches(rows: Iterator[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield pa.RecordBatch.from_pylist(some, schema)


def _check_columns(table: Table) -> None:
    names = [column.name for column in table.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CannotExport(f"the log contradicts itself: a measure is named {twice!r}")


def _write(
    table: Table, rows: Iterator[Row], facts: dict[str, str], to: Format, stream: BinaryIO
) -> int:
    schema = schema_of(table.columns, facts)
    written = 0
    if to is Format.CSV:
        rows = map(for_spreadsheets, rows)
    with stream, _writer(stream, schema, to) as writer:
        for batch in _batches(rows, schema):
            writer.write_batch(batch)
            written += batch.num_rows
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
