"""`epedicare serve` as a process of its own: what it prints, what it logs, how it stops."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from metric_values import metric_values
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


@dataclass(frozen=True)
class Served:
    process: "subprocess.Popen[str]"
    url: str
    metrics_url: str
    log_format: str


@pytest.fixture(params=["text", "json"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    port, metrics = free_port(), f"127.0.0.1:{free_port()}"
    changes = {"EPEDICARE_LOG_FORMAT": request.param, "EPEDICARE_METRICS": metrics}
    with serve(tmp_path, port, **changes) as process:
        yield Served(process, f"http://127.0.0.1:{port}", f"http://{metrics}", request.param)
        process.kill()


def test_what_it_tells_of_itself_identifies_nobody_and_it_stops_at_once(served: Served) -> None:
    """A whole consultation with every kind of mistake in it; then nothing of it in log, metrics."""
    url = served.url
    sign_in = re.search(r"sign-in=(\S+)", served.process.stdout.readline()).group(1)
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
            metrics = httpx2.get(served.metrics_url, trust_env=False).text
            began = time.monotonic()
            served.process.send_signal(signal.SIGTERM)
            log, _ = served.process.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert "LiveKit does not answer" in log
    for secret in secrets | {SECRET, "Lovelace", "lovelace", "wrong-invite", "passwd", "Traceback"}:
        assert secret not in log
        assert secret not in metrics
    assert not re.search(r"127\.0\.0\.1:\d+ - ", log)  # a client's address
    assert_counted(metrics)
    if served.log_format == "json":
        assert_lines_of_json(log.splitlines())


def test_a_connection_stays_open_longer_than_its_clients_keep_it(served: Served) -> None:
    """Else a request that is sent just then is lost."""
    served.process.stdout.readline()
    wait_until_up(served.url)
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"))
    connection.request("GET", "/health")
    connection.getresponse().read()
    opened = connection.sock
    time.sleep(5.5)  # five are the default of httpx and of uvicorn
    connection.request("GET", "/health")
    connection.getresponse().read()
    assert connection.sock is opened is not None


def assert_counted(metrics: str) -> None:
    read = metric_values(metrics)
    assert read["epedicare_logins_total", "opened"] == 1
    assert read["epedicare_logins_total", "refused"] == 0
    assert read["epedicare_tokens_total", "refused"] == 3  # two claim something, one is no JSON
    assert read["epedicare_tokens_total", "issued"] == 0
    assert read["epedicare_redispatches_total",] == 0
    assert read["epedicare_livekit_answers",] == 0
    redeemed = ("POST", "/invites/redeem", "201")
    assert read["epedicare_request_seconds_count", *redeemed] == 1
    assert read["epedicare_request_seconds_count", "POST", "other", "413"] == 1


def assert_lines_of_json(lines: list[str]) -> None:
    """Each is an object; each request is one, with an id that no two share."""
    said = [json.loads(line) for line in lines]
    answered = [line for line in said if line["message"] == "answered"]
    assert ("POST", "/invites/redeem", 201) in {
        (line["method"], line["route"], line["status"]) for line in answered
    }
    assert {"/sessions/{session_id}/admit", "other"} <= {line["route"] for line in answered}
    ids = [line["request_id"] for line in answered]
    assert len(set(ids)) == len(ids)


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
