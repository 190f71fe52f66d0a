"""A landmarker in a thread of its own, which is built again when it breaks."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.perception.landmarkers import Landmarker, LandmarkerFailed
from agent.perception.processor_time import (
    any_wants_processor,
    processor_time_ns,
    thread_ids,
)

log = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 2.0
ENDLESS_S = 10.0  # nothing takes so long, however little of the processor it gets
_WARM_UP = np.zeros((128, 128, 3), np.uint8)

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Job(Generic[Found]):
    image: NDArray[np.uint8]
    stamp_ms: int
    answer: Future[tuple[Found, ...]]


class LandmarkerThread(Generic[Found]):
    """Takes images from one thread; every answer comes, as a result or as LandmarkerFailed."""

    def __init__(
        self,
        name: str,
        build: Callable[[], Landmarker[Found]],
        *,
        niceness: int = 0,
        early: bool = True,
    ) -> None:
        """niceness: how much it gives way to others on a busy machine, as in `nice`.

        early: it is built now; else when it is first asked, and takes no memory before.
        """
        self.name = name
        self.answered = 0  # images and pings that the thread has dealt with
        self.rebuilt = 0
        self.images = 0
        self.took_s = 0.0  # for all of them
        self._build = build
        self._niceness = niceness
        self._landmarker: Landmarker[Found] | None = None
        self._ready: Future[None] = Future()
        self._jobs: SimpleQueue[_Job[Found] | Future[None] | None] = SimpleQueue()
        self._ping: Future[None] = Future()
        self._ping.set_result(None)
        self._pinged_s = 0.0
        self._crawled = 0  # pings that found it at work, though unanswered
        self._worked_ns = 0
        self._threads: frozenset[int] = frozenset()
        self._lock = threading.Lock()
        self._closed = False
        if not early:
            self._ready.set_result(None)
        self._thread = threading.Thread(target=self._run, name=f"landmarker-{name}", daemon=True)
        self._thread.start()
        self._ready.result()

    def submit(self, image: NDArray[np.uint8], t_ms: int) -> Future[tuple[Found, ...]]:
        answer: Future[tuple[Found, ...]] = Future()
        # 0 is the warm-up's stamp.
        if not self._put(_Job(image, t_ms + 1, answer)):
            answer.set_exception(LandmarkerFailed(f"the {self.name} landmarker is closed"))
        return answer

    def ping(self) -> int:
        """A count that has grown since the last call while the thread answers, or is at work.

        On a busy machine one image may take seconds, with little processor time in each, or none
        yet, but a place in the queue for it; a landmarker that is stuck has neither.
        """
        before_ns, self._worked_ns = self._worked_ns, processor_time_ns(self._threads)
        if self._ping.done():
            self._ping, self._pinged_s = Future(), time.monotonic()
            self._put(self._ping)
        elif time.monotonic() - self._pinged_s < ENDLESS_S and (
            self._worked_ns > before_ns or any_wants_processor(self._threads)
        ):
            self._crawled += 1
        return self.answered + self._crawled

    def close(self) -> None:
        self._put(None)
        self._thread.join(CLOSE_TIMEOUT_S)

    def _put(self, job: _Job[Found] | Future[None] | None) -> bool:
        """False after the end, which is None: what came before it is still answered."""
        with self._lock:
            if self._closed:
                return False
            self._closed = job is None
            self._jobs.put(job)
            return True

    def _run(self) -> None:
        # This thread's own; MediaPipe's threads start with that of the thread that builds it.
        _give_way(self._niceness)
        self._threads = frozenset({threading.get_native_id()})
        if not self._ready.done():
            try:
                self._landmarker = self._built()
            except Exception as error:  # noqa: BLE001 - raised by whoever started the thread
                self._ready.set_exception(error)
                return
            self._ready.set_result(None)
        while (job := self._jobs.get()) is not None:
            if isinstance(job, Future):
                job.set_result(None)
            else:
                self._answer(job)
            self.answered += 1
        if self._landmarker is not None:
            self._landmarker.close()

    def _answer(self, job: _Job[Found]) -> None:
        try:
            if self._landmarker is None:
                self._landmarker = self._built()
            began_s = time.monotonic()
            found = self._landmarker.detect(job.image, job.stamp_ms)
            self.took_s += time.monotonic() - began_s
            self.images += 1
            job.answer.set_result(found)
        except Exception as error:
            log.exception("the %s landmarker broke and is built again", self.name)
            self._discard()
            job.answer.set_exception(LandmarkerFailed(str(error)))

    def _built(self) -> Landmarker[Found]:
        others = thread_ids() - {threading.get_native_id()}
        landmarker = self._build()
        landmarker.detect(_WARM_UP, 0)
        self._threads = thread_ids() - others  # this one, and MediaPipe's
        return landmarker

    def _discard(self) -> None:
        broken, self._landmarker = self._landmarker, None
        self.rebuilt += 1
        try:
            if broken is not None:
                broken.close()
        except Exception:
            log.exception("the broken %s landmarker could not be closed", self.name)


def _give_way(niceness: int) -> None:
    """On Linux a thread has a niceness of its own."""
    thread = threading.get_native_id()
    usual = os.getpriority(os.PRIO_PROCESS, thread)
    os.setpriority(os.PRIO_PROCESS, thread, usual + niceness)
