"""Walking through a log's bytes, whole or damaged.

Messages live in compressed chunks of about a second, each with its own CRC. What cannot be read
is reported and left out, and the walk goes on at the next chunk whose CRC holds. The search for it
has an end: what looks like chunks and is none costs no more time than the file has bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from mcap.opcode import Opcode
from mcap.writer import MCAP0_MAGIC

from agent.record.chunk import (
    COMPRESSION_NAME,
    COMPRESSION_NAME_OFFSET,
    RECORD,
    ChunkHead,
    Content,
    chunk_head,
    unpacked,
)
from agent.record.damage import Damage
from agent.record.sealed_bytes import Bytes, SealedBytes

CRC_BYTES = 4
FOOTER = struct.Struct("<BQQQI")  # head, summary start, summary offset start, CRC
RECORDS = {Opcode.HEADER, Opcode.CHUNK, Opcode.MESSAGE_INDEX, Opcode.DATA_END}
# How much is tried in searching, in bytes and in the file's size: damage needs twice that at most.
TRIED_BYTES, TRIED_FILES = 16 * 2**20, 4
CRC_AT_ONCE = 2**20

Wanted = Callable[[int, int], bool]  # of a chunk's first and last time, ns


class ChunkWalk:
    """Iterate once; `damage` and `complete` are known when that is over."""

    def __init__(self, data: Bytes, wanted: Wanted | None = None) -> None:
        self.damage: list[Damage] = []
        self.found: list[ChunkHead] = []  # chunks that hold
        self.complete = False  # the run ended in order and the file is as it was written
        self._data = data
        self._size = len(data)
        self._wanted = wanted
        self._patience_bytes = TRIED_BYTES + TRIED_FILES * self._size

    def __iter__(self) -> Iterator[Content]:
        position = self._begin()
        while position < self._size:
            opcode, end = self._record(position)
            if opcode is None:
                position = self._skip(position, "cannot be read")
            elif opcode == Opcode.DATA_END:
                self._end(position, end)
                return
            elif opcode == Opcode.CHUNK:
                chunk = self._chunk(position, end)
                if chunk is None:
                    position = self._skip(position, "fail their checksum")
                    continue
                self.found.append(chunk[0])
                yield chunk[1]
                checked = self._wanted is None  # then its length is proven, too
                position = end if checked else self._behind(position, end)
            else:
                position = self._behind(position, end)

    def _begin(self) -> int:
        if self._size == 0 or self._data[: len(MCAP0_MAGIC)] == MCAP0_MAGIC:
            return len(MCAP0_MAGIC)
        return self._skip(0, "are no log's beginning")

    def _record(self, position: int) -> tuple[Opcode | None, int]:
        if position + RECORD.size > self._size:
            return None, self._size
        opcode, length = RECORD.unpack(self._data[position : position + RECORD.size])
        end = position + RECORD.size + length
        if opcode not in RECORDS or end > self._size:
            return None, self._size
        return Opcode(opcode), end

    def _chunk(self, position: int, end: int) -> tuple[ChunkHead, Content] | None:
        """The chunk's content; none of it when the walk was not asked for its time."""
        head = chunk_head(self._data, position, end)
        if head is None:
            return None
        if self._wanted and not self._wanted(head.first_ns, head.last_ns):
            return head, Content(b"", [], {})
        content = unpacked(self._data, head)
        return None if content is None else (head, content)

    def _behind(self, position: int, end: int) -> int:
        """The end, unless a chunk lies before it: then the record's length is what is damaged."""
        chunk = self._next_chunk(position, end)
        if chunk is None:
            return end
        self.damage.append(Damage(position, "a length was changed; what follows was still read"))
        return chunk

    def _skip(self, position: int, what: str) -> int:
        """To the next readable chunk; a length may be what is damaged, so none is believed."""
        end = self._next_chunk(position, self._size) or self._size
        self.damage.append(Damage(position, f"{end - position} bytes {what}"))
        return end

    def _next_chunk(self, position: int, limit: int) -> int | None:
        """Where the first readable one between them begins."""
        last = limit + COMPRESSION_NAME_OFFSET + len(COMPRESSION_NAME) - 1
        found = position
        while (found := self._data.find(COMPRESSION_NAME, found + 1, last)) >= 0:
            start = found - COMPRESSION_NAME_OFFSET
            if start > position:
                opcode, end = self._record(start)
                if opcode != Opcode.CHUNK or chunk_head(self._data, start, end) is None:
                    continue
                self._patience_bytes -= end - start
                if self._patience_bytes < 0:
                    return None
                if self._chunk(start, end) is not None:
                    return start
        return None

    def _end(self, position: int, end: int) -> None:
        start = position + RECORD.size
        expected = int.from_bytes(self._data[start : start + CRC_BYTES], "little")
        if self._is_to_be_summed() and self._crc(0, position) != expected:
            self.damage.append(Damage(0, "bytes between the messages were changed; none is lost"))
        if not self._summary_holds(end):
            self.damage.append(Damage(end, "the index at the end is damaged; no message is lost"))
        self.complete = not self.damage

    def _is_to_be_summed(self) -> bool:
        """What is sealed was checked when it was opened."""
        return self._wanted is None and not self.damage and not isinstance(self._data, SealedBytes)

    def _summary_holds(self, start: int) -> bool:
        footer = self._size - len(MCAP0_MAGIC) - FOOTER.size
        if footer < start or self._data[self._size - len(MCAP0_MAGIC) :] != MCAP0_MAGIC:
            return False
        opcode, _, summary_start, _, crc = FOOTER.unpack(self._data[footer : footer + FOOTER.size])
        covered = footer + FOOTER.size - CRC_BYTES
        in_place = bool(opcode == Opcode.FOOTER and summary_start == start)
        return in_place and self._crc(start, covered) == crc

    def _crc(self, start: int, end: int) -> int:
        crc = 0
        for at in range(start, end, CRC_AT_ONCE):
            crc = zlib.crc32(self._data[at : min(at + CRC_AT_ONCE, end)], crc)
        return crc
