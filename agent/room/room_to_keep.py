"""Whether there is room for a log, asked where nobody waits for the answer: a disk may hang."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent.record.limits import KeepingLimits, Limit
from agent.record.place import SessionPlace

logger = logging.getLogger(__name__)


class RoomToKeep:
    def __init__(
        self, limits: KeepingLimits, place: SessionPlace, on_answer: Callable[[], None]
    ) -> None:
        self.limit: Limit | None = None  # that stands in the way, as far as is known
        self._limits = limits
        self._place = place
        self._on_answer = on_answer
        self._asking: asyncio.Task[Limit | None] | None = None

    def is_there(self) -> bool:
        """False while the disk has not answered; `on_answer` says when to ask again."""
        if self._asking is None:
            self._asking = asyncio.create_task(asyncio.to_thread(self._ask))
            self._asking.add_done_callback(lambda _: self._on_answer())
        if not self._asking.done():
            return False
        self.limit, self._asking = self._asking.result(), None
        return self.limit is None

    def sentence(self) -> str:
        return "" if self.limit is None else self._limits.sentence(self.limit)

    def _ask(self) -> Limit | None:
        try:
            return self._limits.forbid_to_begin(self._place)
        except OSError as error:  # the log itself will say what is wrong with the disk
            logger.warning("nobody knows how much room there is: %s", error.strerror)
            return None
