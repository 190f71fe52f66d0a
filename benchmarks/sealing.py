"""What it costs to seal what is kept, and how long a sealed session of an hour takes to open and to
be sought in, beside the same one in the clear.

    python -m benchmarks.sealing [MINUTES]

The observations are those of the talking face, analysed once and played on. Opening is what the
replay does before it shows anything: reading the whole log. Seeking is ten seconds of frames at a
place that was not looked at before.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.pipeline import ResultStream
from agent.record import SessionLog, describe_run
from agent.record.session_key import SessionKey
from agent.record.unsealing import unseal_session
from agent.replay.app import Replay
from agent.wire.registry import encode_registry
from benchmarks.machine import describe, load_of_others
from benchmarks.measures import FILM_S, again, log_ms, observed, with_messages_ms

SESSION_ID = "5ea1" * 8
SEEKS, SEEN_MS = 20, 10_000
OPEN_LIMIT_S, SEEK_LIMIT_MS, COST_LIMIT_PERCENT = 2.0, 200.0, 5.0
MB = 1_000_000


def main() -> None:
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    key = SessionKey.new(SESSION_ID)
    seen = observed()
    with load_of_others() as load, tempfile.TemporaryDirectory() as made:
        results, _ = with_messages_ms(list(again(seen.observations, FILM_S)))
        clear_ms, _ = log_ms(results)
        sealed_ms, _ = log_ms(results, key.lock)
        sealed, clear = Path(made) / SESSION_ID, Path(made) / "clear"
        stream = ResultStream(1)
        about = describe_run(SESSION_ID, 1, source="live", engine="none")
        log = SessionLog(sealed, about, encode_registry(), wait=True, lock=key.lock)
        with closing(log):
            for observation in again(seen.observations, 60 * minutes):
                log.write_all(stream.process(observation).messages, observation.t_ms)
        size_mb = (sealed / "run-000.mcap").stat().st_size / MB
        unseal_session(sealed, key, clear)
        times = _opened(clear, None), _opened(sealed, key)
    table = Table(
        title=f"{minutes} min, {size_mb:.0f} MB ({describe()}, others {load.others:.1f} cores)"
    )
    for heading in ("what", "in the clear", "sealed", "limit"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    more = 100 * (sealed_ms / clear_ms - 1)
    table.add_row(
        "log, CPU ms a frame",
        f"{clear_ms:.4f}",
        f"{sealed_ms:.4f} (+{more:.1f} %)",
        f"+{COST_LIMIT_PERCENT:g} %",
    )
    for what, which, limit in (
        ("opening, s", 0, OPEN_LIMIT_S),
        ("seeking, ms: median", 1, SEEK_LIMIT_MS),
        ("seeking, ms: longest", 2, SEEK_LIMIT_MS),
    ):
        table.add_row(what, f"{times[0][which]:.2f}", f"{times[1][which]:.2f}", f"{limit:g}")
    Console().print(table)


def _opened(folder: Path, key: SessionKey | None) -> tuple[float, float, float]:
    """Seconds to open; median and longest seek in ms."""
    began = time.perf_counter()
    replay = Replay(folder, None, key)
    open_s = time.perf_counter() - began
    chance = random.Random(1)
    took_ms = []
    for _ in range(SEEKS):
        at_ms = chance.randrange(max(1, replay.timeline.duration_ms - SEEN_MS))
        began = time.perf_counter()
        found = sum(1 for _ in replay.timeline.messages("/frame", at_ms, at_ms + SEEN_MS))
        took_ms.append((time.perf_counter() - began) * 1000)
        assert found
    took_ms.sort()
    return open_s, took_ms[SEEKS // 2], took_ms[-1]


if __name__ == "__main__":
    main()
