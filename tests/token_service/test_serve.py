"""`epedicare serve` as a process of its own: what it prints, what it logs, how it stops."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from service_fixtures import CONSENT

from agent.contract import ORIGIN_KEY_HEADER
from agent.dev_stack.ports import free_port
from agent.errors import BadConfiguration
from token_service.server import run

pytestmark = pytest.mark.unit

SECRET = "0123456789abcdef0123456789abcdef"


def environment(folder: Path) -> dict[str, str]:
    return {
        "LIVEKIT_URL": f"ws://127.0.0.1:{free_port()}",
        "LIVEKIT_API_KEY": "key-of-a-test",
        "LIVEKIT_API_SECRET": SECRET,
        "EPEDICARE_ENV": "development",
        "EPEDICARE_DATA": str(folder / "data"),
        "PYTHONUNBUFFERED": "1",
    }


def serve(folder: Path, port: int, **changes: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from agent.commands.cli import main; main()",
            "serve",
            "--port",
            str(port),
        ],
        env={**os.environ, **environment(folder), **changes},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    port = free_port()
    with serve(tmp_path, port) as served:
        yield served, f"http://127.0.0.1:{port}"
        served.kill()


def test_what_it_logs_identifies_nobody_and_it_stops_at_once(
    process: tuple[subprocess.Popen[str], str],
) -> None:
    """A whole consultation with every kind of mistake in it; then nothing of it in the log."""
    served, url = process
    sign_in = re.search(r"sign-in=(\S+)", served.stdout.readline()).group(1)
    wait_until_up(url)
    secrets = {sign_in}
    with httpx2.Client(base_url=f"{url}/api/v1", trust_env=False) as practitioner:
        signed_in = practitioner.post("/sign-in", json={"secret": sign_in}).raise_for_status()
        practitioner.headers[ORIGIN_KEY_HEADER] = key = signed_in.json()["key"]
        secrets |= {practitioner.cookies["epedicare_session"], key}
        created = practitioner.post("/sessions", json={}).json()
        session = created["id"]
        secrets |= {session, created["patient"]["identity"]}
        invite = practitioner.post(f"/sessions/{session}/invites", json={}).json()
        secrets |= {invite["link"].partition("#")[2], invite["short_code"]}
        with httpx2.Client(base_url=f"{url}/api/v1", trust_env=False) as patient:
            seat = patient.post("/invites/redeem", json={"code": invite["short_code"]}).json()
            patient.headers["Authorization"] = f"Bearer {seat['credential']}"
            secrets.add(seat["credential"])
            analysis = f"/sessions/{session}/analysis"
            patient.put(analysis, json={"consent": CONSENT})
            patient.post(f"/sessions/{session}/knock", json={})
            practitioner.post(f"/sessions/{session}/admit", json={})
            patient.put(analysis, json={"paused": True})
            patient.post("/token", json={"participant_identity": "Ada Lovelace"})
            patient.post("/token", json={"room_name": "../../etc/passwd"})
            patient.post("/invites/redeem", json={"secret": "wrong-invite-secret"})
            patient.post("/token", content=b"{", headers={"Content-Type": "application/json"})
            patient.get("/sessions/Ada-Lovelace")
            patient.post("/token", json={"participant_name": "x" * 70_000})
            patient.get("/me", headers={"Host": "ada-lovelace.example"})
        with practitioner.stream("GET", f"/sessions/{session}/events") as stream:
            next(stream.iter_lines())
            practitioner.post(f"/sessions/{session}/end", json={})
            began = time.monotonic()
            served.send_signal(signal.SIGTERM)
            log, _ = served.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert "LiveKit does not answer" in log
    for secret in secrets | {SECRET, "Lovelace", "lovelace", "wrong-invite", "passwd", "Traceback"}:
        assert secret not in log
    assert not re.search(r"127\.0\.0\.1:\d+ - ", log)  # a client's address


def test_it_refuses_to_start_unsafely(tmp_path: Path) -> None:
    served = serve(tmp_path, free_port(), EPEDICARE_ENV="production")
    said, _ = served.communicate(timeout=120)
    assert served.returncode != 0
    first, *missing = said.splitlines()
    assert re.fullmatch(r"error: production is not ready \(.*EPEDICARE_ENV=development\):", first)
    assert missing and all(re.fullmatch(r"  \S.*; .*", line) for line in missing)


def test_a_busy_port_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadConfiguration, match=f"port {port} on 127.0.0.1 is taken"):
            asyncio.run(run("127.0.0.1", port, announce=print))


def wait_until_up(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx2.get(f"{url}/livez", trust_env=False).raise_for_status()
            return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise TimeoutError("the service does not answer")


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "epedicare.db").mkdir()
    process = serve(tmp_path, free_port())
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 2
    assert f"error: the database {tmp_path}/data/epedicare.db cannot be used" in output
    assert "Traceback" not in output
