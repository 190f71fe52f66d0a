"""What one of the services does every hour, the one that leads."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from agent.errors import EpedicareError, NotLeading
from token_service.database import Database, Transaction
from token_service.leadership import Leadership

# Services that are started anew one after the other have all been by then.
FIRST_AFTER_S, EVERY_S = 600.0, 3600.0

Chore = Callable[[Transaction], Awaitable[None]]

log = logging.getLogger(__name__)


class Hourly:
    def __init__(self, database: Database, leadership: Leadership, chores: Sequence[Chore]) -> None:
        self._database = database
        self._leadership = leadership
        self._chores = chores

    async def run(self) -> None:
        await asyncio.sleep(FIRST_AFTER_S)
        while True:
            await self.do_all()
            await asyncio.sleep(EVERY_S)

    async def do_all(self) -> None:
        """Each by itself: what one is in want of keeps no other from its work."""
        for chore in self._chores:
            try:
                async with self._database.begin() as db:
                    await self._leadership.refuse_unless_leading(db)
                    await chore(db)
            except NotLeading:
                return
            except (SQLAlchemyError, EpedicareError, OSError) as error:
                log.error("%s: %s", chore.__name__, type(error).__name__)
        await self._database.wipe()
