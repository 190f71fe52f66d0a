"""Sessions kept as the live agent keeps them, from observations with known answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mcap.opcode import Opcode

from agent.observation import Mark, Observation
from agent.pipeline import ResultStream
from agent.record import LogReader, SessionLog, describe_run, run_files
from agent.record.session_key import SessionKey, SessionLock
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry
from token_service.database import open_database
from token_service.operator import session_keys

SESSION_ID = "00112233445566778899aabbccddeeff"
START_UNIX_US = 1_800_000_000_000_000
UPTIME_US = 3_600_000_000_000


def keep_live_run(
    folder: Path,
    observations: Iterable[Observation],
    *,
    run: int = 1,
    start_unix_us: int = START_UNIX_US,
    clock_set_us: int = 0,
    ended: str | None = "left",
    statuses: Iterable[pb.Status | pb.NetworkStats] = (),
    registry: pb.Registry | None = None,
    last_marks: Sequence[Mark] = (),
    lock: SessionLock | None = None,
) -> Path:
    """One run's log: the clock of `timing` runs with the media time.

    clock_set_us: by how much the machine's clock stands ahead of where it stood at START_UNIX_US.
    """
    stream = ResultStream(run)
    provenance = describe_run(SESSION_ID, run, source="live", engine="none", sample=True)
    log = SessionLog(folder, provenance, registry or encode_registry(), wait=True, lock=lock)
    for seen in observations:
        results = stream.process(seen, _timing(start_unix_us, seen.t_ms, clock_set_us))
        log.write_all(results.messages, seen.t_ms)
    for status in statuses:
        log.write(status, status.t_ms)
    if ended is not None:
        last = _timing(start_unix_us, stream.t_ms, clock_set_us)
        ending = stream.finish(ended, last, last_marks)
        log.write_all(ending.messages, stream.t_ms)
    log.close()
    return run_files(folder)[-1]


def key_of(data: Path, session_id: str) -> SessionKey | None:
    """Of a session that a service keeps there."""

    async def read() -> SessionKey | None:
        async with open_database(data) as database, database.read() as db:
            return await session_keys(data).of(db, session_id)

    with ThreadPoolExecutor(1) as thread:  # the test may have an event loop of its own
        return thread.submit(asyncio.run, read()).result()


def _timing(start_unix_us: int, t_ms: int, clock_set_us: int) -> pb.Timing:
    received_us = start_unix_us + t_ms * 1000
    published_us = received_us + 20_000
    return pb.Timing(
        received_unix_us=received_us,
        published_unix_us=published_us,
        monotonic_us=published_us - clock_set_us - START_UNIX_US + UPTIME_US,
    )


def kept(path: Path, *topics: str) -> list[tuple[str, int, bytes]]:
    """What a reader compares: everything but the clock of the log itself."""
    return [(e.topic, e.t_ms, e.data) for e in LogReader(path).entries(topics)]


def cut_in_last_chunk(content: bytes) -> bytes:
    """What a killed agent may leave: the last second of messages is there in part only."""
    starts = [
        match.start() - 37
        for match in re.finditer(re.escape(b"\x04\x00\x00\x00zstd"), content)
        if content[match.start() - 37] == Opcode.CHUNK
    ]
    return content[: starts[-1] + 60]
