"""Sessions sealed with a key of their own: what is lost is told, the rest is readable, and without
the key nothing is."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept_sessions import SESSION_ID, keep_live_run
from log_helpers import frame, keep, observation, provenance, registry, write_run
from synthetic import film

from agent.errors import EpedicareError, LogUnreadable, SealedWithoutKey
from agent.export.format import Format
from agent.export.formats import export_session
from agent.offline import analyse_session
from agent.record import LogReader, SessionLog
from agent.record.file import LogFile
from agent.record.lasted import lasted_ms
from agent.record.opening import opened, sealed_session
from agent.record.recover import recover_run
from agent.record.run import lost_parts, read_runs
from agent.record.sealed_bytes import SealedBytes
from agent.record.sealing import MARK, PIECE, Seal
from agent.record.session_json import add_to_session_json, read_session_json, visit_of
from agent.record.session_key import SessionKey, SessionLock
from agent.record.timeline import Timeline
from agent.replay.app import Replay, ReplayTopic

pytestmark = pytest.mark.unit

KEY = SessionKey.new(SESSION_ID)


def sealed_run(folder: Path, frames: int = 60, *, ended: bool = True) -> Path:
    """In pieces of ten frames."""
    return write_run(folder, frames, ended=ended, lock=KEY.lock)


def frames_kept(path: Path) -> list[int]:
    return [e.message().origin.seq for e in LogReader(path, KEY).entries({"/frame"})]  # type: ignore[attr-defined]


def pieces(path: Path) -> list[tuple[int, int]]:
    """Where each begins and ends."""
    content, found, at = path.read_bytes(), [], 0
    while (at := content.find(MARK, at)) >= 0:
        length = PIECE.unpack_from(content, at)[2]
        found.append((at, at + PIECE.size + length + 16))
        at += PIECE.size + length
    return found


def lost(path: Path) -> list[str]:
    reader = LogReader(path, KEY)
    reader.check()
    assert not reader.complete
    return [damage.what for damage in reader.damage]


def test_a_sealed_log_says_what_an_unsealed_one_says(tmp_path: Path) -> None:
    sealed = sealed_run(tmp_path / "sealed")
    clear = write_run(tmp_path / "clear", 60)
    reader = LogReader(sealed, KEY)
    assert list(reader.entries()) == list(LogReader(clear).entries())
    assert reader.complete
    assert reader.damage == ()
    assert lasted_ms(sealed, KEY) == lasted_ms(clear)
    for span in ((0, 100), (300, 900), (1900, None)):
        want = [e.t_ms for e in LogReader(clear).entries({"/frame"}, *span)]
        assert [e.t_ms for e in reader.entries({"/frame"}, *span)] == want
        assert [e.t_ms for e in LogReader(sealed, KEY).entries({"/frame"}, *span)] == want


def test_nothing_of_it_stands_in_the_clear(tmp_path: Path) -> None:
    log = SessionLog(tmp_path, provenance(), registry(), lock=KEY.lock)
    log.write(frame(0), 0)
    log.close()
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for word in (b"MCAP", b"zstd", b"head.yaw", b"session_id", b"created_at", b"mediapipe"):
            assert word not in content
    assert sealed_session(tmp_path) == SESSION_ID


def test_session_json_is_sealed_too_and_can_be_added_to(tmp_path: Path) -> None:
    SessionLog(tmp_path, provenance(sample=True), registry(), lock=KEY.lock).close()
    assert read_session_json(tmp_path) == {}
    assert read_session_json(tmp_path, KEY)["sample"] is True
    add_to_session_json(tmp_path, {"patient_code": "KTR-FWJ", "age_months": 31}, KEY)
    assert visit_of(tmp_path, KEY)["age_months"] == 31
    assert b"KTR-FWJ" not in (tmp_path / "session.json").read_bytes()


def test_whoever_writes_has_nothing_that_reads() -> None:
    told = SessionLock.written(SESSION_ID, KEY.lock.text)
    assert told == KEY.lock
    assert KEY.private not in repr(vars(told)).encode()
    assert str(KEY.private) not in repr(KEY)
    assert SessionLock.written(SESSION_ID, KEY.lock.text[:-1]) is None


def test_without_the_key_or_with_another_one_line_says_so(tmp_path: Path) -> None:
    sealed_run(tmp_path)
    with pytest.raises(SealedWithoutKey, match=r"^run-000\.mcap is sealed, and [^\n]+$"):
        read_runs(tmp_path)
    with pytest.raises(LogUnreadable, match=r"^nothing can be read in [^\n]+ another one[^\n]+$"):
        read_runs(tmp_path, SessionKey.new(SESSION_ID))
    with pytest.raises(LogUnreadable, match="another one"):
        read_runs(tmp_path, SessionKey("f" * 32, KEY.private))  # of another session


KILLED_WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {helpers!r})
from log_helpers import frame, observation, provenance, registry
from agent.record import SessionLog
from agent.record.session_key import SessionLock
lock = SessionLock.written({session!r}, {lock!r})
log = SessionLog(Path({folder!r}), provenance(), registry(), lock=lock)
for number in range(100_000):
    log.write(observation(number), number)
    log.write(frame(number), number)
    print(number, flush=True)
    time.sleep(0.005)
"""


