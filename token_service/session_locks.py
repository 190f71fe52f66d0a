"""One at a time changes what LiveKit has of a session, also where several services run.

Whoever holds a session's lock has read what the database says of it and tells LiveKit; two who did
so at once could leave LiveKit with the older truth. On PostgreSQL it is the lock of a transaction,
which the server ends when nothing is heard for a while: a process that is stopped while it holds
one holds up nobody for longer, and learns of it before it does anything more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from sqlalchemy import text

from token_service.database import Database, Transaction
from token_service.leadership import Leadership

SILENCE_MS = 3000  # longer than one call of LiveKit's may take
LOCK = text(
    f"SELECT set_config('idle_in_transaction_session_timeout', '{SILENCE_MS}', true), "
    "pg_advisory_xact_lock(:key)"
)


class Hold:
    """To be asked before each thing that is done."""

    async def check(self, leadership: Leadership | None = None) -> None:
        """Raises where it holds no longer, or what only the leader may do another one does."""


class _PostgreSqlHold(Hold):
    def __init__(self, db: Transaction) -> None:
        self._db = db

    async def check(self, leadership: Leadership | None = None) -> None:
        if leadership is None:
            await self._db.execute(text("SELECT 1"))
        else:
            await leadership.refuse_unless_leading(self._db, to_the_end=False)


class SessionLocks:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, session_id: str) -> AsyncIterator[Hold]:
        """First against what this process does, so that only one of it waits in the database."""
        async with self._here.setdefault(session_id, asyncio.Lock()):
            if self._database.address.embedded:
                yield Hold()
                return
            async with self._database.lock() as db:
                await db.execute(LOCK, {"key": _key(session_id)})
                yield _PostgreSqlHold(db)


def _key(session_id: str) -> int:
    return int.from_bytes(bytes.fromhex(session_id)[:8], signed=True)
