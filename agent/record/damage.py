"""What of a file is not as it was written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    offset: int  # bytes from the start of the file
    what: str
