import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from postgresql_fixtures import PostgreSql
from sqlalchemy import text

from agent.errors import NotLeading
from token_service.database import Database, open_database
from token_service.database_address import parsed
from token_service.leadership import LEASE_S, Lease

pytestmark = pytest.mark.unit

EXPIRE = text("UPDATE leases SET expires_at = expires_at - make_interval(secs => :s)")


@pytest.fixture
async def database(tmp_path: Path, postgresql: PostgreSql) -> AsyncIterator[Database]:
    async with open_database(tmp_path, parsed(postgresql.new_database())) as database:
        yield database


async def time_passes(database: Database) -> None:
    """In the database alone."""
    async with database.begin() as db:
        await db.execute(EXPIRE, {"s": LEASE_S + 1})


async def test_one_leads_until_its_lease_is_over(database: Database) -> None:
    first, second = Lease(database), Lease(database)
    for lease in (first, second, first, second):
        await lease.take_or_renew()
    assert (first.term, second.term) == (1, None)
    await time_passes(database)
    await first.take_or_renew()
    assert (first.term, second.term) == (1, None), "nobody else took it: it goes on"
    await time_passes(database)
    await second.take_or_renew()
    await first.take_or_renew()
    assert (first.term, second.term) == (None, 2)


async def test_who_was_stopped_and_does_not_know_it_does_nothing_more(database: Database) -> None:
    stopped, second = Lease(database, clock=lambda: 0.0), Lease(database)
    await stopped.take_or_renew()
    await time_passes(database)
    await second.take_or_renew()
    assert (stopped.term, second.term) == (1, 2), "by its own clock it leads"
    for to_the_end in (True, False):
        async with database.begin() as db:
            with pytest.raises(NotLeading):
                await stopped.refuse_unless_leading(db, to_the_end=to_the_end)
            await second.refuse_unless_leading(db, to_the_end=to_the_end)


async def test_its_own_clock_ends_it_without_the_database(database: Database) -> None:
    clock = [0.0]
    lease = Lease(database, clock=lambda: clock[0])
    await lease.take_or_renew()
    clock[0] = LEASE_S - 0.1
    assert lease.term == 1
    clock[0] = LEASE_S
    assert lease.term is None
    async with database.begin() as db:
        with pytest.raises(NotLeading):
            await lease.refuse_unless_leading(db)


async def test_nobody_takes_over_in_the_middle_of_what_the_leader_writes(
    database: Database,
) -> None:
    first, second = Lease(database), Lease(database)
    await first.take_or_renew()
    await time_passes(database)
    async with database.begin() as db:
        await first.refuse_unless_leading(db)
        taking_over = asyncio.create_task(second.take_or_renew())
        await asyncio.wait([taking_over], timeout=0.2)
        assert not taking_over.done()
    await taking_over
    assert second.term == 2
