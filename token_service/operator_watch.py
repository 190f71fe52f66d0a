"""What an operator does on the machine, beside the services, is seen in the audit: nobody tells."""

import asyncio
from collections.abc import Callable

from sqlalchemy import func, select

from agent.http.problems import log_unexpected
from token_service.audit import OPERATOR
from token_service.database import AWAY, Database, Transaction
from token_service.models import AuditEntry

INTERVAL_S = 0.5


class OperatorWatch:
    def __init__(self, database: Database, on_change: Callable[[], None]) -> None:
        """on_change: what is shown must be read again."""
        self._database = database
        self._on_change = on_change
        self._newest: int | None = None  # of the entries that were looked at

    async def run(self) -> None:
        while True:
            try:
                async with self._database.read() as db:
                    await self._look(db)
            except AWAY:
                pass
            except Exception as error:  # noqa: BLE001 - it goes on looking
                log_unexpected(error)
            await asyncio.sleep(INTERVAL_S)

    async def _look(self, db: Transaction) -> None:
        if self._newest is None:
            self._newest = await db.scalar(select(func.max(AuditEntry.id))) or 0
            return
        by_operators = func.count().filter(AuditEntry.role == OPERATOR)
        since = select(func.max(AuditEntry.id), by_operators).where(AuditEntry.id > self._newest)
        newest, count = (await db.execute(since)).one()
        self._newest = newest or self._newest
        if count:
            self._on_change()
