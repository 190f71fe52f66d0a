"""Debian's PostgreSQL in a folder of its own, which a test may stop and start again.

PostgreSQL refuses to run as root: started by root, it runs as somebody who may do nothing.
"""

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest

from token_service.database_address import parsed
from token_service.migrating import migrate

NOBODY = "nobody"
START_TIMEOUT_S = 30.0
TEMPLATE = "migrated"
# Nothing needs to outlive the machine here.
UNSAFE_AND_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "autovacuum": "off",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-database",
        action="store_true",
        help="Run every test of the service on PostgreSQL, too.",
    )


def find_postgresql() -> Path | None:
    """Debian keeps the server's programs out of PATH, each version in a folder of its own."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    return Path(found).parent if found else None


@dataclass
class PostgreSql:
    binaries: Path
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="epedicare-pg-")))
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return f"postgresql://epedicare@/{database}?host={self.folder}"

    def make(self) -> None:
        if _is_root():
            shutil.chown(self.folder, NOBODY)
        self._run("initdb", "-D", str(self._data), "-U", "epedicare", "--auth=trust", "--no-sync")

    def start(self) -> None:
        if self._process is not None:
            return
        chosen = {**UNSAFE_AND_QUICK, "unix_socket_directories": str(self.folder)}
        settings = [f"--{name}={value}" for name, value in chosen.items()]
        command = [str(self.binaries / "postgres"), "-D", str(self._data), *settings]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, user=_other_user(), cwd=self.folder
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        """At once, as a crash: whoever is connected is cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.send_signal(signal.SIGCONT)  # should it have fallen silent
            self._process.wait()
            self._process = None

    def fall_silent(self) -> None:
        """As on a machine that is paused: connections stay, and nothing comes any more."""
        for process in self._all():
            process.suspend()

    def speak_again(self) -> None:
        for process in self._all():
            process.resume()

    def _all(self) -> list[psutil.Process]:
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        return [server, *server.children()]

    def new_empty_database(self) -> str:
        return self._new("template0")

    def new_database(self) -> str:
        """With the tables of this version."""
        return self._new(TEMPLATE)

    def make_template(self) -> None:
        self.execute("postgres", f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        with ThreadPoolExecutor(1) as thread:  # the test may have an event loop of its own
            thread.submit(asyncio.run, migrate(parsed(self.url(TEMPLATE)))).result()

    def execute(self, database: str, statement: str) -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _new(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        subprocess.run(
            command, check=True, capture_output=True, user=_other_user(), cwd=self.folder
        )

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _is_root() -> bool:
    return os.geteuid() == 0


def _other_user() -> str | None:
    return NOBODY if _is_root() else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """One for all tests of a process; each takes a database of its own."""
    binaries = find_postgresql()
    if binaries is None:
        pytest.fail("no PostgreSQL: run `deploy/setup test`, or apt-get install postgresql")
    server = PostgreSql(binaries)
    try:
        server.make()
        server.start()
        server.make_template()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)
