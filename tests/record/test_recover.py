from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from log_helpers import write_run
from mcap.reader import make_reader

from agent.errors import CannotRecover
from agent.record import LogReader
from agent.record.recover import recover_run, recover_session

pytestmark = pytest.mark.unit


def cut(path: Path, length: int) -> bytes:
    content = path.read_bytes()[:length]
    path.write_bytes(content)
    return content


def test_a_cut_log_becomes_whole_and_the_original_stays(tmp_path: Path) -> None:
    path = write_run(tmp_path, 60)
    damaged = cut(path, path.stat().st_size * 2 // 3)
    before = list(LogReader(path).entries())

    recovered = recover_run(path)

    reader = LogReader(path)
    assert list(reader.entries()) == before
    assert reader.complete
    assert recovered.messages.total() == len(before)
    assert recovered.original is not None
    assert recovered.original.read_bytes() == damaged
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run-000.mcap", "run-000.mcap.original-1"]
    with path.open("rb") as stream:
        assert make_reader(stream, validate_crcs=True).get_summary() is not None


def test_a_bad_chunk_is_left_out_and_said(tmp_path: Path) -> None:
    path = write_run(tmp_path, 60)
    content = bytearray(path.read_bytes())
    middle = content.index(b"\x04\x00\x00\x00zstd", 20_000)
    content[middle + 60] ^= 1
    path.write_bytes(content)
    recovered = recover_run(path)
    assert len(recovered.damage) == 1
    assert recovered.messages["/frame"] == 50
    assert LogReader(path).path.exists()


def test_a_whole_log_is_left_alone(tmp_path: Path) -> None:
    path = write_run(tmp_path, 20)
    content = path.read_bytes()
    assert recover_session(tmp_path)[0].original is None
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_holds_nothing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "run-000.mcap"
    path.write_bytes(b"not a log at all")
    recovered = recover_run(path)
    assert recovered.original is None
    assert recovered.messages.total() == 0
    assert list(tmp_path.iterdir()) == [path]


def test_recovering_twice_keeps_the_first_original(tmp_path: Path) -> None:
    path = write_run(tmp_path, 60)
    first = cut(path, path.stat().st_size // 2)
    recover_run(path)
    cut(path, path.stat().st_size // 2)
    recover_run(path)
    assert (tmp_path / "run-000.mcap.original-1").read_bytes() == first
    assert (tmp_path / "run-000.mcap.original-2").exists()


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {helpers!r})
from log_helpers import provenance, registry
from agent.record import SessionLog
log = SessionLog(Path({folder!r}), provenance(), registry())
while not Path({folder!r}, "session.json").exists():
    pass
print("writing", flush=True)
sys.stdin.read()
"""


def test_a_log_that_is_being_written_is_not_touched(tmp_path: Path) -> None:
    script = WRITER.format(helpers=str(Path(__file__).parent.parent), folder=str(tmp_path))
    writer = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "writing\n"
    with pytest.raises(CannotRecover, match="still being written"):
        recover_run(tmp_path / "run-000.mcap")
    writer.kill()
    writer.communicate()
    assert recover_run(tmp_path / "run-000.mcap").messages["/provenance"] == 1
