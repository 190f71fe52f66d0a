"""One run's file as messages: every one whose checksum holds, and a report of what is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError, Message
from mcap.records import Channel
from mcap.records import Message as McapMessage

from agent.errors import LogUnreadable, OtherSeal
from agent.record.channels import CHANNELS, TOPIC_OF_ID
from agent.record.chunk import ChunkHead, Content, unpacked
from agent.record.chunks import ChunkWalk
from agent.record.damage import Damage
from agent.record.file import NS_PER_MS
from agent.record.opening import opened
from agent.record.sealed_bytes import Bytes, SealedBytes
from agent.record.session_key import SessionKey

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

    def __init__(self, path: Path, key: SessionKey | None = None) -> None:
        self.path = path
        self.key = key
        self.damage: tuple[Damage, ...] = ()
        self.complete = False  # the run ended in order and the file is as it was written
        self._known: tuple[int, list[ChunkHead], dict[int, str]] | None = None

    def entries(
        self,
        topics: Collection[str] = CHANNELS.keys(),
        from_ms: int | None = None,
        to_ms: int | None = None,
    ) -> Iterator[Entry]:
        """Messages in the order they were written; times from `from_ms` up to before `to_ms`."""
        limited = from_ms is not None or to_ms is not None
        span = _Span(from_ms or 0, to_ms)
        try:
            with opened(self.path, self.key) as data:
                found = self._within(data, span) if limited else self._all(data)
                for entry in found:
                    if entry.topic in topics and span.holds(entry.t_ms):
                        yield entry
        except OtherSeal as error:
            self.damage = (Damage(0, str(error)),)

    def check(self) -> None:
        """Read it all, for `damage` and `complete`."""
        for _ in self.entries(()):
            pass

    def _all(self, data: Bytes) -> Iterator[Entry]:
        names = dict(TOPIC_OF_ID)
        walk = ChunkWalk(data)
        for records in walk:
            yield from _messages(records, names)
        self.damage, self.complete = tuple(walk.damage), walk.complete
        if isinstance(data, SealedBytes):
            data.check()
            self.damage = (*data.damage, *self.damage)
            self.complete = self.complete and data.ended and not data.damage
        self._known = len(data), walk.found, names

    def _within(self, data: Bytes, span: _Span) -> Iterator[Entry]:
        """Where all was read before, the chunks that were good then are looked up."""
        chunks: Iterable[Content]
        if self._known is not None and self._known[0] == len(data):
            _, heads, names = self._known
            chunks = (
                unpacked(data, head) or []
                for head in heads
                if span.meets(head.first_ns, head.last_ns)
            )
        else:
            names = dict(TOPIC_OF_ID)
            chunks = ChunkWalk(data, span.meets)
        for records in chunks:
            yield from _messages(records, names)


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
