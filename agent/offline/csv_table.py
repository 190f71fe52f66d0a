"""CSV files that people wrote: every fault is told in one line that names the file's line."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.errors import FileRefused
from agent.offline.csv_separator import SEPARATORS, separator_of, with_decimal_point


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
    separator: str = ","

    def cell(self, row: Row, column: str) -> str:
        return row.cells[self.heading.index(column)]

    def number(self, row: Row, column: str) -> float:
        text = self.cell(row, column)
        try:
            number = float(with_decimal_point(text, self.separator))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            hint = "; write decimal points" if "," in text else ""
            raise self.refused(row, f"{column} is not a number: {text!r}{hint}")
        return number

    def refused(self, row: Row, why: str) -> FileRefused:
        return refused(self.path, row.line, why)


def read_table(path: Path, heading_if_none: tuple[str, ...] = ()) -> CsvTable:
    """Columns by the first row, in small letters.

    A file that may begin with numbers at once gets `heading_if_none`.
    """
    columns = len(heading_if_none) or None
    separator, text = separator_of(_text(path), columns=columns)
    rows = [row for row in _rows(path, text, separator) if any(row.cells)]
    if not rows:
        raise FileRefused(f"{path.name} is empty")
    first = rows[0]
    heading = _without_empty_end(tuple(cell.lower() for cell in first.cells))
    if heading_if_none and _is_number(with_decimal_point(heading[0], separator)):
        heading, body = heading_if_none, rows
    else:
        _check_heading(path, first.line, heading)
        body = rows[1:]
    filled = (Row(row.line, _filled(path, row, heading)) for row in body)
    return CsvTable(path, first.line, heading, tuple(filled), separator)


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Spreadsheets write as many cells as the widest row has, or once had."""
    last = max((number for number, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]


def _filled(path: Path, row: Row, heading: tuple[str, ...]) -> tuple[str, ...]:
    cells, width = row.cells, len(heading)
    if len(cells) < width or any(cells[width:]):
        raise refused(
            path,
            row.line,
            f"it has {len(cells)} cells where the columns are {', '.join(heading)}; numbers are "
            "written with a point, or columns separated by semicolons",
        )
    return cells[:width]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error
    try:
        utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(path, line, "it is not UTF-8 text; save the file as CSV in UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(path, line, "it is not text; save the file as CSV in UTF-8")
    return text


def _rows(path: Path, text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise refused(path, line, f"it is not CSV ({error})") from error


def _check_heading(path: Path, line: int, heading: tuple[str, ...]) -> None:
    if len(heading) == 1 and any(separator in heading[0] for separator in SEPARATORS):
        raise refused(path, line, "separate the columns with one of comma, semicolon and tab")
    twice = next((name for name in heading if heading.count(name) > 1), None)
    if twice is not None:
        raise refused(path, line, f"the column {twice!r} is there twice")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
