"""A database's rows as lines of text, the same from SQLite and from PostgreSQL, and back."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, delete, func, insert, select, text

# Nobody stays signed in over a restoration, with what they had before it.
LEFT_OUT = {"alembic_version", "logins", "sign_in_secrets"}
OF_PEOPLE = {"accounts", "audit", "sessions"}
ROWS_AT_ONCE = 500
SEQUENCE_GOES_ON = "SELECT setval(pg_get_serial_sequence(:table, :column), :last)"

Row = tuple[str, dict[str, Any]]  # of which table, and its values


def lines(connection: Connection) -> Iterator[str]:
    """In an order in which they can be put in."""
    for table in _tables(connection):
        for row in connection.execute(select(table).order_by(*table.primary_key)):
            yield json.dumps([table.name, {name: _plain(v) for name, v in row._mapping.items()}])


def put_in(connection: Connection, given: Iterable[str]) -> None:
    """Into new tables, in the place of what migrations put there."""
    tables = {table.name: table for table in _tables(connection)}
    for table in reversed(tables.values()):
        if _has_rows(connection, table):
            connection.execute(delete(table))
    rows: Iterator[Row] = (tuple(json.loads(line)) for line in given)
    for name, of_table in groupby(rows, key=lambda row: row[0]):
        for some in _batches(values for _, values in of_table):
            _insert(connection, tables[name], some)
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _count_on(connection, table)


def is_in_use(connection: Connection) -> bool:
    return any(
        table.name in OF_PEOPLE and _has_rows(connection, table) for table in _tables(connection)
    )


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _tables(connection: Connection) -> list[Table]:
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name not in LEFT_OUT]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    typed = [{name: _typed(table.c[name], value) for name, value in row.items()} for row in rows]
    connection.execute(insert(table), typed)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers on from where its own counter stands."""
    column = table.autoincrement_column
    if column is not None and (last := connection.scalar(select(func.max(column)))) is not None:
        told = {"table": table.name, "column": column.name, "last": last}
        connection.execute(text(SEQUENCE_GOES_ON), told)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if kind is bytes else value


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == ROWS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
