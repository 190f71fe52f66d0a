"""How long a run lasted, as the end of its file tells: what is in it stays unread."""

from __future__ import annotations

import struct
from pathlib import Path

from mcap.opcode import Opcode

from agent.errors import LogUnreadable
from agent.record.file import NS_PER_MS
from agent.record.opening import opened
from agent.record.sealed_bytes import Bytes
from agent.record.session_key import SessionKey

MAGIC = b"\x89MCAP0\r\n"
# By the format's records: an opcode, a length, then the fields.
FOOTER = struct.Struct("<BQQQI8s")  # … where summary and offsets begin, a CRC, and the magic
OFFSET = struct.Struct("<BQBQQ")  # … of which records, where they begin, how long they are
STATISTICS = struct.Struct("<BQQHIIIIQQ")  # … seven counts, the first time, the last one
LARGEST_OFFSETS = 16 * OFFSET.size  # one for each kind of record in a summary
LATEST_MS = 2**32 - 1  # that a message can say


def lasted_ms(path: Path, key: SessionKey | None = None) -> int | None:
    """To its last message, in its own time, which begins near 0. None where the end is missing or
    damaged: a run that was cut off tells only to whoever reads all of it."""
    try:
        with opened(path, key) as data:
            return _last_ms(data)
    except (LogUnreadable, struct.error):
        return None


def _last_ms(data: Bytes) -> int | None:
    end = len(data) - FOOTER.size
    if end < 0:
        return None
    kind, _, _, offsets_at, _, magic = FOOTER.unpack(data[end:])
    if kind != Opcode.FOOTER or magic != MAGIC or not 0 < end - offsets_at <= LARGEST_OFFSETS:
        return None
    for _, _, of, begins_at, _ in OFFSET.iter_unpack(data[offsets_at:end]):
        if of == Opcode.STATISTICS:
            statistics = data[begins_at : begins_at + STATISTICS.size]
            kind, *_, last_ns = STATISTICS.unpack(statistics)
            last_ms = int(last_ns) // NS_PER_MS
            return last_ms if kind == Opcode.STATISTICS and last_ms <= LATEST_MS else None
    return None
