"""One run's file as messages: every one whose checksum holds, and a report of what is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError, Message

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
                names = dict(TOPIC_OF_ID)
                chunks = self._within(data, span, names) if limited else self._all(data, names)
                for content in chunks:
                    names |= content.names
                    yield from _entries(content, names, topics, span)
        except OtherSeal as error:
            self.damage = (Damage(0, str(error)),)

    def check(self) -> None:
        """Read it all, for `damage` and `complete`."""
        for _ in self.entries(()):
            pass

    def _all(self, data: Bytes, names: dict[int, str]) -> Iterator[Content]:
        walk = ChunkWalk(data)
        yield from walk
        self.damage, self.complete = tuple(walk.damage), walk.complete
        if isinstance(data, SealedBytes):
            data.check()
            self.damage = (*data.damage, *self.damage)
            self.complete = self.complete and data.ended and not data.damage
        self._known = len(data), walk.found, names

    def _within(self, data: Bytes, span: _Span, names: dict[int, str]) -> Iterator[Content]:
        """Where all was read before, the chunks that were good then are looked up."""
        if self._known is None or self._known[0] != len(data):
            yield from ChunkWalk(data, span.meets)
            return
        _, heads, known_names = self._known
        names |= known_names
        for head in heads:
            if span.meets(head.first_ns, head.last_ns):
                content = unpacked(data, head)
                if content is not None:
                    yield content


@dataclass(frozen=True, slots=True)
class _Span:
    from_ms: int
    to_ms: int | None

    def meets(self, first_ns: int, last_ns: int) -> bool:
        before_end = self.to_ms is None or first_ns < self.to_ms * NS_PER_MS
        return before_end and last_ns >= self.from_ms * NS_PER_MS

    def holds(self, t_ms: int) -> bool:
        return self.from_ms <= t_ms and (self.to_ms is None or t_ms < self.to_ms)


def _entries(
    content: Content, names: dict[int, str], topics: Collection[str], span: _Span
) -> Iterator[Entry]:
    wanted = {channel: topic for channel, topic in names.items() if topic in topics}
    for channel, log_ns, published_ns, start, end in content.messages:
        t_ms = log_ns // NS_PER_MS
        if channel in wanted and span.holds(t_ms):
            yield Entry(wanted[channel], t_ms, published_ns, content.data[start:end])
