"""The keys of sessions, each in one place: a row here, wrapped by the clinic's key.

Its lock stands with the session and goes to the agent. When the row is gone, nothing that was
sealed with that lock can be read by anybody, wherever copies of it lie.
"""

import logging
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, select

from agent.errors import KeyUnusable
from agent.record.session_key import SessionKey
from token_service import audit
from token_service.clinic_keys import KeyWrapping
from token_service.database import Transaction
from token_service.kept import describe_visit
from token_service.models import Session, WrappedKey

log = logging.getLogger(__name__)


class SessionKeys:
    def __init__(self, wrapping: KeyWrapping) -> None:
        self._wrapping = wrapping

    async def make(self, db: Transaction, session: Session) -> None:
        """Where keeping is allowed and there is none: at first, and after an erasure."""
        if session.lock is not None:
            return
        key = SessionKey.new(session.id)
        wrapped = await self._wrapping.wrap(key.private, session.id)
        db.add(
            WrappedKey(session_id=session.id, clinic_key=self._wrapping.current, wrapped=wrapped)
        )
        session.lock = key.lock.text

    async def of(self, db: Transaction, session_id: str) -> SessionKey | None:
        """None: nothing was ever sealed, or it was erased."""
        row = await db.get(WrappedKey, session_id)
        if row is None:
            return None
        private = await self._wrapping.unwrap(row.wrapped, row.clinic_key, session_id)
        return SessionKey(session_id, private)

    async def describe(self, db: Transaction, data: Path, session: Session) -> None:
        """What is kept says whose visit it was. A key that is missing ends no call."""
        try:
            describe_visit(data, session, await self.of(db, session.id))
        except KeyUnusable as error:
            log.error("session %s: its visit is not written down: %s", session.id, error)

    async def rewrap_older(self, db: Transaction) -> None:
        if done := await self.rewrap(db):
            audit.record_by(db, audit.SERVICE, "keys_rewrapped")
            log.info("%d keys of sessions are wrapped by the clinic's newest key", done)

    async def rewrap(self, db: Transaction) -> int:
        """By the clinic's newest key. What was sealed stays as it is. How many."""
        older = select(WrappedKey).where(WrappedKey.clinic_key != self._wrapping.current)
        done = 0
        for row in await db.scalars(older.with_for_update()):
            with suppress(KeyUnusable):  # said when somebody wants to read
                private = await self._wrapping.unwrap(row.wrapped, row.clinic_key, row.session_id)
                row.wrapped = await self._wrapping.wrap(private, row.session_id)
                row.clinic_key = self._wrapping.current
                done += 1
        return done


async def destroy_key(db: Transaction, session: Session) -> None:
    session.lock = None
    await db.execute(delete(WrappedKey).where(WrappedKey.session_id == session.id))
