"""Locks on logs and datasets, where the file system has any: some of a network have none."""

from __future__ import annotations

import errno
import fcntl

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


def lock_for_writing(descriptor: int) -> None:
    """Says "still being written" to `recover`."""
    _lock(descriptor, fcntl.LOCK_EX)


def lock_for_reading(descriptor: int) -> None:
    """Raises BlockingIOError while the log is being written."""
    _lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def lock_alone(descriptor: int) -> None:
    """Raises BlockingIOError while another process has it."""
    _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock(descriptor: int, how: int) -> None:
    try:
        fcntl.flock(descriptor, how)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
