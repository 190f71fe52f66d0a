"""Hands the sources out to workers, until all have an outcome."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from shutil import rmtree

from agent.batch.dataset import Dataset
from agent.batch.outcome import Outcome, State, Task
from agent.batch.sources import SESSIONS, Kind, Source
from agent.batch.worker import Worker, WorkerDied
from agent.errors import EpedicareError, WorkerUnusable
from agent.record.session_key import SessionKey

TRIES = 2  # of a task whose worker died
LOOK_EVERY_S = 0.2
MANIFEST_EVERY_S = 10.0

KeyOf = Callable[[Source], SessionKey | None]
Told = Callable[[Outcome], None]
Progress = Callable[[float, int], None]  # bytes done, and of all that are not there already


@dataclass(slots=True)
class Item:
    source: Source
    bytes: int
    tries: int = 0
    share: float = 0.0  # that is done

    def tell(self, share: float) -> None:
        self.share = share


@dataclass(slots=True)
class Report:
    counts: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    troubles: list[str] = field(default_factory=list)  # beside the items' own


def run_batch(
    sources: Iterable[Source],
    dataset: Dataset,
    workers: Sequence[Worker],
    key_of: KeyOf,
    told: Told,
    progress: Progress,
) -> Report:
    """Every source has an outcome when it returns.

    KeyboardInterrupt ends it early: what is whole by then stays. `told` is called from threads, one
    at a time; `progress` from here.
    """
    batch = _Batch(sources, dataset, len(workers), key_of, told)
    threads = [threading.Thread(target=batch.employ, args=(worker,)) for worker in workers]
    try:
        for thread in threads:
            thread.start()
        while batch.goes_on():
            progress(*batch.progress())
    finally:
        batch.stop()
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join()
        batch.write_manifest()
    return batch.report


class _Batch:
    def __init__(
        self,
        sources: Iterable[Source],
        dataset: Dataset,
        workers: int,
        key_of: KeyOf,
        told: Told,
    ) -> None:
        items = [Item(source, source.bytes()) for source in sources]
        self.report = Report()
        self._total_bytes = sum(item.bytes for item in items)
        self._done_bytes = 0
        # The longest first, that no worker is left alone with one at the end.
        self._waiting = deque(sorted(items, key=lambda item: -item.bytes))
        self._in_work: list[Item] = []
        self._workers = workers
        self._stopped = False
        self._dataset = dataset
        self._key_of = key_of
        self._told = told
        self._changed = threading.Condition(threading.RLock())
        self._written_s = time.monotonic()

    def employ(self, worker: Worker) -> None:
        """A worker's thread."""
        try:
            worker.start()
            while (item := self._next()) is not None:
                self._give(worker, item)
        except WorkerUnusable as why:
            self._without_a_worker(str(why))

    def goes_on(self) -> bool:
        """Waits a little."""
        with self._changed:
            self._changed.wait(LOOK_EVERY_S)
            return not self._is_over()

    def progress(self) -> tuple[float, int]:
        with self._changed:
            working = sum(item.share * item.bytes for item in self._in_work)
            return self._done_bytes + working, self._total_bytes

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def write_manifest(self) -> None:
        try:
            self._dataset.write_manifest()
        except OSError as error:
            self.report.troubles.append(f"{self._dataset.manifest}: {error.strerror}")

    def _is_over(self) -> bool:
        return self._stopped or not (self._waiting or self._in_work)

    def _next(self) -> Item | None:
        """What is in work may come back, where its worker dies."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_over())
            if self._is_over():
                return None
            item = self._waiting.popleft()
            self._in_work.append(item)
            return item

    def _give(self, worker: Worker, item: Item) -> None:
        try:
            task = self._task(item)
        except EpedicareError as error:  # its key cannot be had
            self._over(item, Outcome.failed(item.source, str(error)))
            return
        try:
            outcome = worker.work(task, item.tell)
        except WorkerDied as how:
            rmtree(task.part, ignore_errors=True)
            if self._goes_on_after_a_death(item, str(how)):
                worker.start()
        else:
            self._over(item, outcome)

    def _task(self, item: Item) -> Task:
        with self._changed:
            key = self._key_of(item.source) if item.source.kind is Kind.SESSION else None
        part = self._dataset.parts / token_hex(8)
        return Task(item.source, part, self._dataset.folder / SESSIONS, key)

    def _goes_on_after_a_death(self, item: Item, how: str) -> bool:
        item.tries, item.share = item.tries + 1, 0.0
        with self._changed:
            if self._stopped:
                return False
            if item.tries < TRIES:
                self._in_work.remove(item)
                self._waiting.append(item)
                self._changed.notify_all()
            else:
                why = f"the worker died on it {TRIES} times ({how})"
                self._over(item, Outcome.failed(item.source, why))
            return not self._is_over()

    def _over(self, item: Item, outcome: Outcome) -> None:
        with self._changed:
            self._in_work.remove(item)
            self._count(item, outcome)
            self._changed.notify_all()

    def _count(self, item: Item, outcome: Outcome) -> None:
        self.report.counts[outcome.state] += 1
        if outcome.state is State.THERE:  # it took no time that others could be judged by
            self._total_bytes -= item.bytes
        else:
            self._done_bytes += item.bytes
        self._dataset.note(outcome)
        self._told(outcome)
        if (now_s := time.monotonic()) - self._written_s >= MANIFEST_EVERY_S:
            self._written_s = now_s
            self.write_manifest()

    def _without_a_worker(self, why: str) -> None:
        with self._changed:
            if self._stopped:
                return
            self._workers -= 1
            if why not in self.report.troubles:
                self.report.troubles.append(why)
            while self._waiting and not self._workers:
                item = self._waiting.popleft()
                self._count(item, Outcome.failed(item.source, "no worker is left to analyse it"))
            self._changed.notify_all()
