"""How long a run lasted, as the end of its file tells: what is in it stays unread."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

from mcap.opcode import Opcode

from agent.record.file import NS_PER_MS

MAGIC = b"\x89MCAP0\r\n"
# By the format's records: an opcode, a length, then the fields.
FOOTER = struct.Struct("<BQQQI8s")  # … where summary and offsets begin, a CRC, and the magic
OFFSET = struct.Struct("<BQBQQ")  # … of which records, where they begin, how long they are
STATISTICS = struct.Struct("<BQQHIIIIQQ")  # … seven counts, the first time, the last one
LARGEST_OFFSETS = 16 * OFFSET.size  # one for each kind of record in a summary
LATEST_MS = 2**32 - 1  # that a message can say


def lasted_ms(path: Path) -> int | None:
    """To its last message, in its own time, which begins near 0. None where the end is missing or
    damaged: a run that was cut off tells only to whoever reads all of it."""
    try:
        with path.open("rb") as stream:
            return _last_ms(stream)
    except (OSError, struct.error, ValueError):
        return None


def _last_ms(stream: io.BufferedReader) -> int | None:
    end = stream.seek(-FOOTER.size, os.SEEK_END)
    kind, _, _, offsets_at, _, magic = FOOTER.unpack(stream.read(FOOTER.size))
    if kind != Opcode.FOOTER or magic != MAGIC or not 0 < end - offsets_at <= LARGEST_OFFSETS:
        return None
    stream.seek(offsets_at)
    for _, _, of, begins_at, _ in OFFSET.iter_unpack(stream.read(end - offsets_at)):
        if of == Opcode.STATISTICS:
            stream.seek(begins_at)
            kind, *_, last_ns = STATISTICS.unpack(stream.read(STATISTICS.size))
            last_ms = int(last_ns) // NS_PER_MS
            return last_ms if kind == Opcode.STATISTICS and last_ms <= LATEST_MS else None
    return None
