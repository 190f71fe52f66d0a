"""The database's transactions, and how it is opened."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import DateTime, Dialect, TypeDecorator
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as QueueTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from agent.errors import DatabaseUnusable
from agent.record.folder import refuse_open_to_others
from token_service import migrating
from token_service.database_address import DatabaseAddress, embedded_in
from token_service.engines import LOCK_TIMEOUT_S, engines_of

READS_ONLY = {"only_reads": True}
AWAY = (OperationalError, InternalError, QueueTimeout)  # full, locked, stopped, cut off


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

    def __init__(self, address: DatabaseAddress) -> None:
        self.address = address
        self._engines = engines_of(address)
        self.begin = async_sessionmaker(self._engines.writing, expire_on_commit=False).begin
        self.read = async_sessionmaker(
            self._engines.reading, expire_on_commit=False, autoflush=False, info=READS_ONLY
        ).begin

        self.lock = async_sessionmaker(self._engines.locking).begin
        self.lead = async_sessionmaker(self._engines.leading).begin

    async def prepare(self) -> None:
        """The embedded one is migrated; a PostgreSQL has been, by a command."""
        async with self._engines.writing.begin() as connection:
            await connection.run_sync(
                migrating.upgrade if self.address.embedded else migrating.check
            )

    async def wipe(self) -> None:
        """So that what was deleted lies nowhere in the database's files. Best effort: whoever
        reads just now holds it up, and a server's log and backups are its own."""
        with suppress(SQLAlchemyError, sqlite3.Error):
            if self.address.embedded:
                await asyncio.to_thread(_empty_log, self.address.url.database or "")
            else:
                await self._engines.vacuum("wrapped_keys")

    async def close(self) -> None:
        await self._engines.dispose()


def only_reads(db: AsyncSession) -> bool:
    return db.info.get("only_reads", False) is True


@asynccontextmanager
async def open_database(
    data: Path, given: DatabaseAddress | None = None
) -> AsyncIterator[Database]:
    """The one that is given, or that of the folder of data, which must be there in any case."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open_to_others(data)
    address = given or embedded_in(data)
    with unusable(address):
        if address.embedded:
            _check_readable(address)
        database = Database(address)
        try:
            await database.prepare()
            yield database
        finally:
            await database.close()


@contextmanager
def unusable(address: DatabaseAddress) -> Iterator[None]:
    """Whatever is wrong with it becomes one line."""
    try:
        yield
    except CommandError as error:
        raise DatabaseUnusable(
            f"the database {address.called} was made by a newer version of e-PediCare; "
            "update this one"
        ) from error
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(f"the database {address.called} cannot be used: {error}") from error
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        raise DatabaseUnusable(f"the database {address.called} cannot be used: {why}") from error


def _empty_log(path: str) -> None:
    with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_S)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check_readable(address: DatabaseAddress) -> None:
    """Before aiosqlite does it: where it fails, its thread outlives the loop and says so."""
    path = address.url.database or ""
    with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_S)) as connection:
        connection.execute("PRAGMA schema_version")


Transaction = AsyncSession
