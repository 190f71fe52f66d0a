"""Backup and restoration by the command line, with or without the service beside it."""

from pathlib import Path
from typing import IO

from token_service import audit, backup, restoring
from token_service.database import open_database
from token_service.database_address import given_database


async def back_up(data: Path, into: IO[bytes]) -> int:
    async with open_database(data, given_database()) as database:
        async with database.begin() as db:
            audit.record_by(db, audit.OPERATOR, "backed_up")
        with into:
            return await backup.back_up(data, database, into)


async def restore(data: Path, source: IO[bytes]) -> int:
    kept = await restoring.restore(data, source)
    async with open_database(data, given_database()) as database, database.begin() as db:
        audit.record_by(db, audit.OPERATOR, "restored")
    return kept
