"""File systems without hard links (FAT) and without locks (some NFS).

The system calls answer as there; the kernel's own such file systems are not on every machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kept_sessions import keep_live_run
from log_helpers import write_run
from synthetic import film

from agent.record import LogReader

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(
        sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
    ),
]

POOR = """
#include <errno.h>
int link(const char *from, const char *to) { errno = EPERM; return -1; }
int linkat(int a, const char *from, int b, const char *to, int how) { errno = EPERM; return -1; }
int flock(int descriptor, int how) { errno = ENOLCK; return -1; }
"""
CHECK = """
import fcntl, os, sys
for attempt in (lambda: os.link(sys.argv[1], sys.argv[1] + "2"), lambda: fcntl.flock(0, 1)):
    try:
        attempt()
    except OSError as error:
        print(error.errno)
"""


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process for which every file system is poor."""
    folder = tmp_path_factory.mktemp("poor")
    (folder / "poor.c").write_text(POOR)
    library = folder / "poor.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", library, folder / "poor.c"], check=True, timeout=60
    )
    return {**os.environ, "LD_PRELOAD": str(library)}


def run(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True
    )


EPEDICARE = ("-c", "from agent.commands.cli import main; main()")


def test_the_file_system_is_poor(poor: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(poor, "-c", CHECK, tmp_path / "file").stdout.split() == ["1", "37"]


def test_a_damaged_log_is_recovered_and_the_original_is_copied(
    poor: dict[str, str], tmp_path: Path
) -> None:
    path = write_run(tmp_path, 60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    for number in (1, 2):
        damaged = path.read_bytes()
        done = run(poor, *EPEDICARE, "recover", tmp_path)
        assert done.returncode == 0, done.stderr
        original = tmp_path / f"run-000.mcap.original-{number}"
        assert original.read_bytes() == damaged
        assert LogReader(path).path.exists()
        path.write_bytes(path.read_bytes()[:-200])
    assert not list(tmp_path.glob("*.part"))


def test_a_session_is_analysed_again(poor: dict[str, str], tmp_path: Path) -> None:
    keep_live_run(tmp_path / "session", film(2))
    done = run(poor, *EPEDICARE, "analyze", tmp_path / "session", "-o", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert len(list(LogReader(tmp_path / "again" / "run-000.mcap").entries({"/frame"}))) == 60
