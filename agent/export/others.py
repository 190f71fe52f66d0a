"""Tables that are already where new ones are to go: those of another session are not replaced."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from agent.errors import CannotExport


def refuse_tables_of_others(folder: Path, session_id: str, names: Iterable[str]) -> None:
    for name in names:
        for path, whose in (
            (folder / f"{name}.parquet", _told_by_parquet),
            (folder / f"{name}.csv", _told_by_csv),
        ):
            if path.exists() and (other := whose(path)) not in (None, session_id):
                raise CannotExport(
                    f"{path} is of {_session(other)}; name another folder with --output"
                )


def _session(session_id: str | None) -> str:
    return f"session {session_id}" if session_id else "no session that it names"


def _told_by_parquet(path: Path) -> str | None:
    try:
        facts = pyarrow.parquet.read_schema(path).metadata or {}
    except pa.ArrowException:
        return ""
    session_id: bytes = facts.get(b"session_id", b"")
    return session_id.decode(errors="replace")


def _told_by_csv(path: Path) -> str | None:
    """None when there is no row that could tell."""
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        try:
            row = next(csv.DictReader(stream), None)
        except csv.Error:
            return ""
    return None if row is None else row.get("session_id") or ""