def test_a_writer_killed_in_the_middle_of_a_second_loses_that_second_at_most(
    tmp_path: Path,
) -> None:
    script = KILLED_WRITER.format(
        helpers=str(Path(__file__).parent.parent),
        folder=str(tmp_path),
        session=SESSION_ID,
        lock=KEY.lock.text,
    )
    written_at: list[float] = []
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in writer.stdout:
            written_at.append(time.monotonic())
            if written_at[-1] - written_at[0] > 3.5:
                break
        killed_at = time.monotonic()
        writer.kill()
    run = tmp_path / "run-000.mcap"
    kept = frames_kept(run)
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= sum(at < killed_at - 1.2 for at in written_at) > 100
    reader = LogReader(run, KEY)
    reader.check()
    assert not reader.complete
    assert any("was cut off" in line for line in lost_parts(tmp_path, read_runs(tmp_path, KEY)))
    recovered = recover_run(run, KEY)
    assert recovered.messages["/frame"] == len(kept)
    whole = LogReader(run, KEY)
    whole.check()
    assert whole.complete
    assert recovered.original is not None
    assert len(list(LogReader(recovered.original, KEY).entries({"/frame"}))) == len(kept)
    with pytest.raises(SealedWithoutKey):
        LogReader(run).check()


def test_a_flipped_bit_anywhere_costs_its_piece_at_most_and_is_told(tmp_path: Path) -> None:
    whole = sealed_run(tmp_path / "whole").read_bytes()
    path = tmp_path / "run-000.mcap"
    spans = pieces(tmp_path / "whole" / "run-000.mcap")
    chance = random.Random(7)
    ends = [end - 1 for _, end in spans]
    places = [start + within for start, _ in spans for within in (0, 5, 9, 13, 30)]
    anywhere = [chance.randrange(spans[0][0], len(whole)) for _ in range(60)]
    for at in (*ends, *places, *anywhere):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        kept = frames_kept(path)
        assert lost(path) or at >= spans[-1][0]  # whose last piece is spoilt was cut off
        assert len(kept) >= 50
        assert kept == sorted(set(kept))


def test_a_spoilt_opening_is_replaced_by_the_next_one(tmp_path: Path) -> None:
    seal = Seal(KEY.lock, "run-000.mcap")
    content = random.Random(1).randbytes(3 * 2**20)
    sealed = bytearray(seal.seal(content) + seal.seal(b"", last=True))
    sealed[60] ^= 1
    path = tmp_path / "run-000.mcap"
    path.write_bytes(sealed)
    with opened(path, KEY) as found:
        assert isinstance(found, SealedBytes)
        assert found[: len(found)] == content
        assert found.ended
        assert [damage.offset for damage in found.damage] == [0]


def test_a_cut_file_is_told_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = sealed_run(tmp_path / "whole").read_bytes()
    path = tmp_path / "run-000.mcap"
    ends = [end for _, end in pieces(tmp_path / "whole" / "run-000.mcap")][:-1]
    for size in (*ends, *(end + 30 for end in ends)):
        path.write_bytes(whole[:size])
        reader = LogReader(path, KEY)
        kept = [entry.t_ms for entry in reader.entries({"/frame"})]
        assert kept == sorted(kept)
        assert not reader.complete
    path.write_bytes(whole + b"more")
    assert any("follow what was the file's end" in what for what in lost(path))


