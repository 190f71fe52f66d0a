"""What hands out the work must know of a worker, and no more."""

from __future__ import annotations

from typing import Protocol

from agent.batch.outcome import Outcome, Task
from agent.batch.work import Share


class WorkerDied(Exception):
    """In the middle of a task, which may be tried again. The message says how."""


class Worker(Protocol):
    """Belongs to one thread, but for `stop`."""

    def start(self) -> None:
        """Returns when its models are there; again after a death.

        Raises WorkerUnusable where there will be none, and also after `stop`.
        """

    def work(self, task: Task, share: Share) -> Outcome:
        """Raises WorkerDied, and also after `stop`."""

    def stop(self) -> None:
        """At once, whatever it is doing; from any thread, more than once."""
