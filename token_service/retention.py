"""How long what is kept stays: as long as its session says, which has it from its unit.

A family agrees to what its session says: a unit's change holds for sessions made afterwards.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from token_service import audit
from token_service.consent import research_use_of
from token_service.database import Transaction, utc_now
from token_service.kept import erase
from token_service.models import OVER, Session, Unit
from token_service.session_keys import destroy_key

LONGEST_DAYS = 36_525

log = logging.getLogger(__name__)


def take_over(session: Session, unit: Unit | None) -> None:
    if unit is not None:
        session.keeping_days = unit.keeping_days
        session.research_use_days = unit.research_use_days


def kept_until(session: Session) -> datetime | None:
    """Of several purposes that the family agreed to the one that lasts longest; None: no date."""
    if session.ended_at is None or session.keeping_days is None:
        return None
    days = session.keeping_days
    if research_use_of(session.patient):
        if session.research_use_days is None:
            return None
        days = max(days, session.research_use_days)
    return session.ended_at + timedelta(days=days)


class Retention:
    def __init__(self, data: Path, on_erased: Callable[[str], None]) -> None:
        self._data = data
        self._on_erased = on_erased

    async def erase_what_is_due(self, db: Transaction) -> None:
        """But for sessions that are held."""
        open_ended = select(Session).where(
            Session.state.in_(OVER),
            Session.keeping_days.is_not(None),
            Session.held.is_(False),
            Session.retention_ended_at.is_(None),
            Session.ended_at < utc_now() - timedelta(days=1),
        )
        for session in await db.scalars(open_ended.with_for_update()):
            until = kept_until(session)
            if until is not None and until < utc_now():
                await self._erase(db, session)

    async def _erase(self, db: Transaction, session: Session) -> None:
        had_a_key = session.lock is not None
        await destroy_key(db, session)
        session.retention_ended_at = utc_now()
        if await asyncio.to_thread(erase, self._data, session.id) or had_a_key:
            audit.record_by(db, audit.SERVICE, "retention_ended", session.id)
            self._on_erased(session.id)
            log.info("session %s: what was kept is erased, its time is over", session.id)
