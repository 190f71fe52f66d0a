"""What a job process may still touch: it decodes a stranger's video, so it gets next to nothing.

Landlock (landlock(7), Linux 5.13) takes rights away from a thread and from all that it starts:
reading is left of the program's own files. Logs, the service's database and other processes'
environments are out of reach; a job's own log is opened for it (`log_keeper`). Where the kernel has
no Landlock, the process keeps its user's rights, and says so once.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import agent
import models

logger = logging.getLogger(__name__)

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, the same on all machines
ASK_VERSION = 1
PATH_BENEATH = 1
NO_NEW_PRIVILEGES = 38  # prctl(2)

EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = (1 << bit for bit in range(4))
REMOVE_FOLDER, REMOVE_FILE, MAKE_FOLDER, MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
TRUNCATE = 1 << 14
RIGHTS_OF_VERSION = {1: 1 << 13, 2: 1 << 14, 3: 1 << 15, 4: 1 << 15}  # bits below it are known
ALL_RIGHTS = 1 << 16
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
SIGNALS_AND_SOCKETS = 0b11  # none to processes outside
SCOPES_FROM_VERSION = 6

RUN = EXECUTE | READ_FILE | READ_FOLDER
READ = READ_FILE | READ_FOLDER
USE = READ_FILE | WRITE_FILE
ADD = READ_FOLDER | MAKE_FOLDER | MAKE_FILE | REMOVE_FILE | WRITE_FILE | TRUNCATE  # not: read
LOCK = READ_FOLDER | READ_FILE | WRITE_FILE | MAKE_FILE


MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys")


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def confine(data: Path, bundles: Path) -> bool:
    """Of this process, for good. Call it before other threads start: they keep what they had."""
    for folder in (data / "slots", data / "scratch"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    confined = _restrict([*_left(data, bundles)])
    if confined:
        tempfile.tempdir = str(data / "scratch")
    else:
        logger.warning("this kernel has no Landlock: jobs keep all rights of their user")
    return confined


def confine_keeper(data: Path) -> bool:
    """It puts files into sessions, and reads none."""
    sessions = data / "sessions"
    sessions.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _restrict([(sessions, ADD)])


def _restrict(left: Iterable[tuple[Path, int]]) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return False
    handled = RIGHTS_OF_VERSION.get(version, ALL_RIGHTS) - 1
    scoped = SIGNALS_AND_SOCKETS if version >= SCOPES_FROM_VERSION else 0
    rules = _Ruleset(handled, 0, scoped)
    # An older kernel knows fewer fields; those it does not know are 0.
    ruleset = _checked(libc.syscall(CREATE_RULESET, ctypes.byref(rules), _size(version), 0))
    for path, rights in left:
        _allow(libc, ruleset, path, rights & handled)
    _checked(libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return True


def _left(data: Path, bundles: Path) -> Iterator[tuple[Path, int]]:
    yield data / "slots", LOCK
    yield data / "scratch", ADD | REMOVE_FOLDER  # LiveKit's jobs make a temporary folder each
    for program in ("/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix):
        yield Path(program), RUN
    for package in (agent, models):
        yield Path(package.__path__[0]), READ
    yield bundles, READ
    for facts in ("/etc", "/sys", "/proc/self", "/run/systemd/resolve", *MACHINE):
        yield Path(facts), READ
    for device in ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"):
        yield Path(device), USE


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = _PathBeneath(rights if path.is_dir() else rights & OF_A_FILE, descriptor)
    _checked(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0))
    os.close(descriptor)


def _size(version: int) -> ctypes.c_size_t:
    fields = 1 if version < 4 else 2 if version < SCOPES_FROM_VERSION else 3
    return ctypes.c_size_t(8 * fields)


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result
