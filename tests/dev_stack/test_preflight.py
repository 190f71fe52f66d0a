"""What is missing is said in one line before anything is started."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.dev_stack.identity_provider import refuse_missing_provider, refuse_other_sign_in
from agent.dev_stack.ports import LOOPBACK
from agent.dev_stack.preflight import (
    playable,
    refuse_busy_port,
    refuse_missing_files,
    sole_user_of,
)
from agent.errors import CannotStart, NotPlayable
from agent.settings import read_settings

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def working_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port(busy_port: int) -> None:
    with pytest.raises(CannotStart, match=rf"port {busy_port} .* in use; .*PORT=5003"):
        refuse_busy_port(busy_port)


def test_up_says_it_in_one_line_and_starts_nothing(tmp_path: Path, busy_port: int) -> None:
    command = [str(Path(sys.executable).with_name("epedicare")), "up", "--port", str(busy_port)]
    environment = {**os.environ, "EPEDICARE_DATA": str(tmp_path / "data")}
    up = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert up.returncode == 2
    assert up.stdout == ""
    assert up.stderr.startswith(f"error: port {busy_port} on {LOOPBACK} is in use")
    assert up.stderr.count("\n") == 1
    assert not (tmp_path / "data" / "logs").exists()


def test_the_stack_signs_in_at_no_provider_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_other_sign_in(read_settings())
    monkeypatch.setenv("EPEDICARE_OIDC_ISSUER", "https://login.clinic.example")
    with pytest.raises(CannotStart, match="EPEDICARE_OIDC_ISSUER"):
        refuse_other_sign_in(read_settings())


def test_the_made_up_provider_stays_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPEDICARE_PUBLIC_URL", "https://clinic.example")
    with pytest.raises(CannotStart, match="EPEDICARE_PUBLIC_URL"):
        refuse_missing_provider(read_settings())


@pytest.mark.parametrize("program", ["up", "worker"])
def test_a_data_folder_that_others_may_open_is_refused(tmp_path: Path, program: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)  # as umask 022 made it before
    environment = {
        **os.environ,
        "EPEDICARE_DATA": str(data),
        "LIVEKIT_URL": "ws://127.0.0.1:1",
        "LIVEKIT_API_KEY": "key-of-a-test",
        "LIVEKIT_API_SECRET": "0123456789abcdef0123456789abcdef",
    }
    command = [str(Path(sys.executable).with_name("epedicare")), program]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert refused.returncode == 2
    assert refused.stderr == (
        f"error: the folder {data} is open to others on this machine: chmod 700 {data}\n"
    )
    assert list(data.iterdir()) == []


def test_missing_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EPEDICARE_MODELS", str(tmp_path))
    with pytest.raises(CannotStart, match="epedicare models fetch"):
        refuse_missing_files()


def test_a_missing_sample_clip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EPEDICARE_CLIPS", str(tmp_path))
    with pytest.raises(CannotStart, match="epedicare models clips"):
        playable(None)


def test_a_patient_who_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("not a video")
    with pytest.raises(NotPlayable):
        playable(tmp_path / "letter.txt")


def test_one_stack_to_a_data_folder(tmp_path: Path) -> None:
    other = sole_user_of(tmp_path)
    with sole_user_of(tmp_path), pytest.raises(CannotStart, match="another stack"):
        other.__enter__()
    with sole_user_of(tmp_path):
        pass