def test_pieces_cannot_be_swapped_left_out_repeated_or_taken_elsewhere(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    run = sealed_run(first)
    whole, spans = run.read_bytes(), pieces(run)
    (a, b), (c, d) = spans[2], spans[3]
    swapped = whole[:a] + whole[c:d] + whole[a:b] + whole[d:]
    left_out = whole[:a] + whole[b:]
    repeated = whole[:b] + whole[a:b] + whole[b:]
    of_other = sealed_run(second).read_bytes()
    e, f = pieces(second / "run-000.mcap")[2]
    elsewhere = whole[:a] + of_other[e:f] + whole[b:]
    for changed in (swapped, left_out, repeated, elsewhere):
        run.write_bytes(changed)
        kept = frames_kept(run)
        assert lost(run)
        assert kept == sorted(set(kept))
        assert len(kept) >= 40


def test_a_renamed_file_does_not_open(tmp_path: Path) -> None:
    run = sealed_run(tmp_path)
    run.rename(tmp_path / "run-001.mcap")
    sealed_run(tmp_path, 10)
    runs = read_runs(tmp_path, KEY)
    assert [found.log.path.name for found in runs] == ["run-002.mcap"]
    Timeline(runs)
    told = list(lost_parts(tmp_path, runs))
    assert "run-001.mcap: nothing in it can be read" in told


def test_a_full_disk_repeats_no_piece_with_other_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same number over other bytes would open both to whoever has the two."""
    written: dict[int, set[bytes]] = {}
    full = [True]

    def pwrite(descriptor: int, content: memoryview, position: int) -> int:
        for number, byte in enumerate(bytes(content)):
            written.setdefault(position + number, set()).add(bytes((byte,)))
        if full[0]:
            real(descriptor, content[:100], position)
            raise OSError(28, "no space")
        return real(descriptor, content, position)

    import os

    real = os.pwrite
    monkeypatch.setattr("agent.record.file.os.pwrite", pwrite)
    file = LogFile(tmp_path, lock=KEY.lock)
    for number in range(3):
        keep(file, observation(number), number)
        with pytest.raises(OSError, match="no space"):
            file.sync()
    full[0] = False
    keep(file, frame(9), 9)
    file.finish()
    file.sync()
    file.close()
    assert all(len(bytes_there) == 1 for bytes_there in written.values())
    reader = LogReader(tmp_path / "run-000.mcap", KEY)
    assert [entry.t_ms for entry in reader.entries()] == [0, 1, 2, 9]
    assert reader.complete


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / SESSION_ID
    keep_live_run(folder, film(1.5), lock=KEY.lock)
    return folder


def test_replay_export_and_analysis_read_it(session: Path, tmp_path: Path) -> None:
    replay = Replay(session, None, KEY)
    assert replay.manifest()["session_id"] == SESSION_ID
    assert list(replay.timeline.messages("/frame"))
    export_session(session, Format.CSV, tmp_path / "tables", key=KEY)
    assert SESSION_ID in (tmp_path / "tables" / "frames.csv").read_text()
    analysed = analyse_session(session, tmp_path / "again", key=KEY)
    assert analysed.notes == ()
    assert sealed_session(tmp_path / "again") is None  # local use stays in the clear


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.integers(0, 2**32))
def test_whatever_was_done_to_it_the_answer_is_one_or_one_clear_line(
    session: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("spoilt") / SESSION_ID
    folder.mkdir()
    chance = random.Random(seed)
    for path in session.iterdir():
        (folder / path.name).write_bytes(_spoilt(path.read_bytes(), chance))
    for command in (_replayed, _recovered, _replayed):
        assert "\n" not in _answer(command, folder)


def _answer(command: Callable[[Path], None], folder: Path) -> str:
    try:
        command(folder)
    except EpedicareError as refusal:
        return str(refusal)
    return ""


def _replayed(folder: Path) -> None:
    replay = Replay(folder, None, KEY)
    replay.manifest()
    read_session_json(folder, KEY)
    for topic in ReplayTopic:
        list(replay.timeline.messages(f"/{topic.value}", 0, None))


def _recovered(folder: Path) -> None:
    for path in folder.glob("run-*.mcap"):
        recover_run(path, KEY)


def _spoilt(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((0, 1, 1, 3))):
        at = chance.randrange(len(content) + 1)
        size = chance.choice((1, 4, 21, 300, 70_000))
        match chance.randrange(6):
            case 0:
                content = content[:at]
            case 1:
                content = content[:at] + content[at + size :]
            case 2:
                content = content[:at] + chance.randbytes(size) + content[at + size :]
            case 3:
                content = content[:at] + content[at : at + size] + content[at:]
            case 4:
                content = content[:at] + MARK * (size // 4) + content[at:]
            case 5:
                heads = [n for n in range(len(content)) if content.startswith(MARK, n)]
                if heads:
                    start = chance.choice(heads)
                    head = PIECE.pack(
                        MARK,
                        chance.choice((0, 1, 2**32 - 1)),
                        chance.choice((0, 65_536, 2**32 - 1)),
                        chance.randrange(2),
                    )
                    content = content[:start] + head + content[start + PIECE.size :]
    return content
