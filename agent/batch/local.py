"""A worker that is a process of this machine."""

from __future__ import annotations

import signal
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from agent.batch.configuration import Configuration
from agent.batch.outcome import Outcome, Task
from agent.batch.work import Analyst, Share
from agent.batch.worker import WorkerDied
from agent.errors import EpedicareError, WorkerUnusable

GONE = (EOFError, OSError)  # what a pipe raises whose other end is


class LocalWorker:
    def __init__(self, wanted: Configuration) -> None:
        self._wanted = wanted
        self._stopped = False
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def start(self) -> None:
        spawn = get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        process = spawn.Process(target=_serve, args=(theirs, self._wanted), daemon=True)
        process.start()
        theirs.close()
        self._process = process
        if self._stopped:
            self.stop()
        try:
            problem = self._pipe.recv()
        except GONE:
            raise WorkerUnusable(f"a worker could not start ({self._how_it_ended()})") from None
        if problem:
            raise WorkerUnusable(problem)

    def work(self, task: Task, share: Share) -> Outcome:
        assert self._pipe is not None
        try:
            self._pipe.send(task)
            while not isinstance(told := self._pipe.recv(), Outcome):
                share(told)
        except GONE:
            raise WorkerDied(self._how_it_ended()) from None
        return told

    def stop(self) -> None:
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _how_it_ended(self) -> str:
        assert self._process is not None
        self._process.join()
        code = self._process.exitcode or 0
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _serve(pipe: Connection, wanted: Configuration) -> None:
    """Ends with the process that started it: the pipe breaks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all; one decides
    with suppress(*GONE):
        try:
            analyst = Analyst(wanted)
        except EpedicareError as error:
            pipe.send(str(error))
            return
        pipe.send("")
        while True:
            pipe.send(analyst.work(pipe.recv(), pipe.send))
