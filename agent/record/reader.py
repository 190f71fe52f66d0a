"""One run's file as messages: every one whose checksum holds, and a report of what is lost."""

from __future__ import annotations

import mmap
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError, Message
from mcap.records import Channel
from mcap.records import Message as McapMessage

from agent.errors import LogUnreadable
from agent.record.channels import CHANNELS, TOPIC_OF_ID
from agent.record.chunk import Content
from agent.record.chunks import ChunkWalk, Damage
from agent.record.file import NS_PER_MS

__all__ = ["Damage", "Entry", "LogReader"]


@dataclass(frozen=True, slots=True)
class Entry:
    topic: str
    t_ms: int
    published_ns: int
    data: bytes

    def message(self) -> Message:
        try:
            return CHANNELS[self.topic].FromString(self.data)
        except DecodeError as error:
            raise LogUnreadable(f"a message of {self.topic} does not follow its schema") from error


class LogReader:
    """`damage` and `complete` are known once all entries were read, without limits of time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damage: tuple[Damage, ...] = ()
        self.complete = False  # the run ended in order and the file is as it was written

    def entries(
        self,
        topics: Collection[str] = CHANNELS.keys(),
        from_ms: int | None = None,
        to_ms: int | None = None,
    ) -> Iterator[Entry]:
        """Messages in the order they were written; times from `from_ms` up to before `to_ms`."""
        limited = from_ms is not None or to_ms is not None
        span = _Span(from_ms or 0, to_ms)
        names = dict(TOPIC_OF_ID)
        with _bytes_of(self.path) as data:
            walk = ChunkWalk(data, span.meets if limited else None)
            for records in walk:
                for entry in _messages(records, names):
                    if entry.topic in topics and span.holds(entry.t_ms):
                        yield entry
        if not limited:
            self.damage, self.complete = tuple(walk.damage), walk.complete

    def check(self) -> None:
        """Read it all, for `damage` and `complete`."""
        for _ in self.entries(()):
            pass


@dataclass(frozen=True, slots=True)
class _Span:
    from_ms: int
    to_ms: int | None

    def meets(self, first_ns: int, last_ns: int) -> bool:
        before_end = self.to_ms is None or first_ns < self.to_ms * NS_PER_MS
        return before_end and last_ns >= self.from_ms * NS_PER_MS

    def holds(self, t_ms: int) -> bool:
        return self.from_ms <= t_ms and (self.to_ms is None or t_ms < self.to_ms)


def _messages(records: Content, names: dict[int, str]) -> Iterator[Entry]:
    for record in records:
        if isinstance(record, McapMessage):
            topic = names.get(record.channel_id, "")
            yield Entry(topic, record.log_time // NS_PER_MS, record.publish_time, record.data)
        elif isinstance(record, Channel):
            names[record.id] = record.topic


@contextmanager
def _bytes_of(path: Path) -> Iterator[mmap.mmap | bytes]:
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size == 0:
                yield b""  # what cannot be mapped
                return
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data
    except OSError as error:
        raise LogUnreadable(f"{path.name} cannot be read: {error.strerror}") from error
