"""`epedicare up` for real: livekit-server, service, worker and sample patient."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import aiohttp
import httpx2
import psutil
import pytest
from compiled_models import data_with_compiled_models
from livekit import api
from participants import Joined

from agent.contract import ORIGIN_KEY_HEADER
from agent.dev_stack.ports import LOOPBACK, free_port
from agent.dev_stack.sample_patient import RESUMES_AFTER_S
from agent.dev_stack.seat import RoomAccess

pytestmark = pytest.mark.fault

START_LIMIT_S = 90.0  # a loaded machine; an idle one needs about ten seconds
STOP_LIMIT_S = 5.0
WORKER_BACK_S = 60.0
SERVER_BACK_S = 30.0
# Nothing that stays on this machine may ask it.
DEAD_PROXY = dict.fromkeys(
    ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"
)
LINK = re.compile(r"(https?://\S+/practitioner/sessions/([0-9a-f]{32}))#sign-in=(\S+)")


class RunningStack:
    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder / "data"
        pages = folder / "pages"
        pages.mkdir()
        (pages / "index.html").write_text("<!doctype html><title>pages</title>")
        self.port = free_port()
        environment = {name: text for name, text in os.environ.items() if "LIVEKIT" not in name}
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("epedicare"), "up", "--port", str(self.port)],
            env={
                **environment,
                **DEAD_PROXY,
                "NO_PROXY": "",
                "no_proxy": "",
                "EPEDICARE_DATA": str(data_with_compiled_models(self.data)),
                **settings,
                "EPEDICARE_WEB": str(pages),
            },
            cwd=folder,
            stdout=(folder / "up.log").open("w"),
            stderr=subprocess.STDOUT,
        )
        self._log = folder / "up.log"

    def said(self) -> str:
        return self._log.read_text()

    def wait_for(self, true: Callable[[], object], within_s: float = START_LIMIT_S) -> None:
        deadline = time.monotonic() + within_s
        while not true():
            assert self.process.poll() is None, f"it ended: {self.said()}"
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        return next(
            process
            for process in psutil.Process(self.process.pid).children()
            if word in process.cmdline()
        )


class SignedIn:
    def __init__(self, stack: RunningStack) -> None:
        stack.wait_for(lambda: LINK.search(stack.said()))
        found = LINK.search(stack.said())
        assert found is not None
        self.session_id = found[2]
        self.http = httpx2.Client(base_url=f"http://{LOOPBACK}:{stack.port}", trust_env=False)
        opened = self.http.post("/api/v1/sign-in", json={"secret": found[3]}).raise_for_status()
        self.http.headers[ORIGIN_KEY_HEADER] = opened.json()["key"]

    def session(self) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/sessions/{self.session_id}").raise_for_status()
        session: dict[str, Any] = answer.json()
        return session

    def pause(self) -> None:
        paused = {"paused": True}
        self.http.put(
            f"/api/v1/sessions/{self.session_id}/analysis", json=paused
        ).raise_for_status()

    def analysed(self) -> bool:
        return bool(self.session()["agent"]["state"] == "analysing")

    def waited_for(self) -> bool:
        return bool(self.session()["agent"]["state"] == "alone")

    @contextmanager
    def in_the_room(self) -> Iterator[None]:
        answer = self.http.post("/api/v1/token", json={"room_name": self.session_id})
        access = answer.raise_for_status().json()
        come, go = Event(), Event()

        async def stay() -> None:
            there = Joined()
            await there.join(RoomAccess(access["server_url"], access["participant_token"]))
            come.set()
            await asyncio.to_thread(go.wait)
            await there.leave()

        with ThreadPoolExecutor(1) as thread:
            staying = thread.submit(asyncio.run, stay())
            try:
                assert come.wait(START_LIMIT_S), staying
                yield
            finally:
                go.set()
                staying.result(STOP_LIMIT_S)


def camera_is_published(stack: RunningStack, practitioner: SignedIn) -> bool:
    configuration = json.loads((stack.data / "livekit.yaml").read_text())
    patient = practitioner.session()["patient"]["identity"]

    async def tracks() -> int:
        url = f"http://{LOOPBACK}:{configuration['port']}"
        async with api.LiveKitAPI(url, *next(iter(configuration["keys"].items()))) as livekit:
            room = api.ListParticipantsRequest(room=practitioner.session_id)
            participants = (await livekit.room.list_participants(room)).participants
        return sum(len(seen.tracks) for seen in participants if seen.identity == patient)

    try:
        return asyncio.run(tracks()) == 1
    except (aiohttp.ClientError, api.ServerError):
        return False


def gone(processes: list[psutil.Process]) -> bool:
    return not any(
        process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes
    )


@contextmanager
def running_stack(folder: Path, **settings: str) -> Iterator[RunningStack]:
    running = RunningStack(folder, **settings)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(STOP_LIMIT_S + 1)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[RunningStack]:
    with running_stack(tmp_path) as running:
        yield running


def test_a_sample_patient_is_analysed_until_the_practitioner_ends_it(stack: RunningStack) -> None:
    practitioner = SignedIn(stack)
    stack.wait_for(practitioner.waited_for)
    session = practitioner.session()
    assert session["sample"] is True
    assert session["state"] == "live"
    assert session["patient"]["state"] == "joined"
    stack.wait_for(lambda: "the analysis begins when a practitioner joins" in stack.said())

    with practitioner.in_the_room():
        stack.wait_for(practitioner.analysed)
        practitioner.pause()
        stack.wait_for(lambda: not practitioner.analysed(), 5)
        stack.wait_for(practitioner.analysed, RESUMES_AFTER_S + 15)
    stack.wait_for(practitioner.waited_for)

    worker = stack.child("worker")
    its_jobs = worker.children(recursive=True)
    worker.kill()
    stack.wait_for(lambda: "worker stopped (killed by SIGKILL); starting it again" in stack.said())
    stack.wait_for(lambda: gone(its_jobs), STOP_LIMIT_S)
    stack.wait_for(lambda: not practitioner.waited_for(), WORKER_BACK_S)
    stack.wait_for(practitioner.waited_for, WORKER_BACK_S)

    stack.child("agent.dev_stack.sample_patient").kill()
    stack.wait_for(lambda: "sample-patient stopped (killed by SIGKILL)" in stack.said())
    stack.wait_for(lambda: practitioner.session()["patient"]["state"] == "joined", WORKER_BACK_S)

    stack.child("--config").kill()
    stack.wait_for(lambda: "livekit-server stopped (killed by SIGKILL)" in stack.said())
    stack.wait_for(lambda: camera_is_published(stack, practitioner), SERVER_BACK_S)

    practitioner.http.post(f"/api/v1/sessions/{practitioner.session_id}/end", json={})
    stack.wait_for(lambda: "sample-patient has finished" in stack.said(), 15)

    everyone = stack.family()
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(STOP_LIMIT_S) == 0
    assert gone(everyone)


def test_ctrl_c_while_it_starts_leaves_nothing(stack: RunningStack) -> None:
    stack.wait_for(lambda: len(stack.family()) >= 4)
    everyone = stack.family()
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(STOP_LIMIT_S) == 0
    assert gone(everyone)


def test_listens_on_loopback_alone_and_sigkill_leaves_nothing(stack: RunningStack) -> None:
    practitioner = SignedIn(stack)
    stack.wait_for(practitioner.waited_for)
    everyone = stack.family()
    listening = [
        connection
        for process in everyone
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    # The media port is UDP; what the clients open for their own media is WebRTC's choice.
    media = stack.child("--config").net_connections("udp")
    assert media
    assert {connection.laddr.ip for connection in listening + media} == {LOOPBACK}
    assert (stack.data / "livekit.yaml").stat().st_mode & 0o077 == 0

    stack.process.kill()
    stack.process.wait()
    deadline = time.monotonic() + STOP_LIMIT_S
    while not gone(everyone):
        assert time.monotonic() < deadline, [p.cmdline() for p in everyone if p.is_running()]
        time.sleep(0.05)


def test_at_a_public_address_it_runs_as_it_does_and_prints_that_one(tmp_path: Path) -> None:
    """Its own practitioner signs in by plain http with the cookie that is for TLS alone."""
    public = "https://clinic.example"
    with running_stack(tmp_path, EPEDICARE_PUBLIC_URL=public) as stack:
        stack.wait_for(lambda: LINK.search(stack.said()))
        link = LINK.search(stack.said())
        assert link is not None and link[1].startswith(f"{public}/practitioner/sessions/")
