"""Every command on a terminal that knows few letters: other letters, and never a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kept_sessions import SESSION_ID, keep_live_run
from synthetic import film

from agent.commands.cli import main
from agent.observation import Mark

pytestmark = pytest.mark.unit

C = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
TALE = "κ – née ☃"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("terminal") / "data"
    commands = {10: (Mark(TALE),)}
    keep_live_run(data / "sessions" / SESSION_ID, film(4, commands=commands))
    labels = "onset_s,offset_s,label\n1,1.2,blink\n"
    (data / "labels.csv").write_text(labels)
    (data / "κ.csv").write_text(labels)
    os.rename(data / "labels.csv", os.fsencode(data) + b"/caf\xe9.csv")
    return data


COMMANDS = (
    ("--help",),
    ("measures",),
    ("doctor",),
    ("models", "--help"),
    ("analyze", "--help"),
    ("validate", "--help"),
    ("sessions", "list"),
    ("sessions", "show", SESSION_ID),
    ("sessions", "show", TALE),
    ("export", SESSION_ID, "--to", "csv"),
    ("recover", SESSION_ID),
    ("analyze", SESSION_ID),
    ("analyze", f"{TALE}.mp4"),
    ("validate", SESSION_ID, "κ.csv"),
    ("validate", SESSION_ID, os.fsdecode(b"caf\xe9.csv")),
    ("validate", SESSION_ID, f"{TALE}.csv"),
    ("replay", "--no-open", TALE),
)


@pytest.fixture
def told(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """What a command writes on a terminal of an encoding, which refuses all other letters."""
    monkeypatch.setenv("EPEDICARE_DATA", str(data))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(data)

    def run(encoding: str, *arguments: str) -> tuple[int, str, str]:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in "oe"]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        monkeypatch.setattr(sys, "argv", ["epedicare", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        monkeypatch.undo()
        out, err = (s.buffer.getvalue().decode(encoding) for s in streams)
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_every_command_is_readable(
    told: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...], encoding: str
) -> None:
    status, out, err = told(encoding, *arguments)
    assert status in (0, 1, 2)
    assert out or err


def test_letters_that_are_missing_are_written_with_others(
    told: Callable[..., tuple[int, str, str]],
) -> None:
    assert "kappa of time" in told("latin-1", "validate", SESSION_ID, "κ.csv")[1]


def test_a_name_that_is_missing_letters_is_written_with_others(
    told: Callable[..., tuple[int, str, str]],
) -> None:
    _, _, refused = told("ascii", "analyze", f"{TALE}.mp4")
    assert refused == "error: kappa - nee ?.mp4 is no file\n"


def test_in_the_c_locale_a_log_is_exported_as_anywhere(data: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))} | C
    command = [sys.executable, "-c", "from agent.commands.cli import main; main()"]
    command += ["export", str(data / "sessions" / SESSION_ID), "--to", "csv", "-o", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert TALE in (tmp_path / "events.csv").read_text("utf-8")
