"""Running one step of a pipeline in a thread of its own, a bounded number of items ahead."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

Item = TypeVar("Item")

LOOK_S = 0.1  # how soon a step notices that nobody wants its items any more


class _End:
    """The last thing in the queue, with the error that ended the step, if any."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def prefetched(
    items: Iterable[Item], depth: int, name: str, *, at_once: int = 1
) -> Generator[Item, None, None]:
    """The same items in the same order; an error is raised where the item would have come.

    at_once: how many are handed over together. Steps that take turns at every item push each other
    out of the processor's caches.
    """
    passed: queue.Queue[list[Item] | _End] = queue.Queue(depth // at_once)
    unwanted = threading.Event()

    def put(some: list[Item] | _End) -> bool:
        while not unwanted.is_set():
            try:
                passed.put(some, timeout=LOOK_S)
            except queue.Full:
                continue
            return True
        return False

    def run() -> None:
        source = iter(items)
        together: list[Item] = []
        error = None
        try:
            for item in source:
                together.append(item)
                if len(together) == at_once:
                    if not put(together):
                        break
                    together = []
        except BaseException as raised:  # noqa: BLE001 - the thread's edge: handed to the consumer
            error = raised
        finally:
            put(together)
            put(_End(error))
            if hasattr(source, "close"):
                source.close()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        while not isinstance(together := passed.get(), _End):
            yield from together
        if together.error is not None:
            raise together.error
    finally:
        unwanted.set()
        thread.join()
