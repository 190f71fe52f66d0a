"""How many patients one machine analyses at once: a slot each, held by a file lock.

The kernel frees a lock when its process dies, so a killed job never keeps its slot.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path
from typing import Self

logger = logging.getLogger(__name__)


class AnalysisSlots:
    """Shared by all job processes of this machine that name the same folder.

    On a full or read-only disk nobody can count: then there is no limit, and the analysis goes on.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder = folder
        self._capacity = capacity
        self._held: int | None = None
        self._unlimited = False

    @classmethod
    def of(cls, data: Path, capacity: int) -> Self:
        return cls(data / "slots", capacity)

    @property
    def held(self) -> bool:
        return self._unlimited or self._held is not None

    def acquire(self) -> bool:
        """Take a slot, or keep the one already held. Never waits."""
        if self._held is None and not self._unlimited:
            try:
                self._held = self._free_slot()
            except OSError as error:
                logger.warning("no limit to how many are analysed: %s", error.strerror)
                self._unlimited = True
        return self.held

    def any_free(self) -> bool:
        """At this moment, and perhaps not at the next; not where nobody can count."""
        try:
            slot = self._free_slot()
        except OSError:
            return False
        if slot is not None:
            os.close(slot)
        return slot is not None

    def _free_slot(self) -> int | None:
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
            return descriptor
        return None

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
