"""How many patients one machine analyses at once: a slot each, held by a file lock.

The kernel frees a lock when its process dies, so a killed job never keeps its slot.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class AnalysisSlots:
    """Shared by all job processes of this machine that name the same folder."""

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder = folder
        self._capacity = capacity
        self._held: int | None = None

    def acquire(self) -> bool:
        """Take a slot, or keep the one already held. Never waits."""
        if self._held is not None:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in range(self._capacity):
            descriptor = os.open(
                self._folder / f"analysis-slot-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            )
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                continue
            self._held = descriptor
            return True
        return False

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
