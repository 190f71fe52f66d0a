"""One rule for every command: the environment, then `.env` in the working directory."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import CannotStart
from agent.livekit_access import given_livekit

pytestmark = pytest.mark.unit

START_LIMIT_S = 60.0
EPEDICARE = Path(sys.executable).with_name("epedicare")
KEYS = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
NOBODY = "ws://127.0.0.1:9"  # the discard port: nothing answers
ENV_FILE = f"LIVEKIT_URL={NOBODY}\nLIVEKIT_API_KEY=key\nLIVEKIT_API_SECRET={'s' * 32}\n"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def test_no_livekit_is_given() -> None:
    assert given_livekit() is None


def test_livekit_is_given_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = dict(zip(KEYS, ("wss://example.test", "key", "s" * 32), strict=True))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = given_livekit()
    assert given is not None
    assert given.environment() == environment


def test_livekit_is_given_by_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV_FILE)
    given = given_livekit()
    assert given is not None
    assert given.url == NOBODY


def test_livekit_without_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_URL", "wss://example.test")
    with pytest.raises(CannotStart, match="LIVEKIT_API_KEY"):
        given_livekit()


def test_doctor_reads_the_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV_FILE)
    said = subprocess.run([EPEDICARE, "doctor"], capture_output=True, text=True, timeout=60).stdout
    assert f"LiveKit at {NOBODY}" in said


def test_doctor_says_when_too_little_is_free_for_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"EPEDICARE_FREE_DISK_MB={10**9}\n")
    said = subprocess.run([EPEDICARE, "doctor"], capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert f"nothing is kept below {10**9}" in said.stdout


def test_doctor_says_that_the_keys_are_missing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"LIVEKIT_URL={NOBODY}\n")
    said = subprocess.run([EPEDICARE, "doctor"], capture_output=True, text=True, timeout=60).stdout
    assert "MISSING  LIVEKIT_URL is set but LIVEKIT_API_KEY" in said


@pytest.mark.parametrize("content", ["", f"LIVEKIT_URL={NOBODY}\n"])
def test_a_worker_without_all_three_says_so_and_ends(tmp_path: Path, content: str) -> None:
    (tmp_path / ".env").write_text(content)
    worker = subprocess.run([str(EPEDICARE), "worker"], capture_output=True, text=True, timeout=60)
    assert worker.returncode == 2
    assert "LIVEKIT_URL is" in worker.stderr


def test_a_worker_serves_the_server_of_the_file_where_it_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, (tmp_path / "log").open("w") as log:
        server.settimeout(START_LIMIT_S)
        own = f"ws://127.0.0.1:{server.getsockname()[1]}"
        (tmp_path / ".env").write_text(ENV_FILE.replace(NOBODY, own))
        command = [str(EPEDICARE), "worker", "--idle-processes", "0", "--port", "0"]
        worker = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            asked, _ = server.accept()
            assert asked.recv(100).startswith(b"GET /agent")
            asked.close()
        finally:
            worker.kill()
            worker.wait()


def test_every_command_takes_our_settings_from_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EPEDICARE_DATA", raising=False)
    (tmp_path / ".env").write_text("EPEDICARE_DATA=kept\n")

    def refused() -> str:
        command = [str(EPEDICARE), "recover", "0" * 32]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stderr

    assert "kept" in refused()
    monkeypatch.setenv("EPEDICARE_DATA", "elsewhere")
    assert "elsewhere" in refused()
