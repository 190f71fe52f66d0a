"""The engine, its transactions and its migrations."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, DateTime, Dialect, TypeDecorator, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from agent.errors import DatabaseUnusable

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT_S = 10


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python whatever the database keeps."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def utc_now() -> datetime:
    return datetime.now(UTC)


class Database:
    """`async with database.begin() as db:` is one transaction, committed when it ends well."""

    def __init__(self, url: str) -> None:
        arguments = {"timeout": LOCK_TIMEOUT_S} if url.startswith("sqlite") else {}
        self._engine = create_async_engine(url, hide_parameters=True, connect_args=arguments)
        if self._engine.dialect.name == "sqlite":
            _make_sqlite_behave(self._engine)
        self.begin = async_sessionmaker(self._engine, expire_on_commit=False).begin

    async def migrate(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(_upgrade)

    async def close(self) -> None:
        await self._engine.dispose()


def database_path(data: Path) -> Path:
    return data.absolute() / "epedicare.db"


def database_url(data: Path) -> str:
    return f"sqlite+aiosqlite:///{database_path(data)}"


@asynccontextmanager
async def open_database(data: Path) -> AsyncIterator[Database]:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = database_path(data)
    try:
        _check_readable(path)
        database = Database(database_url(data))
        try:
            await database.migrate()
            yield database
        finally:
            await database.close()
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(f"the database {path} cannot be used: {error}") from error
    except DatabaseError as error:
        raise DatabaseUnusable(f"the database {path} cannot be used: {error.orig}") from error


def _check_readable(path: Path) -> None:
    """Before aiosqlite does it: where it fails, its thread outlives the loop and says so."""
    with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_S)) as connection:
        connection.execute("PRAGMA schema_version")


def _upgrade(connection: Connection) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _make_sqlite_behave(engine: AsyncEngine) -> None:
    """Foreign keys, readers beside a writer, and writers that wait instead of failing.

    A transaction that reads and then writes fails at once when another one wrote in between;
    taking the write lock at its beginning makes it wait.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


Transaction = AsyncSession
