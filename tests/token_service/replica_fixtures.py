"""Services as processes of their own, which a test may stop, wake and kill."""

import logging
import multiprocessing
import os
import re
import signal
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx2
from service_fixtures import Served

from token_service.database import Transaction
from token_service.models import Session
from token_service.server import uvicorn_server
from token_service.settings import ServiceSettings

START_TIMEOUT_S = 120.0
LEADS = re.compile(r"this service leads \((\d+)\)")

# Each is forked from a process that has imported everything once.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


def serve(settings: ServiceSettings, log: Path) -> None:
    with log.open("ab", buffering=0) as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    logging.basicConfig(level=logging.INFO, force=True)
    uvicorn_server(settings).run()


class Replica(Served):
    """Those of one LiveKit, PostgreSQL and folder of data belong together."""

    def __init__(self, settings: ServiceSettings, log: Path) -> None:
        super().__init__(settings)
        self._log = log
        self._process: BaseProcess | None = None

    def start(self) -> None:
        self._process = CONTEXT.Process(target=serve, args=(self.settings, self._log), daemon=True)
        self._process.start()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self._running.is_alive():
            try:
                httpx2.get(f"{self.url}/livez", trust_env=False).raise_for_status()
                return
            except httpx2.HTTPError:
                time.sleep(0.05)
        raise RuntimeError(f"the service did not start:\n{self._log.read_text()[-2000:]}")

    def stop_in_the_middle(self) -> None:
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def close(self) -> None:
        self._clients.close()
        self.kill()

    def run_of(self, session_id: str) -> int:
        async def read(db: Transaction) -> int:
            return (await db.get_one(Session, session_id)).run

        found: int = self.in_database(read)
        return found

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def newest_term(self) -> int:
        """In which it leads or led; 0: never."""
        return max(map(int, LEADS.findall(self.log)), default=0)

    def _signal(self, number: signal.Signals) -> None:
        pid = self._running.pid
        assert pid is not None
        os.kill(pid, number)

    @property
    def _running(self) -> BaseProcess:
        assert self._process is not None
        return self._process
