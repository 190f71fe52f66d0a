"""SQLAlchemy's engines: one that writes and one that only reads, on SQLite and on PostgreSQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from token_service.database_address import DatabaseAddress
from token_service.impatient import ImpatientConnection

LOCK_TIMEOUT_S = 10
SQLITE_READERS = 4
WRITING_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # zeros in the place of what was deleted
)
CONNECTIONS, CONNECTIONS_OF_LOCKS = 16, 12  # of one process to PostgreSQL, when it is busy
KEPT_OPEN = 4  # of each
POSTGRESQL_TIMES = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,  # ms; a server that has vanished without a word
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
POSTGRESQL_LIMITS_MS = {
    "lock_timeout": 10_000,
    "statement_timeout": 30_000,
    # A process that was stopped in the middle holds up nobody for longer.
    "idle_in_transaction_session_timeout": 10_000,
}


@dataclass(frozen=True, slots=True)
class Engines:
    writing: AsyncEngine
    reading: AsyncEngine
    locking: AsyncEngine  # so that whoever holds a lock never waits for those who wait for it
    leading: AsyncEngine  # nor a leader for anybody

    async def vacuum(self, table: str) -> None:
        """Of PostgreSQL, which keeps what was deleted until then."""
        apart = self.writing.execution_options(isolation_level="AUTOCOMMIT")
        async with apart.connect() as connection:
            await connection.exec_driver_sql(f"VACUUM {table}")

    async def dispose(self) -> None:
        for engine in (self.reading, self.writing, self.locking, self.leading):
            await engine.dispose()


def engines_of(address: DatabaseAddress) -> Engines:
    return _sqlite(address) if address.embedded else _postgresql(address)


def _postgresql(address: DatabaseAddress) -> Engines:
    writing = _postgresql_engine(address, CONNECTIONS)
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(
        writing,
        reading,
        locking=_postgresql_engine(address, CONNECTIONS_OF_LOCKS),
        leading=_postgresql_engine(address, 1),
    )


def _postgresql_engine(address: DatabaseAddress, connections: int) -> AsyncEngine:
    kept_open = min(connections, KEPT_OPEN)
    limits = " ".join(f"-c {name}={limit}" for name, limit in POSTGRESQL_LIMITS_MS.items())
    return create_async_engine(
        address.url,
        hide_parameters=True,
        pool_size=kept_open,
        max_overflow=connections - kept_open,
        pool_timeout=LOCK_TIMEOUT_S,
        pool_pre_ping=True,  # after the server was away the first request would fail
        connect_args={
            **POSTGRESQL_TIMES,
            "application_name": "epedicare",
            "options": limits,
            "async_creator_fn": ImpatientConnection.connect,
        },
    )


def _sqlite(address: DatabaseAddress) -> Engines:
    """One connection writes, and whoever wants it queues for it in turn: waiting for the
    database's own lock means asking again and again, and the unlucky are told that it is locked.

    A transaction that reads and then writes fails at once when another one wrote in between;
    taking the write lock at its beginning makes it wait for other processes.
    """
    arguments = {"timeout": LOCK_TIMEOUT_S}
    writing = create_async_engine(
        address.url,
        hide_parameters=True,
        connect_args=arguments,
        pool_size=1,
        max_overflow=0,
        pool_timeout=LOCK_TIMEOUT_S,
    )
    reading = create_async_engine(
        address.url,
        hide_parameters=True,
        connect_args=arguments,
        pool_size=SQLITE_READERS,
        max_overflow=0,
    )
    _begin_with(writing, "BEGIN IMMEDIATE", *WRITING_PRAGMAS)
    _begin_with(reading, "BEGIN", "PRAGMA query_only=ON")
    return Engines(writing, reading, locking=writing, leading=writing)


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
