"""All that a clinic keeps, in one tar file: the database's rows and the sessions' folders.

    manifest.json            which version of the tables
    database.jsonl           the rows, all of one moment
    sessions/<id>/<file>     what is kept of each
    SHA256SUMS               of the files before it

Calls may go on meanwhile: a log that is being written is there as far as it was written. Keys and
other settings are not in it, nor who is signed in.
"""

import hashlib
import io
import json
import re
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from alembic.migration import MigrationContext
from sqlalchemy import Connection

from agent.record.folder import PRIVATE_FILE, is_session_id
from agent.record.provenance import code_version
from token_service import database_rows
from token_service.database import Database

FORMAT = 1
MANIFEST, ROWS, SUMS = "manifest.json", "database.jsonl", "SHA256SUMS"
FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}")
UNFINISHED = ".part"
CHUNK_BYTES = 1 << 20


async def back_up(data: Path, database: Database, into: IO[bytes]) -> int:
    """Returns of how many sessions something is kept in it."""
    with tempfile.TemporaryFile(dir=data) as rows:
        async with database.read() as db:
            revision = await db.run_sync(lambda session: _write_rows(session.connection(), rows))
        with tarfile.open(fileobj=into, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            writing = _Writing(archive)
            manifest = {"format": FORMAT, "revision": revision, "made_by": code_version()}
            writing.add(MANIFEST, io.BytesIO(json.dumps(manifest).encode()))
            writing.add(ROWS, rows)
            sessions = sum(writing.add_session(folder) for folder in _sessions(data))
            writing.add(SUMS, io.BytesIO(writing.sums().encode()))
    return sessions


def _write_rows(connection: Connection, rows: IO[bytes]) -> str:
    for line in database_rows.lines(connection):
        rows.write(line.encode() + b"\n")
    return str(MigrationContext.configure(connection).get_current_revision())


def _sessions(data: Path) -> list[Path]:
    folder = data / "sessions"
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if is_session_id(path.name))


class _Writing:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._sums: dict[str, str] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        """As far as it goes now: a log may grow meanwhile."""
        entry = tarfile.TarInfo(name)
        entry.size = source.seek(0, io.SEEK_END)
        entry.mode, entry.mtime = PRIVATE_FILE, int(time.time())
        source.seek(0)
        read = _Hashed(source)
        self._archive.addfile(entry, read)  # type: ignore[arg-type]  # it only reads
        self._sums[name] = read.sha256.hexdigest()

    def add_session(self, folder: Path) -> bool:
        """False: it was erased meanwhile."""
        try:
            for path in _files(folder):
                with path.open("rb") as source:
                    self.add(f"sessions/{folder.name}/{path.name}", source)
        except FileNotFoundError:
            return False
        return True

    def sums(self) -> str:
        return "".join(f"{digest}  {name}\n" for name, digest in self._sums.items())


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and FILE_NAME.fullmatch(path.name) and path.suffix != UNFINISHED:
            yield path


class _Hashed:
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sha256: Any = hashlib.sha256()

    def read(self, size: int) -> bytes:
        content = self._source.read(size)
        self.sha256.update(content)
        return content
