"""The log that a consultation or an offline analysis writes, from a thread of its own."""

from __future__ import annotations

import errno
import logging
import os
import queue
import threading
import time
from collections.abc import Container, Iterable
from datetime import UTC, datetime
from pathlib import Path

from google.protobuf.message import Message

from agent.errors import LogFailed
from agent.record.channels import ID_OF_TYPE, TIMED
from agent.record.file import LogFile
from agent.record.limits import KeepingLimits, Limit
from agent.record.place import SessionFolder, SessionPlace
from agent.record.session_json import session_json
from agent.record.session_key import SessionLock
from agent.wire.generated import analysis_pb2 as pb

logger = logging.getLogger(__name__)

SYNC_EVERY_S = 1.0
QUEUE_MESSAGES = 4096  # about a minute of one patient, 25 MB
SLOW_DISK_S = 5.0  # unanswered for so long: say that nothing is being kept
CLOSE_WITHIN_S = 4.0  # a job has 5 s to end
NS_PER_US = 1000
LATEST_NS = 2**64 - 1  # that a log can say

# Without them the rest has no names.
ALWAYS_KEPT = {ID_OF_TYPE[pb.Provenance], ID_OF_TYPE[pb.Registry]}
# How a run ends, also where it may keep nothing more.
CLOSING = {ID_OF_TYPE[pb.Event], ID_OF_TYPE[pb.Summary]}
ALL = set(ID_OF_TYPE.values())

Item = tuple[int, int, int, bytes]  # channel, t_ms, published_ns, data

PLAIN_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "the session folder may not be written to",
    errno.EPERM: "the session folder may not be written to",
    errno.ENOENT: "the session folder cannot be made",
    errno.ENOTDIR: "the session folder cannot be made",
    errno.EPIPE: "the process that opens the log's files has ended",
    errno.EFBIG: "no file may be so large here",
}


