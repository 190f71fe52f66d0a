import time
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from database_fixtures import NewDatabase, Place, connected
from service_fixtures import RunningService, events
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from token_service import migrating
from token_service.audit import SAID_AGAIN_S, Notice, Notices
from token_service.database import Transaction
from token_service.database_address import parsed
from token_service.models import AuditEntry, Session

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


@pytest.fixture
async def audited(place: Place) -> Place:
    """A database with two entries."""
    async with place.open() as database:
        notices = Notices(database)
        notices.note(Notice("operator", "first"))
        notices.note(Notice("operator", "second"))
        await notices.write()
    return place


ON_BOTH = (
    "INSERT INTO audit (id, at, role, action) VALUES (1, '2026-11-22', 'x', 'forged') "
    "ON CONFLICT (id) DO UPDATE SET action = 'forged'",
    "UPDATE audit SET id = 3 WHERE id = 2",
    "DELETE FROM audit",
)
ON_SQLITE = (
    "INSERT OR REPLACE INTO audit (id, at, role, action) VALUES (1, '', 'x', 'forged')",
    "REPLACE INTO audit (id, at, role, action) VALUES (2, '', 'x', 'forged')",
    "INSERT INTO audit (id, at, role, action) VALUES (0, '', 'x', 'forged')",
    "INSERT INTO audit (id, at, role, action) VALUES (-1, '', 'x', 'forged')",
    "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
)
ON_POSTGRESQL = (
    "TRUNCATE audit",
    "MERGE INTO audit USING (SELECT 1 AS id) AS x ON audit.id = x.id "
    "WHEN MATCHED THEN UPDATE SET action = 'forged'",
)


def test_no_way_of_writing_changes_what_was_written(audited: Place) -> None:
    for statement in ON_BOTH + (ON_SQLITE if audited.address.embedded else ON_POSTGRESQL):
        with connected(audited) as connection:
            before = connection.exec_driver_sql("SELECT * FROM audit").fetchall()
            with (
                pytest.raises(DBAPIError, match="append-only"),
                connection.begin_nested(),
            ):
                connection.exec_driver_sql(statement)
            assert connection.exec_driver_sql("SELECT * FROM audit").fetchall() == before


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


async def test_the_same_is_said_once_a_minute(place: Place) -> None:
    clock = [0.0]
    async with place.open() as database:
        notices = Notices(database, lambda: clock[0])
        for clock[0] in (0.0, 1.0, SAID_AGAIN_S - 1, SAID_AGAIN_S, SAID_AGAIN_S + 1):
            notices.note(Notice("patient", "read", seat_id="1"))
            notices.note(Notice("patient", "read", seat_id="2"))
            await notices.write()
        async with database.read() as db:
            assert len(list(await db.scalars(select(AuditEntry)))) == 4


def _revisions() -> list[str]:
    scripts = ScriptDirectory(str(migrating.MIGRATIONS)).walk_revisions()
    return [script.revision for script in scripts if not script.is_head]


@pytest.mark.parametrize("revision", _revisions())
async def test_what_an_earlier_revision_holds_is_kept(
    tmp_path: Path, empty_database: NewDatabase, revision: str
) -> None:
    url = empty_database()
    place = Place(tmp_path, None if url is None else parsed(url))
    with connected(place) as connection:
        _fill(connection, revision)
    await migrating.migrate(place.address)
    with connected(place) as connection:

        def rows(statement: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

        assert rows("SELECT action, account FROM audit") == [("created", None)]
        assert rows("SELECT role FROM seats ORDER BY id") == [("patient",), ("practitioner",)]
        assert rows("SELECT id, account, run, label FROM sessions") == [("5" * 32, "a", 0, None)]
        if revision in ("0001", "0002"):  # 0003 finds out what was not written then
            assert rows("SELECT account FROM seats ORDER BY id") == [(None,), ("a",)]
            said = "SELECT purpose, granted, superseded, withdraws FROM consents ORDER BY id"
            assert rows(said) == [
                ("live_analysis", True, False, False),
                ("keeping", True, True, False),
                ("keeping", False, False, True),
            ]
    async with place.open() as database, database.read() as db:
        session = await db.get_one(Session, "5" * 32)
        assert session.patient.role == "patient"


def _fill(connection: Connection, revision: str) -> None:
    command.upgrade(migrating.configuration(connection), revision)
    at, no = "2026-11-22 11:30:00.000000", "false"
    for statement in (
        f"INSERT INTO sessions (id, account, state, sample, created_at) "
        f"VALUES ('{'5' * 32}', 'a', 'live', {no}, '{at}')",
        *(
            "INSERT INTO seats (id, session_id, role, identity, admission, stepped_out, "
            f"paused, present) VALUES ('{seat}', '{'5' * 32}', '{role}', '{seat}', 'none', "
            f"{no}, {no}, {no})"
            for seat, role in (("1", "patient"), ("2", "practitioner"))
        ),
        *(
            "INSERT INTO consents (seat_id, purpose, granted, text_version, text_sha256, "
            f"language, given_by, given_at, withdrawn_at) VALUES ('1', '{purpose}', {granted}, "
            f"'2026-11', '', 'fr', 'guardian', '{at}', {withdrawn})"
            for purpose, granted, withdrawn in (
                ("live_analysis", "true", "NULL"),
                ("keeping", "true", f"'{at}'"),
                ("keeping", "false", "NULL"),
            )
        ),
        f"INSERT INTO audit (at, role, action) VALUES ('{at}', 'practitioner', 'created')",
    ):
        connection.exec_driver_sql(statement)
