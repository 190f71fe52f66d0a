"""The commands as a person types them."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from kept_sessions import SESSION_ID, cut_in_last_chunk, keep_live_run
from made_videos import make_video, plain_picture
from synthetic import film

from agent.commands.cli import main
from agent.record import LogReader
from agent.record.folder import is_session_id
from agent.record.provenance import code_version

pytestmark = pytest.mark.unit


class Shell:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *arguments: object) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["epedicare", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPEDICARE_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


@pytest.fixture
def shell(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capsys)


@pytest.mark.parametrize("command", ["export --to csv", "recover", "replay --no-open", "analyze"])
@pytest.mark.parametrize("session", ["0" * 32, "EMPTY", "../../../etc/passwd", "nonsense"])
def test_a_session_that_is_none_is_one_clear_line(
    shell: Shell, data: Path, command: str, session: str
) -> None:
    (data / "empty").mkdir()
    session = session.replace("EMPTY", str(data / "empty"))
    status, out, err = shell.run(*command.split(), session)
    assert status == 2
    assert out == ""
    assert re.fullmatch(r"error: [^\n]+\n", err.lstrip())
    assert "Traceback" not in err
    assert not (data / "sessions").exists()


def test_analysing_a_session_again_makes_a_new_one(shell: Shell, data: Path) -> None:
    keep_live_run(data / "sessions" / SESSION_ID, film(3))
    status, out, _ = shell.run("analyze", SESSION_ID)
    assert status == 0
    made = Path(out.rstrip().splitlines()[-1])
    assert made.parent == data / "sessions"
    assert is_session_id(made.name)
    assert made.name != SESSION_ID
    assert LogReader(made / "run-000.mcap").path.exists()
    for words in (
        "Head turn",
        "95 % interval",
        "90 frames",
        "good",
        "– learning, too_little_time",
        "withheld",
    ):
        assert words in out


def test_exporting_by_id_and_by_folder(shell: Shell, data: Path) -> None:
    folder = data / "sessions" / SESSION_ID
    keep_live_run(folder, film(1))
    status, out, _ = shell.run("export", SESSION_ID, "--to", "parquet")
    assert status == 0
    assert f"{folder}/frames.parquet (30 rows)" in out
    status, out, _ = shell.run("export", folder, "--to", "csv", "-o", data / "tables")
    assert status == 0
    assert (data / "tables" / "columns.csv").exists()


def test_a_session_is_found_by_the_beginning_of_its_id_when_no_other_begins_so(
    shell: Shell, data: Path
) -> None:
    keep_live_run(data / "sessions" / SESSION_ID, film(1))
    assert shell.run("export", SESSION_ID[:4], "--to", "csv")[0] == 0
    (data / "sessions" / (SESSION_ID[:4] + "f" * 28)).mkdir()
    status, _, err = shell.run("export", SESSION_ID[:4], "--to", "csv")
    assert status == 2
    assert f"2 sessions in {data} begin with {SESSION_ID[:4]}" in err


def test_an_export_says_what_could_not_be_read(shell: Shell, data: Path) -> None:
    folder = data / "sessions" / SESSION_ID
    run = keep_live_run(folder, film(12))
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    keep_live_run(folder, film(1), run=2, ended=None)
    (folder / "run-002.mcap").write_bytes(b"no log")
    status, out, _ = shell.run("export", SESSION_ID, "--to", "csv")
    assert status == 0
    notes = [line for line in out.splitlines() if line.startswith("note: ")]
    assert re.fullmatch(r"note: run-000.mcap: \d+ bytes cannot be read", notes[0])
    assert notes[1:] == ["note: run-002.mcap: nothing in it can be read"]


@pytest.mark.parametrize("command", ["export --to csv", "recover", "replay --no-open", "analyze"])
def test_a_name_that_the_system_refuses_is_one_clear_line(shell: Shell, command: str) -> None:
    """As a folder does that may not be looked into."""
    status, out, err = shell.run(*command.split(), "n" * 300)
    assert (status, out) == (2, "")
    assert err == f"error: {'n' * 300}: File name too long\n"


def test_a_folder_that_cannot_be_made_is_told_at_once(shell: Shell, data: Path) -> None:
    keep_live_run(data / "sessions" / SESSION_ID, film(1))
    (data / "file").touch()
    status, _, err = shell.run("analyze", SESSION_ID, "-o", data / "file" / "a" / "new")
    assert status == 1
    assert err == (
        f"error: {data / 'file'} is a file; name a new folder elsewhere; "
        f"nothing was written in {data / 'file' / 'a' / 'new'}\n"
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_log_that_cannot_be_written_is_one_clear_line(shell: Shell, data: Path) -> None:
    keep_live_run(data / "sessions" / SESSION_ID, film(1))
    status, _, err = shell.run("analyze", SESSION_ID, "-o", "/proc/self/new")
    assert status in (1, 2)
    assert re.fullmatch(r"error: [^\n]+\n", err)


def test_sessions_that_only_have_a_log_are_listed_and_shown(shell: Shell, data: Path) -> None:
    status, out, _ = shell.run("sessions", "list")
    assert (status, out) == (0, f"no session is kept in {data}\n")
    folder = data / "sessions" / SESSION_ID
    keep_live_run(folder, film(1))
    damaged = "f" * 32
    keep_live_run(data / "sessions" / damaged, film(1))
    (data / "sessions" / damaged / "session.json").write_text("{")
    status, out, _ = shell.run("sessions", "list")
    assert status == 0
    whole, without = sorted(out.splitlines())
    assert re.fullmatch(
        rf"{SESSION_ID}  2\d{{3}}-\d\d-\d\d \d\d:\d\d UTC  log only \(live\)", whole
    )
    assert re.fullmatch(rf"{damaged} +log only \(no session.json\)", without)
    status, out, _ = shell.run("sessions", "show", SESSION_ID)
    assert status == 0
    assert json.loads(out)["log"] == str(folder)
    assert json.loads(out)["source"] == "live"


def test_a_damaged_database_is_one_clear_line(shell: Shell, data: Path) -> None:
    (data / "epedicare.db").write_bytes(b"no database, whatever its name says. " * 100)
    status, out, err = shell.run("sessions", "list")
    assert (status, out) == (2, "")
    database = data / "epedicare.db"
    assert err == f"error: the database {database} cannot be used: file is not a database\n"


def test_a_newer_versions_database_is_one_clear_line(shell: Shell, data: Path) -> None:
    assert shell.run("sessions", "list")[0] == 0
    with closing(sqlite3.connect(data / "epedicare.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'of_the_future'")
    status, out, err = shell.run("sessions", "list")
    assert (status, out) == (2, "")
    assert err == (
        f"error: the database {data / 'epedicare.db'} was made by a newer version of e-PediCare; "
        "update this one\n"
    )


def test_a_video_is_listed_by_its_name_and_length(shell: Shell, data: Path) -> None:
    video = make_video(data / "κ visit\n2.mp4", plain_picture(), range(0, 66_000, 1000))
    status, out, _ = shell.run("analyze", video)
    assert status == 0
    made = Path(out.rstrip().splitlines()[-1])
    _, listed, _ = shell.run("sessions", "list")
    assert re.fullmatch(rf"{made.name}  \S+ \S+ UTC  video κ visit\?2.mp4, 1:05\n", listed)
    shell.run("analyze", made.name)
    _, listed, _ = shell.run("sessions", "list")
    assert listed.count("video κ visit?2.mp4, 1:05") == 2
    (made / "session.json").write_text('{"id": "x", "video_name": "v.mp4", "duration_ms": "long"}')
    _, listed, _ = shell.run("sessions", "list")
    assert any(line.startswith(made.name) and "v.mp4" in line for line in listed.splitlines())


def test_sessions_are_shown_and_deleted_by_the_beginnings_of_their_ids(
    shell: Shell, data: Path
) -> None:
    one, other = "ab12" + "0" * 28, "ab13" + "0" * 28
    for session in (one, other):
        keep_live_run(data / "sessions" / session, film(1))
    status, out, _ = shell.run("sessions", "show", "ab12")
    assert status == 0
    assert json.loads(out)["id"] == one
    folder = data / "sessions" / one
    assert json.loads(shell.run("sessions", "show", folder)[1])["id"] == one
    for named, why in (
        ("ab1", "its id, 32 hexadecimal digits, or the first 4"),
        ("ab1" * 2, "no session in .* begins with ab1ab1"),
        ("../sessions", "its id, 32 hexadecimal digits"),
    ):
        status, out, err = shell.run("sessions", "delete", "--yes", named)
        assert (status, out) == (2, "")
        assert re.search(why, err)
    assert shell.run("sessions", "delete", "--yes", "ab13") == (0, f"deleted {other}\n", "")
    keep_live_run(data / "sessions" / ("ab12f" + "0" * 27), film(1))
    status, _, err = shell.run("sessions", "delete", "--yes", "ab12")
    assert status == 2
    assert "2 sessions in" in err
    assert folder.is_dir()


def test_a_session_elsewhere_is_not_deleted(shell: Shell, data: Path) -> None:
    elsewhere = data / "elsewhere" / SESSION_ID
    keep_live_run(elsewhere, film(1))
    status, _, err = shell.run("sessions", "delete", "--yes", elsewhere)
    assert status == 2
    assert f"{elsewhere} is not in {data}" in err
    assert elsewhere.is_dir()


def test_the_version_is_the_one_that_logs_name(shell: Shell, data: Path) -> None:
    status, out, _ = shell.run("--version")
    assert (status, out) == (0, f"epedicare {code_version()}\n")


def test_an_unknown_format_is_bad_usage(shell: Shell, data: Path) -> None:
    keep_live_run(data / "sessions" / SESSION_ID, film(1))
    status, _, err = shell.run("export", SESSION_ID, "--to", "xlsx")
    assert status == 2
    assert "xlsx" in err


def test_recovering_says_what_was_kept(shell: Shell, data: Path) -> None:
    run = keep_live_run(data / "sessions" / SESSION_ID, film(12))
    keep_live_run(data / "sessions" / SESSION_ID, film(1))
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    status, out, _ = shell.run("recover", SESSION_ID)
    assert status == 0
    assert "run-000.mcap: recovered 1 provenance, 1 registry" in out
    assert "the original is run-000.mcap.original-1" in out
    assert "run-001.mcap: whole; left as it is" in out
    reader = LogReader(run)
    reader.check()
    assert reader.complete


def test_a_log_of_which_nothing_can_be_read_ends_recovery_with_1(shell: Shell, data: Path) -> None:
    run = keep_live_run(data / "sessions" / SESSION_ID, film(1))
    run.write_bytes(b"\0" * 500)
    status, out, _ = shell.run("recover", SESSION_ID)
    assert status == 1
    assert "run-000.mcap: nothing in it can be read; left as it is" in out
    assert run.read_bytes() == b"\0" * 500