class SessionLog:
    """One run's log; the package's docstring holds its promises."""

    def __init__(
        self,
        place: Path | SessionPlace,
        provenance: pb.Provenance,
        registry: pb.Registry,
        *,
        wait: bool = False,
        limits: KeepingLimits | None = None,
        lock: SessionLock | None = None,
    ) -> None:
        """With a lock, all that is written is sealed for whoever has its key."""
        self.lock = lock
        self._place = SessionFolder(place) if isinstance(place, Path) else place
        self._wait = wait
        self._limits = limits
        self._limit: Limit | None = None
        facts = {
            "format": 1,
            "session_id": provenance.session_id,
            "source": provenance.source,
            "sample": provenance.sample,
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._session_json = session_json(facts, lock)
        self._queue: queue.Queue[Item | None] = queue.Queue(QUEUE_MESSAGES)
        self._disk_failure: str | None = None
        self._syncing_since_s: float | None = None
        self._overflowed = False
        self._dropped = 0
        self._drop_lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="session-log", daemon=True)
        self.write(provenance, 0)
        self.write(registry, 0)
        self._thread.start()

    @property
    def limit(self) -> Limit | None:
        """That was reached: what is kept until now stays, and only the run's end is added."""
        return self._limit

    @property
    def failure(self) -> str | None:
        """Why nothing is being kept at the moment, in one line; None while all is well."""
        since_s = self._syncing_since_s
        if since_s is not None and time.monotonic() - since_s > SLOW_DISK_S:
            return f"the disk has not answered for more than {SLOW_DISK_S:.0f} s"
        if self._disk_failure is not None:
            return self._disk_failure
        if self._limits is not None and self._limit is not None:
            return self._limits.sentence(self._limit)
        return "the disk is too slow to keep everything" if self._overflowed else None

    @property
    def dropped(self) -> int:
        """Messages that were not kept."""
        return self._dropped

    def write(self, message: Message, t_ms: int) -> None:
        """Take a message over at once; the caller may go on changing it."""
        item = (
            ID_OF_TYPE[type(message)],
            t_ms,
            _published_ns(message),
            message.SerializeToString(deterministic=True),
        )
        if self._closed:
            self._drop()
        elif self._wait:
            self._put_patiently(item)
        else:
            self._put_now(item)

    def write_all(self, messages: Iterable[Message], t_ms: int) -> None:
        for message in messages:
            self.write(message, t_ms)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._end()
        if self._wait and self.failure is not None:
            raise LogFailed(self.failure)

    def _put_now(self, item: Item) -> None:
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self._overflowed = True
            self._drop()

    def _put_patiently(self, item: Item) -> None:
        while self.failure is None:
            try:
                self._queue.put(item, timeout=SYNC_EVERY_S)
            except queue.Full:
                continue
            return
        raise LogFailed(self.failure or "the log is closed")

    def _end(self) -> None:
        deadline_s = None if self._wait else time.monotonic() + CLOSE_WITHIN_S
        try:
            self._queue.put(None, timeout=_remaining_s(deadline_s))
        except queue.Full:
            self._overflowed = True
        self._thread.join(_remaining_s(deadline_s))

    def _drop(self) -> None:
        with self._drop_lock:
            self._dropped += 1

    def _run(self) -> None:
        file = LogFile(self._place, lock=self.lock)
        try:
            self._keep_until_closed(file)
        except Exception:
            # The thread's edge: a consultation must not end because its log did.
            logger.exception("the session log stopped")
            self._disk_failure = "the log stopped after an unexpected error"
        finally:
            file.close()

    def _keep_until_closed(self, file: LogFile) -> None:
        next_sync_s = time.monotonic()
        closing = False
        while not closing:
            try:
                item = self._queue.get(timeout=max(0.0, next_sync_s - time.monotonic()))
            except queue.Empty:
                pass
            else:
                closing = item is None
                if item is not None:
                    self._keep(file, item)
            if closing:
                file.finish()
            if closing or time.monotonic() >= next_sync_s:
                self._sync(file)
                next_sync_s = time.monotonic() + SYNC_EVERY_S

    def _keep(self, file: LogFile, item: Item) -> None:
        if item[0] in self._still_kept():
            file.append(*item)
        else:
            self._drop()

    def _still_kept(self) -> Container[int]:
        if self._disk_failure is not None:
            return ALWAYS_KEPT
        return ALL if self._limit is None else ALWAYS_KEPT | CLOSING

    def _sync(self, file: LogFile) -> None:
        self._syncing_since_s = time.monotonic()
        try:
            file.sync()
            self._place.describe(self._session_json)
            self._mind_the_limits()
        except OSError as error:
            self._note(_plain_words(error))
        else:
            self._note(None)
            self._overflowed = self._overflowed and not self._queue.empty()
        finally:
            self._syncing_since_s = None

    def _mind_the_limits(self) -> None:
        if self._limits is None or self._limit is not None:
            return
        self._limit = self._limits.reached(self._place)
        if self._limit is not None:
            logger.warning("session log: %s", self._limits.sentence(self._limit))

    def _note(self, failure: str | None) -> None:
        if failure != self._disk_failure and not self._wait:  # whoever waits is told by `close`
            logger.warning("session log: %s", failure or "the disk answers again")
        self._disk_failure = failure


def _published_ns(message: Message) -> int:
    if type(message) not in TIMED:
        return 0
    timing: pb.Timing = message.timing  # type: ignore[attr-defined]
    return min(timing.published_unix_us * NS_PER_US, LATEST_NS)


def _remaining_s(deadline_s: float | None) -> float | None:
    return None if deadline_s is None else max(0.0, deadline_s - time.monotonic())


def _plain_words(error: OSError) -> str:
    if error.errno in PLAIN_WORDS:
        return PLAIN_WORDS[error.errno]
    return os.strerror(error.errno) if error.errno else "the disk failed"
