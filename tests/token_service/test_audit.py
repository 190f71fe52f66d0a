import sqlite3
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from service_fixtures import RunningService, events
from sqlalchemy import create_engine, select

from token_service.audit import SAID_AGAIN_S, Notice, Notices
from token_service.database import MIGRATIONS, Transaction, database_path, open_database
from token_service.models import AuditEntry

pytestmark = pytest.mark.unit


@pytest.fixture
async def audited(tmp_path: Path) -> Path:
    """A database with two entries."""
    async with open_database(tmp_path) as database:
        notices = Notices(database)
        notices.note(Notice("operator", "first"))
        notices.note(Notice("operator", "second"))
        await notices.write()
    return database_path(tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit (id, at, role, action) VALUES (1, '', 'x', 'forged')",
        "REPLACE INTO audit (id, at, role, action) VALUES (2, '', 'x', 'forged')",
        "INSERT INTO audit (id, at, role, action) VALUES (0, '', 'x', 'forged')",
        "INSERT INTO audit (id, at, role, action) VALUES (-1, '', 'x', 'forged')",
        "INSERT INTO audit (id, at, role, action) VALUES (1, '', 'x', 'forged') "
        "ON CONFLICT (id) DO UPDATE SET action = 'forged'",
        "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
        "DELETE FROM audit",
    ],
)
def test_no_way_of_writing_changes_what_was_written(audited: Path, statement: str) -> None:
    with sqlite3.connect(audited) as connection:
        before = connection.execute("SELECT * FROM audit").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        assert connection.execute("SELECT * FROM audit").fetchall() == before


def test_who_looked_and_who_was_refused_is_in_it(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    practitioner.show(session)
    patient.show()
    with events(patient.client, session) as mine:
        next(mine)
    assert patient.post("admit").status_code == 403
    service.client().get(f"/api/v1/sessions/{session}")
    service.client().post("/api/v1/sign-in", json={"secret": "x" * 43})
    practitioner.client.post("/api/v1/sign-out", json={})
    written = _everything(service)
    of_session = {(e.role, e.account, e.action) for e in written if e.session_id == session}
    assert of_session >= {
        ("practitioner", "development", "created"),
        ("practitioner", "development", "invited"),
        ("practitioner", "development", "read"),
        ("patient", None, "read"),
        ("patient", None, "watched"),
        ("patient", None, "refused"),
    }
    elsewhere = {(e.role, e.account, e.action) for e in written if e.session_id is None}
    assert elsewhere >= {
        ("practitioner", "development", "signed_in"),
        ("practitioner", "development", "signed_out"),
        ("unknown", None, "sign_in_refused"),
        ("unknown", None, "refused"),
    }


def _everything(service: RunningService) -> list[AuditEntry]:
    async def read(db: Transaction) -> list[AuditEntry]:
        return list(await db.scalars(select(AuditEntry).order_by(AuditEntry.id)))

    time.sleep(1.2)  # what only looks is written together, twice a second
    found: list[AuditEntry] = service.in_database(read)
    return found


async def test_the_same_is_said_once_a_minute(tmp_path: Path) -> None:
    clock = [0.0]
    async with open_database(tmp_path) as database:
        notices = Notices(database, lambda: clock[0])
        for clock[0] in (0.0, 1.0, SAID_AGAIN_S - 1, SAID_AGAIN_S, SAID_AGAIN_S + 1):
            notices.note(Notice("patient", "read", seat_id="1"))
            notices.note(Notice("patient", "read", seat_id="2"))
            await notices.write()
        async with database.read() as db:
            assert len(list(await db.scalars(select(AuditEntry)))) == 4


@pytest.mark.parametrize("revision", ["0001", "0002"])
async def test_what_an_earlier_revision_holds_is_kept(tmp_path: Path, revision: str) -> None:
    path = database_path(tmp_path)
    _fill(path, revision)
    async with open_database(tmp_path):
        pass
    with sqlite3.connect(path) as connection:
        answers = connection.execute(
            "SELECT purpose, granted, superseded, withdraws FROM consents ORDER BY id"
        ).fetchall()
        assert connection.execute("SELECT action, account FROM audit").fetchall() == [
            ("created", None)
        ]
        assert connection.execute("SELECT role, account FROM seats ORDER BY id").fetchall() == [
            ("patient", None),
            ("practitioner", "a"),
        ]
        assert connection.execute("SELECT id, run, label FROM sessions").fetchall() == [
            ("5" * 32, 0, None)
        ]
    assert answers == [
        ("live_analysis", 1, 0, 0),
        ("keeping", 1, 1, 0),
        ("keeping", 0, 0, 1),
    ]


def _fill(path: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)
        at = "2026-11-22 11:30:00.000000"
        for statement in (
            f"INSERT INTO sessions (id, account, state, sample, created_at) "
            f"VALUES ('{'5' * 32}', 'a', 'live', 0, '{at}')",
            *(
                "INSERT INTO seats (id, session_id, role, identity, admission, stepped_out, "
                f"paused, present) VALUES ('{seat}', '{'5' * 32}', '{role}', '{seat}', 'none', "
                "0, 0, 0)"
                for seat, role in (("1", "patient"), ("2", "practitioner"))
            ),
            *(
                "INSERT INTO consents (seat_id, purpose, granted, text_version, text_sha256, "
                f"language, given_by, given_at, withdrawn_at) VALUES ('1', '{purpose}', {granted}, "
                f"'2026-11', '', 'fr', 'guardian', '{at}', {withdrawn})"
                for purpose, granted, withdrawn in (
                    ("live_analysis", 1, "NULL"),
                    ("keeping", 1, f"'{at}'"),
                    ("keeping", 0, "NULL"),
                )
            ),
            f"INSERT INTO audit (at, role, action) VALUES ('{at}', 'practitioner', 'created')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
