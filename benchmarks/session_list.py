"""How long a page of the practitioner's list takes where there are ten thousand sessions.

    PYTHONPATH=tests:tests/token_service python -m benchmarks.session_list

The real service, asked over HTTP; its LiveKit does not answer.
"""

from __future__ import annotations

import logging
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from postgresql_fixtures import PostgreSql, find_postgresql
from rich.console import Console
from rich.table import Table
from service_fixtures import Practitioner, RunningService, make_settings
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.dev_stack.ports import free_port
from benchmarks.machine import describe, load_of_others
from token_service.database import utc_now
from token_service.models import (
    Admission,
    Consent,
    PatientCode,
    Purpose,
    Role,
    Seat,
    Session,
    SessionState,
)
from token_service.pseudonyms import draw

SESSIONS, PATIENTS = 10_000, 2_500
PLANNED, NOW = 600, 120  # of them
ROUNDS = 30
LIMIT_MS = 200.0
PATH = "/api/v1/sessions"


async def fill(db: AsyncSession) -> None:
    """Two years of a practitioner's, with what each carries in a real clinic."""
    chance = random.Random(19)
    account = "to-be-the-practitioner's"
    codes = [PatientCode(holder=account, text=text) for text in {draw() for _ in range(PATIENTS)}]
    db.add_all(codes)
    now = utc_now()
    for number in range(SESSIONS):
        state, at = SessionState.ENDED, now - timedelta(minutes=100 * (number + 1))
        if number < PLANNED:
            state, at = SessionState.CREATED, now + timedelta(minutes=30 * (number + 1))
        elif number < PLANNED + NOW:
            state = chance.choice([SessionState.WAITING, SessionState.LIVE])
        answers = [
            Consent(
                purpose=purpose,
                granted=True,
                text_version="2026-11",
                text_sha256="0" * 64,
                language="fr",
                given_by="guardian",
            )
            for purpose in Purpose
        ]
        family = Seat(role=Role.PATIENT, admission=Admission.ADMITTED, consents=answers)
        session = Session(
            account=account,
            state=state,
            patient_code=chance.choice(codes),
            visit_number=1 + number % 4,
            appointment_at=at,
            listed_at=at,
            seats=[family, Seat(role=Role.PRACTITIONER, account=account)],
        )
        session.ended_at = at if state is SessionState.ENDED else None
        db.add(session)


def last_page(practitioner: Practitioner) -> dict[str, str]:
    """The search that gives it."""
    search = {"when": "past"}
    while following := practitioner.client.get(PATH, params=search).json()["next"]:
        search["after"] = following
    return search


def pages_ms(practitioner: Practitioner, search: dict[str, str]) -> tuple[list[float], int]:
    taken_ms, found = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = practitioner.client.get(PATH, params=search).raise_for_status()
        taken_ms.append((time.perf_counter() - began) * 1000)
        found = len(answer.json()["sessions"])
    return taken_ms, found


def measured(folder: Path, database_url: str | None) -> dict[str, tuple[list[float], int]]:
    settings = make_settings(folder, f"ws://127.0.0.1:{free_port()}", database_url=database_url)
    with RunningService(settings) as service:
        practitioner = service.practitioner()
        one = practitioner.create()
        service.in_database(fill)

        async def hand_over(db: AsyncSession) -> str:
            mine = await db.get_one(Session, one)
            await db.execute(update(Session).values(account=mine.account))
            await db.execute(update(PatientCode).values(holder=mine.account))
            if database_url is not None:
                await db.execute(text("ANALYZE"))  # as PostgreSQL does by itself after a while
            return str(await db.scalar(select(PatientCode.text).limit(1)))

        code = service.in_database(hand_over)
        half_a_year = (utc_now() - timedelta(days=180)).isoformat()
        month_later = (utc_now() - timedelta(days=150)).isoformat()
        searches: dict[str, dict[str, str]] = {
            "now": {"when": "now"},
            "planned": {"when": "planned"},
            "past": {"when": "past"},
            "past, the last page": last_page(practitioner),
            "past, one month": {"when": "past", "since": half_a_year, "until": month_later},
            "one patient's": {"patient": code},
            "past, a code's first two letters": {"when": "past", "patient": code[:2]},
            "a code that nobody has": {"patient": "B-0"},
        }
        return {name: pages_ms(practitioner, search) for name, search in searches.items()}


@contextmanager
def databases() -> Iterator[dict[str, str | None]]:
    """PostgreSQL where this machine has one."""
    with ExitStack() as stack:
        there: dict[str, str | None] = {"SQLite": None}
        if binaries := find_postgresql():
            server = PostgreSql(binaries)
            stack.callback(shutil.rmtree, server.folder, ignore_errors=True)
            server.make()
            server.start()
            stack.callback(server.stop)
            server.make_template()
            there["PostgreSQL"] = server.new_database()
        yield there


def main() -> None:
    logging.getLogger("token_service").setLevel(logging.ERROR)
    table = Table()
    for heading in ("database", "which", "sessions", "median ms", "p99 ms"):
        numeric = heading not in ("database", "which")
        table.add_column(heading, justify="right" if numeric else "left")
    with load_of_others() as load, databases() as there:
        for database, url in there.items():
            with tempfile.TemporaryDirectory() as folder:
                for which, (taken_ms, found) in measured(Path(folder), url).items():
                    median_ms, p99_ms = np.median(taken_ms), np.percentile(taken_ms, 99)
                    table.add_row(database, which, str(found), f"{median_ms:.0f}", f"{p99_ms:.0f}")
    table.title = (
        f"A page of {SESSIONS} sessions ({describe()}, others {load.others:.1f} cores; "
        f"limit {LIMIT_MS:g} ms)"
    )
    Console().print(table)


if __name__ == "__main__":
    main()
