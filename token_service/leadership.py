"""Which of several services steers LiveKit: one at a time, and no longer than its lease.

PostgreSQL holds the lease: who has it, until when by the database's own clock, and a number that
grows whenever another one takes it. A lock would not do: a process that is stopped keeps it. Who
wakes up after its lease has been taken is told so by the number, which whatever it does looks at in
the same transaction.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.errors import NotLeading
from token_service.database import Database, Transaction
from token_service.secret_values import new_id

LEASE_S = 3.0
TRY_EVERY_S = 0.5
DUTY = "reconciler"

TAKE_OR_RENEW = text(
    """
    INSERT INTO leases (duty, holder, fence, expires_at)
    VALUES (:duty, :holder, 1, timezone('UTC', clock_timestamp()) + make_interval(secs => :lease_s))
    ON CONFLICT (duty) DO UPDATE SET
        holder = excluded.holder,
        expires_at = excluded.expires_at,
        fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END
    WHERE leases.holder = excluded.holder
        OR leases.expires_at < timezone('UTC', clock_timestamp())
    RETURNING fence
    """
)
GIVE_UP = text(
    "UPDATE leases SET expires_at = timezone('UTC', clock_timestamp()) - interval '1 second' "
    "WHERE duty = :duty AND holder = :holder"
)
FENCE = "SELECT fence FROM leases WHERE duty = :duty"

log = logging.getLogger(__name__)


class Leadership(Protocol):
    @property
    def term(self) -> int | None:
        """Another number whenever it was taken anew; None while another one leads."""

    async def refuse_unless_leading(self, db: Transaction, *, to_the_end: bool = True) -> None:
        """Raises NotLeading. `to_the_end`: nobody else leads before this transaction is over."""

    async def run(self) -> None: ...


class OnlyOne:
    """The embedded database serves one process."""

    term = 1

    async def refuse_unless_leading(self, db: Transaction, *, to_the_end: bool = True) -> None:
        pass

    async def run(self) -> None:
        pass


class Lease:
    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._holder = new_id()
        self._fence: int | None = None
        self._sure_until_s = 0.0  # by a clock that goes on while this process is stopped

    @property
    def term(self) -> int | None:
        return self._fence if self._clock() < self._sure_until_s else None

    async def refuse_unless_leading(self, db: Transaction, *, to_the_end: bool = True) -> None:
        mine = self.term
        statement = text(f"{FENCE} FOR SHARE" if to_the_end else FENCE)
        if mine is None or await db.scalar(statement, {"duty": DUTY}) != mine:
            raise NotLeading("another service leads")

    async def run(self) -> None:
        try:
            while True:
                with suppress(SQLAlchemyError):  # the lease ends by itself
                    await self.take_or_renew()
                await asyncio.sleep(TRY_EVERY_S)
        finally:
            await self._give_up()

    async def take_or_renew(self) -> None:
        began_s = self._clock()
        values = {"duty": DUTY, "holder": self._holder, "lease_s": LEASE_S}
        led = self.term
        async with self._database.lead() as db:
            fence: int | None = await db.scalar(TAKE_OR_RENEW, values)
        self._sure_until_s = 0.0 if fence is None else began_s + LEASE_S
        self._fence = fence
        if fence is not None and led is None:
            log.info("this service leads (%d)", fence)

    async def _give_up(self) -> None:
        """So that another one need not wait."""
        if self.term is not None:
            self._sure_until_s = 0.0
            try:
                async with self._database.lead() as db:
                    await db.execute(GIVE_UP, {"duty": DUTY, "holder": self._holder})
            except SQLAlchemyError:
                log.info("the lease ends by itself: the database does not answer")
