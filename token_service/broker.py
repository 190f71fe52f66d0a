"""Tells open event streams that a session has changed. They look for themselves what."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Broker:
    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def changed(self, session_id: str) -> None:
        for listener in self._listeners.get(session_id, ()):
            listener.set()

    @contextmanager
    def listen(self, session_id: str) -> Iterator[asyncio.Event]:
        listener = asyncio.Event()
        self._listeners[session_id].add(listener)
        try:
            yield listener
        finally:
            self._listeners[session_id].discard(listener)
            if not self._listeners[session_id]:
                del self._listeners[session_id]
