"""The audit's entries hold together: each has a digest of itself and of the one before.

They get it when their transaction is about to be committed. Until it is, the end of the chain is
held, so that entries of several replicas stand one after another, and nobody waits for longer than
a commit takes.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session as SyncSession

from token_service.database import Database, Transaction
from token_service.models import AuditEnd, AuditEntry

PENDING = "audit"
BEGINNING = "0" * 64
READ_AT_ONCE = 1000
END = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Link:
    """One entry's place in the chain."""

    entry_id: int
    digest: str

    @classmethod
    def read(cls, text: str) -> "Link | None":
        found = END.fullmatch(text)
        return cls(int(found[1]), found[2]) if found else None

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.digest}"


START = Link(0, BEGINNING)


class Fault(StrEnum):
    CHANGED = "changed"  # the entry is not what was written there
    NOT_KNOWN = "not_known"  # it is not the one that somebody wrote down
    GONE = "gone"  # it was written down, and is not there
    CUT = "cut"  # entries after it are missing


_IN_WORDS = {
    Fault.CHANGED: "entry {} is not what was written there",
    Fault.NOT_KNOWN: "entry {} is not the one that is known",
    Fault.GONE: "entry {} is known and not there",
    Fault.CUT: "entries after {} are missing",
}


@dataclass(frozen=True, slots=True)
class Broken:
    fault: Fault
    entry_id: int

    def __str__(self) -> str:
        return _IN_WORDS[self.fault].format(self.entry_id)


@dataclass(frozen=True, slots=True)
class Verdict:
    entries: int
    end: Link  # of what holds together
    broken: Broken | None  # what is wrong first


def append(db: Transaction, *entries: AuditEntry) -> None:
    db.info.setdefault(PENDING, []).extend(entries)


def digest_of(entry: AuditEntry, before: str) -> str:
    content = [
        before,
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.role,
        entry.account,
        entry.seat_id,
        entry.action,
        entry.session_id,
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


async def verify(database: Database, known: Link | None = None) -> Verdict:
    """known: an end that somebody wrote down elsewhere, earlier; whoever rewrote the whole chain
    could not know it."""
    before, entries = START, 0
    async for page in pages(database):
        for entry in page:
            link = Link(entry.id, digest_of(entry, before.digest))
            if entry.digest != link.digest:
                return Verdict(entries, before, Broken(Fault.CHANGED, entry.id))
            if known is not None and known.entry_id == link.entry_id and known != link:
                return Verdict(entries, before, Broken(Fault.NOT_KNOWN, entry.id))
            before, entries = link, entries + 1
    if known is not None and known.entry_id > before.entry_id:
        return Verdict(entries, before, Broken(Fault.GONE, known.entry_id))
    if not await _is_end(database, before):
        return Verdict(entries, before, Broken(Fault.CUT, before.entry_id))
    return Verdict(entries, before, None)


async def pages(database: Database) -> AsyncIterator[list[AuditEntry]]:
    """All entries, in order; nobody waits for them."""
    after = 0
    while True:
        async with database.read() as db:
            following = select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id)
            page = list(await db.scalars(following.limit(READ_AT_ONCE)))
        if not page:
            return
        yield page
        after = page[-1].id


async def _is_end(database: Database, last: Link) -> bool:
    """Or there are newer ones by now."""
    async with database.read() as db:
        newer = select(AuditEntry.id).where(AuditEntry.id > last.entry_id).limit(1)
        if await db.scalar(newer) is not None:
            return True
        end = await db.scalar(select(AuditEnd))
        return end is not None and Link(end.entry_id, end.digest) == last


@event.listens_for(SyncSession, "before_commit")
def _chain(session: SyncSession) -> None:
    if PENDING not in session.info or session.in_nested_transaction():
        return
    session.flush()  # what may wait for others must not wait while they wait for the end
    entries: list[AuditEntry] = session.info.pop(PENDING)
    end = session.scalars(_end()).one()
    for entry in entries:
        entry.id = end.entry_id + 1
        entry.digest = digest_of(entry, end.digest)
        end.entry_id, end.digest = entry.id, entry.digest
    session.add_all(entries)


def _end() -> Any:
    return select(AuditEnd).with_for_update().execution_options(populate_existing=True)
