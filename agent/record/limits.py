"""How much one session may keep, and how much of the disk is left to everything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from agent.record.place import SessionPlace

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

    def reached(self, place: SessionPlace, room_mb: int = 0) -> Limit | None:
        """room_mb: what is to be free beyond the floor."""
        if place.kept_bytes() >= self.session_mb * BYTES_PER_MB:
            return Limit.QUOTA
        if place.free_bytes() < (self.free_mb + room_mb) * BYTES_PER_MB:
            return Limit.DISK
        return None

    def forbid_to_begin(self, place: SessionPlace) -> Limit | None:
        return self.reached(place, ROOM_TO_BEGIN_MB)

    def sentence(self, limit: Limit) -> str:
        if limit is Limit.QUOTA:
            return f"the session has used up its {self.session_mb} MB"
        return f"less than {self.free_mb} MB of the disk are free"
