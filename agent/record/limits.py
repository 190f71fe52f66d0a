"""How much one session may keep, and how much of the disk is left to everything else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from agent.record.folder import run_files

BYTES_PER_MB = 1_000_000
ROOM_TO_BEGIN_MB = 100  # above the floor, so that no log is begun for a few seconds


class Limit(Enum):
    """Why nothing more is kept, in the words of a log that ended for it."""

    QUOTA = "quota used up"
    DISK = "disk nearly full"


@dataclass(frozen=True, slots=True)
class KeepingLimits:
    session_mb: int
    free_mb: int

    def reached(self, folder: Path, room_mb: int = 0) -> Limit | None:
        """room_mb: what is to be free beyond the floor."""
        if kept_bytes(folder) >= self.session_mb * BYTES_PER_MB:
            return Limit.QUOTA
        if free_bytes(folder) < (self.free_mb + room_mb) * BYTES_PER_MB:
            return Limit.DISK
        return None

    def keeps_from_beginning(self, folder: Path) -> Limit | None:
        return self.reached(folder, ROOM_TO_BEGIN_MB)

    def sentence(self, limit: Limit) -> str:
        if limit is Limit.QUOTA:
            return f"the session has used up its {self.session_mb} MB"
        return f"less than {self.free_mb} MB of the disk are free"


def kept_bytes(folder: Path) -> int:
    """Of a session, in all its runs."""
    try:
        return sum(path.stat().st_size for path in run_files(folder))
    except (FileNotFoundError, NotADirectoryError):
        return 0  # nothing is kept yet, or it was erased just now


def free_bytes(folder: Path) -> int:
    """On the disk that the folder is on, or will be, for a user who is not root."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    disk = os.statvfs(there)
    return disk.f_bavail * disk.f_frsize
