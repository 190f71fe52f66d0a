"""Logs that were made to cost time or memory; their checksums hold."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from mmap import mmap
from pathlib import Path

import pytest
import zstandard
from log_helpers import frame, write_run
from mcap.opcode import Opcode

from agent.record import LogReader, chunks
from agent.record.chunk import HEADER, MESSAGE, RECORD, ChunkHead, Content, unpacked
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

MB = 2**20
NEVER = 2**63


def chunk_of(content: bytes, packed: bytes | None = None) -> bytes:
    """A chunk record, right in every respect."""
    packed = zstandard.ZstdCompressor(level=19).compress(content) if packed is None else packed
    length = HEADER.size - RECORD.size + len(packed)
    name = b"\x04\x00\x00\x00zstd"
    crc = zlib.crc32(content)
    head = HEADER.pack(Opcode.CHUNK, length, 0, NEVER, len(content), crc, name, len(packed))
    return head + packed


def message_record(channel: int, data: bytes) -> bytes:
    head = RECORD.pack(Opcode.MESSAGE, MESSAGE.size + len(data))
    return head + MESSAGE.pack(channel, 0, 0, 0) + data


def with_chunk(path: Path, chunk: bytes) -> Path:
    """Between the first of the log's own chunks and those after it."""
    content = path.read_bytes()
    at = content.index(b"\x04\x00\x00\x00zstd") - 37
    _, length = RECORD.unpack_from(content, at)
    end = at + RECORD.size + length
    path.write_bytes(content[:end] + chunk + content[end:])
    return path


def sequence_numbers(log: LogReader) -> list[int]:
    messages = (entry.message() for entry in log.entries({"/frame"}))
    return [message.origin.seq for message in messages if isinstance(message, pb.FrameResult)]


ZEROS = bytes(60 * MB)
NOTHINGS = RECORD.pack(0x7F, 0) * 6_000_000
MANY_EMPTY = message_record(4, b"") * 400_000


@pytest.mark.parametrize(
    "content", [ZEROS, NOTHINGS, MANY_EMPTY], ids=["zeros", "records", "empty"]
)
def test_a_small_chunk_that_unpacks_to_much_is_left_out_before_it_is_unpacked(
    tmp_path: Path, content: bytes
) -> None:
    chunk = chunk_of(content)
    assert len(chunk) < 8000
    log = LogReader(with_chunk(write_run(tmp_path, 40), chunk))
    tracemalloc.start()
    try:
        seen = sequence_numbers(log)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == [frame(number).origin.seq for number in range(40)]
    assert peak_bytes < 5 * MB
    assert log.damage[0].what.endswith("bytes fail their checksum")


def test_a_message_that_is_shorter_than_its_head_is_damage(tmp_path: Path) -> None:
    short = RECORD.pack(Opcode.MESSAGE, 3) + b"abc"
    long = RECORD.pack(Opcode.MESSAGE, 2**63) + b"abc"
    channel = RECORD.pack(Opcode.CHANNEL, 2) + b"ab"
    for content in (short, long, channel, RECORD.pack(Opcode.MESSAGE, 30)[:5]):
        folder = tmp_path / str(zlib.crc32(content))
        log = LogReader(with_chunk(write_run(folder, 20), chunk_of(content)))
        assert len(sequence_numbers(log)) == 20
        assert log.damage[0].what.endswith("bytes fail their checksum")


def raw_frame(content: bytes) -> bytes:
    """A zstd frame that holds the content as it is."""
    head = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(content))
    blocks = [content[at : at + 2**17] for at in range(0, len(content), 2**17)]
    last = len(blocks) - 1
    sizes = (int(n == last) | len(block) << 3 for n, block in enumerate(blocks))
    return head + b"".join(
        size.to_bytes(3, "little") + block for size, block in zip(sizes, blocks, strict=True)
    )


def nested_heads(size: int) -> bytes:
    """Heads of chunks, each of which claims all that follows, with a checksum that fails."""
    step = HEADER.size + 16
    heads = bytearray()
    for at in range(0, size - HEADER.size, step):
        packed = size - at - HEADER.size
        name = b"\x04\x00\x00\x00zstd"
        length = HEADER.size - RECORD.size + packed
        heads += HEADER.pack(Opcode.CHUNK, length, 0, NEVER, packed, 1, name, packed) + bytes(16)
    return bytes(heads)


@pytest.mark.parametrize("size", [3 * MB, 12 * MB])
def test_what_looks_like_chunks_costs_no_more_than_some_times_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = write_run(tmp_path, 20)
    path.write_bytes(path.read_bytes()[:-100] + nested_heads(size))
    tried_bytes = 0

    def counted(data: mmap | bytes, head: ChunkHead) -> Content | None:
        nonlocal tried_bytes
        tried_bytes += head.data_end - head.data_start
        return unpacked(data, head)

    monkeypatch.setattr(chunks, "unpacked", counted)
    log = LogReader(path)
    log.check()
    assert log.damage
    assert tried_bytes < 30 * MB + 5 * path.stat().st_size


def test_chunks_within_chunks_are_read_and_come_to_an_end(tmp_path: Path) -> None:
    inner = chunk_of(message_record(4, frame(0).SerializeToString()))
    for _ in range(40):
        content = RECORD.pack(0x7F, len(inner)) + inner
        inner = chunk_of(content, raw_frame(content))
    log = LogReader(with_chunk(write_run(tmp_path, 20), inner))
    log.check()
    assert log.damage
