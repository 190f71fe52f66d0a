"""The engine, its transactions and its migrations."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, DateTime, Dialect, TypeDecorator, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from agent.errors import DatabaseUnusable
from agent.record.folder import refuse_open_to_others

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT_S = 10
READERS = 4
READS_ONLY = {"only_reads": True}


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
    """`async with database.begin() as db:` is one transaction, committed when it ends well.

    `database.read()` is one that only reads: it sees one state of the database, and neither waits
    for whoever writes nor makes anybody wait.
    """

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite"):
            self._engine, self._reading_engine = _sqlite_engines(url)
        else:
            self._engine = create_async_engine(url, hide_parameters=True)
            self._reading_engine = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self.begin = async_sessionmaker(self._engine, expire_on_commit=False).begin
        self.read = async_sessionmaker(
            self._reading_engine, expire_on_commit=False, autoflush=False, info=READS_ONLY
        ).begin

    async def migrate(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(_upgrade)

    async def close(self) -> None:
        await self._reading_engine.dispose()
        await self._engine.dispose()


def only_reads(db: AsyncSession) -> bool:
    return db.info.get("only_reads", False) is True


def database_path(data: Path) -> Path:
    return data.absolute() / "epedicare.db"


def database_url(data: Path) -> str:
    return f"sqlite+aiosqlite:///{database_path(data)}"


@asynccontextmanager
async def open_database(data: Path) -> AsyncIterator[Database]:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open_to_others(data)
    path = database_path(data)
    try:
        _check_readable(path)
        database = Database(database_url(data))
        try:
            await database.migrate()
            yield database
        finally:
            await database.close()
    except CommandError as error:
        raise DatabaseUnusable(
            f"the database {path} was made by a newer version of e-PediCare; update this one"
        ) from error
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


def _sqlite_engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """One connection writes, and whoever wants it queues for it in turn: waiting for the
    database's own lock means asking again and again, and the unlucky are told that it is locked.

    A transaction that reads and then writes fails at once when another one wrote in between;
    taking the write lock at its beginning makes it wait for other processes.
    """
    arguments = {"timeout": LOCK_TIMEOUT_S}
    writing = create_async_engine(
        url,
        hide_parameters=True,
        connect_args=arguments,
        pool_size=1,
        max_overflow=0,
        pool_timeout=LOCK_TIMEOUT_S,
    )
    reading = create_async_engine(
        url, hide_parameters=True, connect_args=arguments, pool_size=READERS, max_overflow=0
    )
    _begin_with(writing, "BEGIN IMMEDIATE", "PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON")
    _begin_with(reading, "BEGIN", "PRAGMA query_only=ON")
    return writing, reading


def _begin_with(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


Transaction = AsyncSession
