"""Sessions that were erased or deleted just now: their agent may still write a last file.

Once one is seen it is watched for half a minute by a clock that never jumps; what the database says
of it, in the time of day, only tells a service that has just begun.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import func, select

from token_service.consent import keeping_of
from token_service.database import Transaction, utc_now
from token_service.kept import ERASED_AGAIN_FOR
from token_service.models import AuditEntry, Session

RECENT_ENTRIES = 1000  # of the audit, which has no index by time


class Erasing:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until_s: dict[str, float] = {}

    async def sessions(self, db: Transaction) -> set[str]:
        """Not those whose family has allowed keeping again since."""
        now_s = self._clock()
        for session_id in await _told_by(db):
            self._until_s.setdefault(session_id, now_s + ERASED_AGAIN_FOR.total_seconds())
        watched = {name for name, until_s in self._until_s.items() if until_s > now_s}
        self._until_s = {name: self._until_s[name] for name in watched}
        return watched - await _kept_again(db, watched)


async def _told_by(db: Transaction) -> set[str]:
    erased = select(Session.id).where(Session.erase_until > utc_now())
    newest = select(func.max(AuditEntry.id)).scalar_subquery()
    deleted = select(AuditEntry.session_id).where(
        AuditEntry.id > newest - RECENT_ENTRIES,
        AuditEntry.action == "deleted",
        AuditEntry.at > utc_now() - ERASED_AGAIN_FOR,
    )
    return {name for name in [*await db.scalars(erased), *await db.scalars(deleted)] if name}


async def _kept_again(db: Transaction, names: set[str]) -> set[str]:
    if not names:
        return set()
    found = await db.scalars(select(Session).where(Session.id.in_(names)))
    return {session.id for session in found if keeping_of(session.patient)}
