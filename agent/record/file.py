"""One run's file: MCAP records gathered in memory, then put on disk at a known place.

Nothing is ever half done: what a failing disk did not take stays in memory and is written again
from the same place, so the file always holds whole records up to the last successful `sync`. With
a session's lock they are sealed on their way, once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, cast

from mcap.well_known import MessageEncoding, SchemaEncoding
from mcap.writer import CompressionType, Writer

from agent.record.channels import CHANNELS, file_descriptor_set
from agent.record.locks import lock_for_writing
from agent.record.place import SessionFolder, SessionPlace
from agent.record.sealing import Seal
from agent.record.session_key import SessionLock

NS_PER_MS = 1_000_000


class LogFile:
    def __init__(
        self,
        place: Path | SessionPlace,
        path: Path | None = None,
        lock: SessionLock | None = None,
    ) -> None:
        """Makes the next run of a session, or fills a file that is there and empty."""
        self._place = SessionFolder(place) if isinstance(place, Path) else place
        self._path = path
        self._lock = lock
        self._seal: Seal | None = None
        self._descriptor: int | None = None
        self._finished = False
        self._ended = False
        self._spool = _Spool()
        self._unwritten = b""
        self._synced_bytes = 0
        self._sequence = [0] * (len(CHANNELS) + 1)
        self._writer = Writer(
            cast("IO[bytes]", self._spool),
            compression=CompressionType.ZSTD,
            enable_crcs=True,
            enable_data_crcs=True,
        )
        self._writer.start(profile="epedicare", library="epedicare")
        schemas = file_descriptor_set()
        for topic, kind in CHANNELS.items():
            schema = self._writer.register_schema(
                kind.DESCRIPTOR.full_name, SchemaEncoding.Protobuf, schemas
            )
            self._writer.register_channel(topic, MessageEncoding.Protobuf, schema)

    def append(self, channel: int, t_ms: int, published_ns: int, data: bytes) -> None:
        log_time_ns = t_ms * NS_PER_MS
        self._writer.add_message(
            channel, log_time_ns, data, published_ns or log_time_ns, self._sequence[channel]
        )
        self._sequence[channel] += 1

    def finish(self) -> None:
        """Add the closing records; `sync` puts them on disk. Nothing may be appended after."""
        self._writer.finish()  # type: ignore[no-untyped-call]
        self._finished = True

    def sync(self) -> None:
        """Put everything on disk. Raises OSError, and can then be called again."""
        if not self._finished:
            self._writer.flush()  # type: ignore[no-untyped-call]
        descriptor = self._open()
        self._unwritten += self._taken_from_spool()
        pending, position = memoryview(self._unwritten), self._synced_bytes
        while pending:
            written = os.pwrite(descriptor, pending, position)
            pending, position = pending[written:], position + written
        os.fsync(descriptor)
        self._synced_bytes = position
        self._unwritten = b""

    def _taken_from_spool(self) -> bytes:
        content = self._spool.take()
        if self._seal is None or self._ended or not (content or self._finished):
            return content
        self._ended = self._finished
        return self._seal.seal(content, last=self._finished)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor, name = (
                self._place.new_run() if self._path is None else _filled(self._path)
            )
            if self._lock is not None:
                self._seal = Seal(self._lock, name)
        return self._descriptor


def _filled(path: Path) -> tuple[int, str]:
    descriptor = os.open(path, os.O_WRONLY)
    lock_for_writing(descriptor)
    return descriptor, path.name


class _Spool:
    """The writer's stream: bytes that are not on disk yet, with the file's own positions."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._end = 0

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        self._end += len(data)
        return len(data)

    def tell(self) -> int:
        return self._end

    def flush(self) -> None:
        """Everything stays here until it is taken."""

    def take(self) -> bytes:
        content = b"".join(self._parts)
        self._parts.clear()
        return content
