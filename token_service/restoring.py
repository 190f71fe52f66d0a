"""A backup back into an empty place: all of it, or nothing."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from alembic import command
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from agent.errors import CannotRestore
from agent.record.folder import PRIVATE_FOLDER, is_session_id, write_whole
from token_service import database_rows
from token_service.backup import CHUNK_BYTES, FILE_NAME, FORMAT, MANIFEST, ROWS, SUMS
from token_service.database_address import embedded_in, given_database
from token_service.migrating import configuration

ASIDE = "restoring"
DAMAGED = "the backup is damaged"


async def restore(data: Path, backup: IO[bytes]) -> int:
    """Returns of how many sessions something is kept in it."""
    data.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    _refuse_kept(data)
    with _aside(data) as folder:
        _unpack(backup, folder)
        revision = _revision(folder)
        await _fill(data, folder / ROWS, revision)
        sessions = folder / "sessions"
        sessions.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        kept = sum(1 for _ in sessions.iterdir())
        shutil.rmtree(data / "sessions", ignore_errors=True)
        sessions.rename(data / "sessions")
    return kept


def _refuse_kept(data: Path) -> None:
    there = data / "sessions"
    if there.is_dir() and any(there.iterdir()):
        raise CannotRestore(f"sessions are kept in {there}: restore into another folder")


@contextmanager
def _aside(data: Path) -> Iterator[Path]:
    """Of an earlier try that was cut off nothing stays."""
    folder = data / ASIDE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=PRIVATE_FOLDER)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(backup: IO[bytes], folder: Path) -> None:
    sums: dict[str, str] = {}
    told: dict[str, str] | None = None
    try:
        with tarfile.open(fileobj=backup, mode="r|") as archive:
            for entry in archive:
                source = archive.extractfile(entry) if entry.isreg() else None
                if source is None or not _is_ours(entry.name):
                    raise CannotRestore(f"{DAMAGED}: it holds what no backup has")
                if entry.name == SUMS:
                    told = _sums(source.read().decode())
                else:
                    sums[entry.name] = _write(source, folder / entry.name)
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise CannotRestore(f"{DAMAGED}: {type(error).__name__}") from None
    if told is None:
        raise CannotRestore(f"{DAMAGED}: its end is missing")
    if told != sums:
        raise CannotRestore(f"{DAMAGED}: not every file is as it was")


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if len(parts) == 1:
        return name in (MANIFEST, ROWS, SUMS)
    first, *rest = parts
    return (
        first == "sessions"
        and len(rest) == 2
        and is_session_id(rest[0])
        and FILE_NAME.fullmatch(rest[1]) is not None
    )


def _sums(text: str) -> dict[str, str]:
    split = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in split}


def _write(source: IO[bytes], path: Path) -> str:
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    sha256 = hashlib.sha256()
    write_whole(path, b"")  # private from its first byte on
    with path.open("wb") as target:
        while content := source.read(CHUNK_BYTES):
            sha256.update(content)
            target.write(content)
    return sha256.hexdigest()


def _revision(folder: Path) -> str:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        made_as, revision = manifest["format"], str(manifest["revision"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotRestore(f"{DAMAGED}: nothing says what it is") from None
    if made_as != FORMAT:
        raise CannotRestore("the backup was made by a newer version of e-PediCare; update this one")
    return revision


async def _fill(data: Path, rows: Path, revision: str) -> None:
    address = given_database() or embedded_in(data)
    engine = create_async_engine(address.url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_fill_now, rows, revision)
    finally:
        await engine.dispose()


def _fill_now(connection: Connection, rows: Path, revision: str) -> None:
    """With the tables that the rows are of, which are brought up to date afterwards."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found not in (None, revision) or database_rows.is_in_use(connection):
        raise CannotRestore("the database is in use: restore into a new one")
    try:
        command.upgrade(configuration(connection), revision)
    except CommandError:
        raise CannotRestore(
            "the backup was made by a newer version of e-PediCare; update this one"
        ) from None
    with rows.open(encoding="utf-8") as lines:
        database_rows.put_in(connection, lines)
    command.upgrade(configuration(connection), "head")
