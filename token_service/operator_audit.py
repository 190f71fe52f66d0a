"""What the command line does with the audit, without the service."""

from pathlib import Path
from typing import TextIO

from agent.errors import BadConfiguration
from token_service import audit
from token_service.audit_chain import Link, verify
from token_service.audit_export import Format, exported
from token_service.database import open_database
from token_service.database_address import given_database


async def verified(data: Path, known: str | None) -> tuple[str, bool]:
    """What to tell, and whether the audit is as it was written."""
    link = _read(known) if known is not None else None
    async with open_database(data, given_database()) as database:
        verdict = await verify(database, link)
    if verdict.broken is not None:
        return f"BROKEN  {verdict.broken}; {verdict.entries} before it hold together", False
    return f"{verdict.entries} entries hold together; the end is {verdict.end}", True


async def export(data: Path, to: Format, file: TextIO) -> None:
    async with open_database(data, given_database()) as database:
        async with database.begin() as db:
            audit.record_by(db, audit.OPERATOR, f"audit_exported_{to}")
        async for piece in exported(database, to):
            file.write(piece)


def _read(known: str) -> Link:
    link = Link.read(known)
    if link is None:
        raise BadConfiguration("--known is a number, a colon and 64 hexadecimal digits")
    return link
