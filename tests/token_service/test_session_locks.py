import asyncio
from pathlib import Path

import pytest
from database_fixtures import Place
from postgresql_fixtures import PostgreSql

from token_service.database import AWAY
from token_service.database_address import parsed
from token_service.session_locks import SessionLocks

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

SESSION, OTHER = "5" * 32, "6" * 32


async def test_one_at_a_time_and_each_session_by_itself(place: Place) -> None:
    """On PostgreSQL also of two services."""
    async with place.open() as one, place.open() as another:
        first = SessionLocks(one)
        second = first if place.address.embedded else SessionLocks(another)
        in_hand, most = 0, 0

        async def work(locks: SessionLocks) -> None:
            nonlocal in_hand, most
            async with locks.hold(SESSION) as hold:
                in_hand += 1
                most = max(most, in_hand)
                await asyncio.sleep(0.01)
                await hold.check()
                in_hand -= 1

        async with first.hold(OTHER):
            await asyncio.gather(*(work(locks) for locks in (first, second) * 5))
        assert (in_hand, most) == (0, 1)


async def test_who_is_silent_loses_it_and_learns_of_it(
    tmp_path: Path, postgresql: PostgreSql
) -> None:
    place = Place(tmp_path, parsed(postgresql.new_database()))
    async with place.open() as one, place.open() as another:
        with pytest.raises(AWAY):
            async with SessionLocks(one).hold(SESSION) as hold:
                async with SessionLocks(another).hold(SESSION) as taken:
                    await taken.check()
                await hold.check()
