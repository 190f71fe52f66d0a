"""One compressed chunk of a log: what it claims is checked before any of it is unpacked."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel

from agent.record.sealed_bytes import Bytes

# Opcode, length, first and last time, unpacked size and CRC, the compression's name, packed size.
HEADER = struct.Struct("<BQQQQI8sQ")
RECORD = struct.Struct("<BQ")  # opcode and length
MESSAGE = struct.Struct("<HIQQ")  # channel, sequence, log and publish time
COMPRESSION_NAME = b"\x04\x00\x00\x00zstd"
COMPRESSION_NAME_OFFSET = 37
# Ours are of a megabyte, and of one message more at most.
MOST_BYTES = 8 * 2**20
MOST_PACKED_BYTES = MOST_BYTES + 2**16  # what cannot be packed grows a little
# Ours shrink to a twentieth, made-up faces to a sixtieth. What shrinks more is made to harm.
MOST_UNPACKED_FOR_ONE, UNPACKED_ALLOWANCE_BYTES = 200, 4096
CHUNK_ERRORS = (McapError, ValueError, OverflowError, struct.error, zstandard.ZstdError)

Place = tuple[int, int, int, int, int]  # channel, log and publish time in ns, its start and end


@dataclass(frozen=True, slots=True)
class Content:
    data: bytes
    messages: list[Place]
    names: dict[int, str]  # topics of the channels that are told in it


@dataclass(frozen=True, slots=True)
class ChunkHead:
    first_ns: int
    last_ns: int
    crc: int
    unpacked_bytes: int
    data_start: int
    data_end: int


def chunk_head(data: Bytes, start: int, end: int) -> ChunkHead | None:
    """Of the record between them; None unless it is a chunk as we write it."""
    if end - start < HEADER.size:
        return None
    head = HEADER.unpack(data[start : start + HEADER.size])
    opcode, length, first_ns, last_ns, unpacked, crc, name, packed = head
    as_ours = opcode == Opcode.CHUNK and name == COMPRESSION_NAME and crc
    in_place = start + RECORD.size + length == end == start + HEADER.size + packed
    if not as_ours or not in_place or packed > MOST_PACKED_BYTES:
        return None
    most = min(MOST_BYTES, packed * MOST_UNPACKED_FOR_ONE + UNPACKED_ALLOWANCE_BYTES)
    if unpacked > most:
        return None
    return ChunkHead(first_ns, last_ns, crc, unpacked, start + HEADER.size, end)


def unpacked(data: Bytes, head: ChunkHead) -> Content | None:
    """None when it is damaged."""
    packed = data[head.data_start : head.data_end]
    try:
        if zstandard.get_frame_parameters(packed).content_size != head.unpacked_bytes:
            return None
        content = zstandard.ZstdDecompressor().decompress(packed)
        return _content(content) if zlib.crc32(content) == head.crc else None
    except CHUNK_ERRORS:
        return None


def _content(data: bytes) -> Content:
    messages: list[Place] = []
    names: dict[int, str] = {}
    position, size = 0, len(data)
    while position < size:
        opcode, length = RECORD.unpack_from(data, position)
        start = position + RECORD.size
        position = start + length
        if position > size:
            raise ValueError("a record is longer than its chunk")
        if opcode == Opcode.MESSAGE:
            if length < MESSAGE.size:
                raise ValueError("a message is shorter than its head")
            channel, _, log_ns, published_ns = MESSAGE.unpack_from(data, start)
            messages.append((channel, log_ns, published_ns, start + MESSAGE.size, position))
        elif opcode == Opcode.CHANNEL:
            told = Channel.read(ReadDataStream(BytesIO(data[start:position])))
            names[told.id] = told.topic
    return Content(data, messages, names)
