from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from log_helpers import FRAME_MS, frame, observation, provenance, registry, write_run
from mcap.opcode import Opcode
from mcap.reader import make_reader
from mcap.writer import MCAP0_MAGIC

from agent.record import Entry, LogReader
from agent.record.chunk import RECORD
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

FRAMES = 60
LARGEST_CHUNK = 22  # messages: of ten frames, and the two before them


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("whole"), FRAMES)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("crashed"), FRAMES, ended=False)


def read(path: Path) -> tuple[list[Entry], LogReader]:
    reader = LogReader(path)
    return list(reader.entries()), reader


def true_entries(entries: list[Entry], original: list[Entry]) -> bool:
    """Nothing is made up and nothing is out of order: a subsequence of what was written."""
    remaining = iter(original)
    return all(entry in remaining for entry in entries)


def test_other_mcap_software_reads_our_logs(whole: Path) -> None:
    with whole.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True)
        topics = {channel.topic for _, channel, _ in reader.iter_messages()}
        schemas = {schema.name for schema, _, _ in reader.iter_messages() if schema}
    assert topics == {"/provenance", "/registry", "/observation", "/frame", "/summary"}
    assert "epedicare.analysis.v1.FrameResult" in schemas


def test_a_span_of_time_is_read_without_the_rest(whole: Path) -> None:
    entries = list(LogReader(whole).entries({"/frame"}, 10 * FRAME_MS, 20 * FRAME_MS))
    assert [entry.message() for entry in entries] == [frame(number) for number in range(10, 20)]


def test_a_crashed_log_gives_everything_that_was_synced(crashed: Path) -> None:
    entries, reader = read(crashed)
    assert not reader.complete
    assert reader.damage == ()
    assert len(entries) == 2 + 2 * FRAMES


def test_cut_at_every_byte_of_its_end_and_at_many_others(crashed: Path, tmp_path: Path) -> None:
    content = crashed.read_bytes()
    original, _ = read(crashed)
    cut = tmp_path / "run-000.mcap"
    lengths = {
        *range(120),
        *range(0, len(content), 97),
        *range(len(content) - 200, len(content)),
    }
    counts = []
    for length in sorted(lengths):
        cut.write_bytes(content[:length])
        entries, reader = read(cut)
        assert entries == original[: len(entries)]
        assert not reader.complete
        counts.append(len(entries))
    assert counts == sorted(counts)
    assert counts[-1] >= len(original) - 20


def test_a_cut_inside_the_last_chunk_keeps_all_others(crashed: Path, tmp_path: Path) -> None:
    cut = tmp_path / "run-000.mcap"
    content = crashed.read_bytes()
    cut.write_bytes(content[: content.rindex(b"\x04\x00\x00\x00zstd") + 100])
    entries, reader = read(cut)
    assert len(entries) == 2 + 2 * (FRAMES - 10)
    assert len(reader.damage) == 1


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
@example(position=95, bit=7)  # a length that no index can hold
def test_every_flipped_bit_of_a_whole_log_is_detected(
    whole: Path, tmp_path: Path, position: int, bit: int
) -> None:
    content = bytearray(whole.read_bytes())
    content[position % len(content)] ^= 1 << bit
    flipped = tmp_path / "run-000.mcap"
    flipped.write_bytes(content)
    entries, reader = read(flipped)
    original, _ = read(whole)
    assert not reader.complete
    assert reader.damage
    assert true_entries(entries, original)
    assert len(entries) >= len(original) - 40  # at most the chunk that was hit and its neighbour


def test_a_changed_length_costs_its_own_chunk_at_most(whole: Path, tmp_path: Path) -> None:
    """Whatever a record's length says, no later chunk is jumped over."""
    content = whole.read_bytes()
    original, _ = read(whole)
    changed = tmp_path / "run-000.mcap"
    position = len(MCAP0_MAGIC)
    while True:
        opcode, length = RECORD.unpack_from(content, position)
        for bit in range(32):
            damaged = bytearray(content)
            damaged[position + 1 + bit // 8] ^= 1 << bit % 8
            changed.write_bytes(damaged)
            entries, reader = read(changed)
            assert reader.damage
            assert true_entries(entries, original)
            assert len(entries) >= len(original) - LARGEST_CHUNK, (opcode, position, bit)
        if opcode == Opcode.DATA_END:
            return
        position += RECORD.size + length


def test_flipped_bits_of_a_crashed_log_never_give_wrong_data(crashed: Path, tmp_path: Path) -> None:
    content = crashed.read_bytes()
    original, _ = read(crashed)
    flipped = tmp_path / "run-000.mcap"
    chance = random.Random(5)
    for _ in range(300):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        flipped.write_bytes(damaged)
        entries, reader = read(flipped)
        assert true_entries(entries, original)
        assert entries == original or reader.damage


def test_losing_the_first_chunk_keeps_the_topics(whole: Path, tmp_path: Path) -> None:
    content = bytearray(whole.read_bytes())
    first = content.index(b"\x04\x00\x00\x00zstd")
    content[first + 40] ^= 0xFF
    damaged = tmp_path / "run-000.mcap"
    damaged.write_bytes(content)
    entries, reader = read(damaged)
    assert len(reader.damage) == 1
    assert {entry.topic for entry in entries} == {"/observation", "/frame", "/summary"}
    assert entries[0].message() == observation(10)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89MCAP0\r\n",
        b"just some text, not a log",
        bytes(5000),
        b"\x89MCAP0\r\n" + b"\xff" * 99,
    ],
    ids=["empty", "magic only", "text", "zeros", "magic and junk"],
)
def test_what_is_no_log_gives_nothing_and_says_so(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run-000.mcap"
    path.write_bytes(content)
    entries, reader = read(path)
    assert entries == []
    assert not reader.complete


def test_messages_come_back_as_they_were_written(whole: Path) -> None:
    entries, reader = read(whole)
    assert reader.complete
    assert entries[0].message() == provenance()
    assert entries[1].message() == registry()
    assert entries[-1].message() == pb.Summary(ended="test", frames=FRAMES)
