"""The whole real stack, started as a user starts it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from compiled_models import data_with_compiled_models
from livekit import api
from livekit_fixtures import find_livekit_server

from agent.contract import ORIGIN_KEY_HEADER
from agent.dev_stack.ports import free_port, is_free
from agent.dev_stack.practitioner import Practitioner
from agent.livekit_access import LiveKitAccess
from token_service import operator

EPEDICARE = Path(sys.executable).with_name("epedicare")
MEASURING_PAGES = Path(__file__).resolve().parents[1] / "web" / "dist-measuring"
START_TIMEOUT_S = 90.0
CAPACITY = 4
LANDMARKERS_BYTES = 250 << 20  # a forked process without them stays below


def two_free_ports() -> int:
    """The first of two neighbours: the stack gives its worker the next one."""
    while not is_free((port := free_port()) + 1, socket.SOCK_STREAM):
        pass
    return port


@dataclass
class RunningStack:
    """`epedicare up` with no sample patient, on ports of its own."""

    data: Path
    options: tuple[str, ...] = ()
    capacity: int = CAPACITY
    port: int = field(default_factory=free_port)
    metrics_port: int = field(default_factory=two_free_ports)
    lines: list[str] = field(default_factory=list)
    _up: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def metrics(self) -> str:
        """Of the service, then of the worker."""
        urls = [f"http://127.0.0.1:{self.metrics_port + program}" for program in (0, 1)]
        return "".join(httpx2.get(url, trust_env=False).text for url in urls)

    def start(self) -> None:
        binary = find_livekit_server()
        assert binary is not None, "no livekit-server: run `make setup`"
        tools = self.data.parent / "tools"
        tools.mkdir()
        (tools / "livekit-server").symlink_to(binary)
        environment = {name: os.environ[name] for name in os.environ if "LIVEKIT" not in name}
        self._up = subprocess.Popen(
            [EPEDICARE, "up", "--patient", "none", "--port", str(self.port), *self.options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **environment,
                "EPEDICARE_DATA": str(data_with_compiled_models(self.data)),
                "EPEDICARE_WEB": str(MEASURING_PAGES),
                "PATH": f"{tools}:{os.environ['PATH']}",
                "EPEDICARE_CAPACITY": str(self.capacity),
                "EPEDICARE_METRICS": f"127.0.0.1:{self.metrics_port}",
            },
        )
        threading.Thread(target=self._read, daemon=True).start()
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.has_welcomed() or "registered worker" not in self.log("worker"):
            assert self._up.poll() is None, "\n".join(self.lines)
            assert time.monotonic() < deadline, "\n".join(self.lines)
            time.sleep(0.1)

    def stop(self) -> None:
        if self._up is not None:
            self._up.send_signal(signal.SIGINT)
            try:
                self._up.wait(20)
            finally:
                self._up.kill()

    def has_welcomed(self) -> bool:
        return any(line.startswith("e-PediCare runs.") for line in self.lines)

    def sign_in_secret(self) -> str | None:
        found = re.search(r"#sign-in=(\S+)", "\n".join(self.lines))
        return found[1] if found else None

    def new_sign_in_secret(self) -> str:
        """In a thread: the caller may already run an event loop."""
        with ThreadPoolExecutor(1) as thread:
            making = operator.sign_in_link(self.data, "127.0.0.1", self.port, None)
            return thread.submit(asyncio.run, making).result().split("#sign-in=")[1]

    def jobs(self) -> list[psutil.Process]:
        """The job processes that have the landmarkers in memory."""
        forked = self.child("worker").children(recursive=True)
        return [process for process in forked if process.memory_info().rss > LANDMARKERS_BYTES]

    def access(self) -> LiveKitAccess:
        configuration: dict[str, Any] = json.loads((self.data / "livekit.yaml").read_text())
        ((key, secret),) = configuration["keys"].items()
        return LiveKitAccess(f"ws://127.0.0.1:{configuration['port']}", key, secret)

    def child(self, *words: str) -> psutil.Process:
        """The supervised program of this name, or with all these words as arguments."""
        assert self._up is not None
        for process in psutil.Process(self._up.pid).children():
            program, *arguments = process.cmdline()
            if set(words) <= set(arguments) or Path(program).name == words[0]:
                return process
        raise AssertionError(f"{words} does not run")

    def analysing_job(self) -> psutil.Process:
        """The job process that holds an analysis slot; fails unless there is exactly one."""
        worker = self.child("worker")
        holders = [
            process
            for process in worker.children(recursive=True)
            if any("analysis-slot" in file.path for file in process.open_files())
        ]
        assert len(holders) == 1, self.log("worker")[-2000:]
        (job,) = holders
        return job

    def log(self, name: str) -> str:
        return (self.data / "logs" / f"{name}.log").read_text()

    def _read(self) -> None:
        assert self._up is not None and self._up.stdout is not None
        for line in self._up.stdout:
            self.lines.append(line.rstrip())


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("stack") / "data")
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def practitioner_login(stack: RunningStack) -> httpx2.Response:
    """One sign-in for all tests of a module: the printed secret works once."""
    answer = httpx2.post(f"{stack.url}/api/v1/sign-in", json={"secret": stack.sign_in_secret()})
    return answer.raise_for_status()


@pytest.fixture
async def practitioner_http(
    stack: RunningStack, practitioner_login: httpx2.Response
) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        base_url=stack.url,
        cookies=practitioner_login.cookies,
        headers={ORIGIN_KEY_HEADER: practitioner_login.json()["key"]},
        timeout=20,
    ) as http:
        yield http


@pytest.fixture
def practitioner(practitioner_http: httpx2.AsyncClient) -> Practitioner:
    return Practitioner(practitioner_http)


@pytest.fixture
async def livekit_api(stack: RunningStack) -> AsyncIterator[api.LiveKitAPI]:
    access = stack.access()
    async with api.LiveKitAPI(access.url, access.api_key, access.api_secret) as client:
        yield client
