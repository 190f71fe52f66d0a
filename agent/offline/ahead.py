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


def ahead(items: Iterable[Item], depth: int, name: str) -> Generator[Item, None, None]:
    """The same items in the same order; an error is raised where the item would have come."""
    passed: queue.Queue[Item | _End] = queue.Queue(depth)
    unwanted = threading.Event()

    def put(item: Item | _End) -> bool:
        while not unwanted.is_set():
            try:
                passed.put(item, timeout=LOOK_S)
            except queue.Full:
                continue
            return True
        return False

    def run() -> None:
        source = iter(items)
        try:
            for item in source:
                if not put(item):
                    break
        except BaseException as error:  # noqa: BLE001 - the thread's edge: handed to the consumer
            put(_End(error))
        else:
            put(_End())
        finally:
            if hasattr(source, "close"):
                source.close()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        while not isinstance(item := passed.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        unwanted.set()
        thread.join()
