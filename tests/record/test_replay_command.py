"""`epedicare replay` as a person starts it, with a browser that tells what it was given."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from kept_sessions import SESSION_ID, keep_live_run
from sqlalchemy import select
from synthetic import film

from token_service.database import open_database
from token_service.models import AuditEntry

pytestmark = pytest.mark.unit

EPEDICARE = Path(sys.executable).with_name("epedicare")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """With the service's database in it."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)

    async def make_database() -> None:
        async with open_database(data):
            pass

    asyncio.run(make_database())
    keep_live_run(data / "sessions" / SESSION_ID, film(1))
    return data


@pytest.fixture
def replay(tmp_path: Path, data: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The running command, and the file in which its browser writes down its arguments."""
    given = tmp_path / "arguments"
    os.mkfifo(given)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nexec echo "$@" > {given}\n')
    browser.chmod(0o700)
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<title>pages</title>")
    process = subprocess.Popen(
        [EPEDICARE, "replay", SESSION_ID, "--data", data],
        env={**os.environ, "BROWSER": f"{browser} %s", "EPEDICARE_WEB": str(pages)},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, given
    process.kill()
    process.wait()


def test_the_link_is_in_a_file_of_this_users_and_not_in_the_browsers_arguments(
    replay: tuple[subprocess.Popen[str], Path],
) -> None:
    process, given = replay
    arguments = given.read_text().strip()
    assert process.stdout is not None
    link = re.search(r"http://\S+", process.stdout.readline())
    assert link is not None
    token = urlsplit(link[0]).fragment
    assert len(token) > 40 and token not in arguments

    page = Path(url2pathname(urlsplit(arguments).path))
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.parent.stat().st_mode & 0o777 == 0o700
    with urllib.request.urlopen(arguments) as opened:
        assert f"url={link[0]}" in opened.read().decode()

    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    assert not page.parent.exists(), "nothing of it stays"


def test_a_replay_is_audited(replay: tuple[subprocess.Popen[str], Path], data: Path) -> None:
    replay[1].read_text()

    async def audited() -> list[tuple[str, str]]:
        async with open_database(data) as database, database.read() as db:
            entries = await db.scalars(select(AuditEntry).order_by(AuditEntry.id))
            return [(entry.role, entry.action) for entry in entries]

    assert asyncio.run(audited()) == [("operator", "replayed")]


def test_what_a_command_writes_is_this_users_alone(tmp_path: Path, data: Path) -> None:
    tables = tmp_path / "tables"
    export = [str(EPEDICARE), "export", SESSION_ID, "--to", "csv"]
    subprocess.run([*export, "-o", str(tables), "--data", str(data)], check=True, umask=0o022)
    modes = {path.stat().st_mode & 0o077 for path in (tables, *tables.rglob("*"))}
    assert modes == {0}
