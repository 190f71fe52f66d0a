"""How soon the practitioners of a whole clinic have their tokens when LiveKit has come back.

    PYTHONPATH=tests:tests/token_service python -m benchmarks.restart

The real service on each of its databases, and a real livekit-server that is killed, and so forgets
every room. All ask while it is away, as their pages do.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from livekit_fixtures import LiveKitServer, find_livekit_server
from postgresql_fixtures import PostgreSql, find_postgresql
from rich.console import Console
from rich.table import Table
from service_fixtures import Patient, Practitioner, RunningService, admitted, make_settings

from benchmarks.machine import describe, load_of_others

PRACTITIONERS = 50
LIMIT_MS = 1000.0


def tokens_ms(
    livekit: LiveKitServer, seated: Sequence[tuple[Practitioner, Patient]]
) -> list[float]:
    """From LiveKit's first answer to each token."""

    def ask(practitioner: Practitioner, session: str) -> float:
        while True:
            answer = practitioner.client.post("/api/v1/token", json={"room_name": session})
            if answer.status_code != 503:
                answer.raise_for_status()
                return time.monotonic()
            time.sleep(float(answer.headers["Retry-After"]))

    with ThreadPoolExecutor(len(seated)) as threads:
        livekit.kill()
        asking = [threads.submit(ask, one, patient.session) for one, patient in seated]
        time.sleep(0.5)
        livekit.start()
        answers_at = time.monotonic()
        return [(asked.result() - answers_at) * 1000 for asked in asking]


def measure(folder: Path, livekit: LiveKitServer, database_url: str | None) -> list[float]:
    settings = make_settings(
        folder,
        livekit.url,
        key=livekit.api_key,
        secret=livekit.api_secret,
        database_url=database_url,
    )
    with RunningService(settings) as service:
        seated = [admitted(service) for _ in range(PRACTITIONERS)]
        for practitioner, patient in seated:
            practitioner.token(patient.session)
        return tokens_ms(livekit, seated)


def main() -> None:
    logging.getLogger("token_service").setLevel(logging.ERROR)  # no agent is there, by intent
    postgresql = PostgreSql(find_postgresql() or Path("postgresql"))
    table = Table("database", "median ms", f"the last of {PRACTITIONERS}, ms (limit {LIMIT_MS:g})")
    try:
        postgresql.make()
        postgresql.start()
        postgresql.make_template()
        with tempfile.TemporaryDirectory() as name, load_of_others() as load:
            livekit = LiveKitServer(Path(name), find_livekit_server() or "livekit-server")
            livekit.start()
            for database, url in (("SQLite", None), ("PostgreSQL", postgresql.new_database())):
                taken_ms = measure(Path(name) / database, livekit, url)
                table.add_row(database, f"{np.median(taken_ms):.0f}", f"{max(taken_ms):.0f}")
            livekit.kill()
    finally:
        postgresql.stop()
        shutil.rmtree(postgresql.folder)
    table.title = (
        f"Tokens after a restart of LiveKit ({describe()}, others {load.others:.1f} cores)"
    )
    Console().print(table)


if __name__ == "__main__":
    main()
