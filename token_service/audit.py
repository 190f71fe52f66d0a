"""Who did what, when: roles, seats and accounts, never names or addresses."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from token_service.audit_chain import append
from token_service.database import Database, Transaction, utc_now
from token_service.models import AuditEntry, Seat

OPERATOR = "operator"  # whoever may run the command line on the machine
SERVICE = "service"
UNKNOWN = "unknown"  # nobody that the service knows

WRITE_EVERY_S = 0.5
SAID_AGAIN_S = 60.0
REMEMBERED = 10_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody without a seat in the session."""

    role: str
    account: str | None
    session_id: str | None = None


By = Seat | Actor


def record(db: Transaction, by: By, action: str) -> None:
    seat_id = by.id if isinstance(by, Seat) else None
    append(db, _entry(by.role, by.account, seat_id, action, by.session_id))


def record_by(
    db: Transaction,
    role: str,
    action: str,
    session_id: str | None = None,
    account: str | None = None,
) -> None:
    append(db, _entry(role, account, None, action, session_id))


def _entry(
    role: str, account: str | None, seat_id: str | None, action: str, session_id: str | None
) -> AuditEntry:
    return AuditEntry(
        at=utc_now(),
        role=role,
        account=account,
        seat_id=seat_id,
        action=action,
        session_id=session_id,
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that changes nothing: somebody looked, or was refused."""

    role: str
    action: str
    account: str | None = None
    seat_id: str | None = None
    session_id: str | None = None

    @property
    def entry(self) -> AuditEntry:
        return _entry(self.role, self.account, self.seat_id, self.action, self.session_id)


class Notices:
    """Written soon and together, so that whoever only reads does not wait for the database to
    write; the same one once a minute, so that asking again and again does not fill it."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._said: OrderedDict[Notice, float] = OrderedDict()
        self._to_write: list[Notice] = []

    def note(self, notice: Notice) -> None:
        said_at = self._said.get(notice)
        if said_at is not None and self._clock() - said_at < SAID_AGAIN_S:
            return
        self._said[notice] = self._clock()
        self._said.move_to_end(notice)
        if len(self._said) > REMEMBERED:
            self._said.popitem(last=False)
        if len(self._to_write) < REMEMBERED:
            self._to_write.append(notice)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        if not self._to_write:
            return
        writing, self._to_write = self._to_write, []
        try:
            async with self._database.begin() as db:
                append(db, *(notice.entry for notice in writing))
        except SQLAlchemyError as error:
            log.error("the audit cannot be written: %s", type(error).__name__)
            self._to_write = writing + self._to_write
