"""The audit as JSON lines and as CSV. Roles, opaque ids and times: no names, no addresses."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Literal

from token_service.audit_chain import pages
from token_service.database import Database
from token_service.models import AuditEntry

Format = Literal["csv", "jsonl"]

COLUMNS = ("id", "at", "role", "account", "seat_id", "session_id", "action", "digest")
MEDIA_TYPES: Mapping[Format, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}


async def exported(database: Database, to: Format) -> AsyncIterator[str]:
    """A piece at a time, the oldest entries first."""
    if to == "csv":
        yield _csv_line(COLUMNS)
    line = _LINES[to]
    async for page in pages(database):
        yield "".join(map(line, page))


def as_row(entry: AuditEntry) -> dict[str, int | str | None]:
    row = {column: getattr(entry, column) for column in COLUMNS}
    return row | {"at": entry.at.isoformat(timespec="microseconds")}


def _json_line(entry: AuditEntry) -> str:
    return json.dumps(as_row(entry)) + "\n"


def _csv_line(values: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(values)
    return text.getvalue()


_LINES: Mapping[Format, Callable[[AuditEntry], str]] = {
    "csv": lambda entry: _csv_line(as_row(entry).values()),
    "jsonl": _json_line,
}
