"""CSV files that people wrote: every fault is told in one line that names the file's line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.errors import FileRefused


def refused(path: Path, line: int, why: str) -> FileRefused:
    return FileRefused(f"{path.name}, line {line}: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Rows under named columns; blank lines are left out."""

    path: Path
    heading_line: int
    heading: tuple[str, ...]
    rows: tuple[Row, ...]

    def cell(self, row: Row, column: str) -> str:
        return row.cells[self.heading.index(column)]

    def number(self, row: Row, column: str) -> float:
        text = self.cell(row, column)
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.refused(row, f"{column} is not a number: {text!r}")
        return number

    def refused(self, row: Row, why: str) -> FileRefused:
        return refused(self.path, row.line, why)


def read_table(path: Path, heading_if_none: tuple[str, ...] = ()) -> CsvTable:
    """Columns by the first row, in small letters.

    A file that may begin with numbers at once gets `heading_if_none`.
    """
    rows = [row for row in _rows(path, _text(path)) if any(row.cells)]
    if not rows:
        raise FileRefused(f"{path.name} is empty")
    first = rows[0]
    heading = tuple(cell.lower() for cell in first.cells)
    if heading_if_none and _is_number(heading[0]):
        heading, body = heading_if_none, rows
    else:
        _check_heading(path, first.line, heading)
        body = rows[1:]
    for row in body:
        if len(row.cells) != len(heading):
            columns = ", ".join(heading)
            raise refused(
                path, row.line, f"it has {len(row.cells)} cells where the columns are {columns}"
            )
    return CsvTable(path, first.line, heading, tuple(body))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(path, line, "it is not UTF-8 text; save the file as CSV in UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(path, line, "it is not text; save the file as CSV in UTF-8")
    return text


def _rows(path: Path, text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise refused(path, line, f"it is not CSV ({error})") from error


def _check_heading(path: Path, line: int, heading: tuple[str, ...]) -> None:
    if len(heading) == 1 and (";" in heading[0] or "\t" in heading[0]):
        raise refused(path, line, "separate the columns with commas, and use decimal points")
    twice = next((name for name in heading if heading.count(name) > 1), None)
    if twice is not None:
        raise refused(path, line, f"the column {twice!r} is there twice")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
