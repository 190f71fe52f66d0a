"""A worker that is an actor of a Ray cluster, with one core of its own.

The nodes have the same e-PediCare, and reach sources and dataset under the same paths.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from agent.batch.configuration import Configuration
from agent.batch.outcome import Outcome, Task
from agent.batch.work import Analyst, Share
from agent.batch.worker import WorkerDied
from agent.errors import EpedicareError, WorkerUnusable

try:
    import ray
    from ray.exceptions import RayError
except ImportError as error:
    raise WorkerUnusable(
        "Ray is optional and not installed here: uv sync --extra ray, or pip install ray"
    ) from error

ASK_EVERY_S = 1.0
REACH_WITHIN_S = 5.0
CPU = "CPU"


def ray_workers(address: str, count: int | None, wanted: Configuration) -> Sequence[RayWorker]:
    """One for each core of the cluster, or as many as are wanted."""
    try:
        _reach(address)
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
        cores = int(ray.cluster_resources().get(CPU, 0))
    except (RayError, OSError, RuntimeError, ValueError) as error:
        raise WorkerUnusable(f"no Ray cluster can be reached at {address}") from error
    if not cores:
        raise WorkerUnusable(f"the Ray cluster at {address} has no cores to give")
    return [RayWorker(wanted) for _ in range(count or cores)]


def _reach(address: str) -> None:
    """Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), REACH_WITHIN_S).close()


class RayWorker:
    def __init__(self, wanted: Configuration) -> None:
        self._wanted = wanted
        self._stopped = False
        self._actor: Any = None

    def start(self) -> None:
        """Waits until the cluster has a core for it."""
        # It works, and meanwhile is asked how far it has come.
        self._actor = ray.remote(num_cpus=1, max_concurrency=2)(Actor).remote()
        try:
            problem = self._answer(self._actor.begin.remote(dict(self._wanted)))
        except RayError as error:
            why = str(error).strip().splitlines()[-1]
            raise WorkerUnusable(f"a worker could not start on the cluster: {why}") from error
        if problem:
            raise WorkerUnusable(problem)

    def work(self, task: Task, share: Share) -> Outcome:
        if task.key is not None:
            why = "it is sealed, and its key is not sent to other machines: unseal it first"
            return Outcome.failed(task.source, why)
        try:
            outcome: Outcome = self._answer(self._actor.work.remote(task), share)
        except RayError as error:
            raise WorkerDied(type(error).__name__) from error
        return outcome

    def stop(self) -> None:
        self._stopped = True
        if self._actor is not None:
            with suppress(RayError):
                ray.kill(self._actor)

    def _answer(self, asked: Any, share: Share | None = None) -> Any:
        while not ray.wait([asked], timeout=ASK_EVERY_S)[0]:
            if self._stopped:
                raise WorkerUnusable("it was stopped")
            if share is not None:
                share(ray.get(self._actor.share.remote()))
        return ray.get(asked)


class Actor:
    """On the cluster."""

    def __init__(self) -> None:
        self._share = 0.0

    def begin(self, wanted: Configuration) -> str:
        """In one line, why it cannot."""
        try:
            self._analyst = Analyst(wanted)
        except EpedicareError as error:
            return f"{socket.gethostname()}: {error}"
        return ""

    def work(self, task: Task) -> Outcome:
        self._share = 0.0
        return self._analyst.work(task, self._tell)

    def share(self) -> float:
        return self._share

    def _tell(self, share: float) -> None:
        self._share = share
