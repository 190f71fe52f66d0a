import asyncio
import csv
import io
import json
import re
from pathlib import Path

import pytest
from database_fixtures import NewDatabase, Place, connected
from service_fixtures import RunningService, admitted, environment_of
from sqlalchemy import select, text
from typer.testing import CliRunner

from agent.commands.cli import app
from agent.contract import AccountRole
from token_service import audit
from token_service.audit_chain import START, Link, verify
from token_service.audit_export import COLUMNS, exported
from token_service.database import Database
from token_service.database_address import parsed
from token_service.models import AuditEntry

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

TRIGGERS = [
    f"audit_{of}" for of in ("no_update", "no_delete", "no_insert_between", "no_insert_below")
]
TRIGGERS_OF_POSTGRESQL = ["audit_only_grows ON audit"]


@pytest.fixture
async def audited(place: Place) -> Place:
    """Five entries, each of a transaction of its own."""
    async with place.open() as database:
        for number in range(5):
            async with database.begin() as db:
                audit.record_by(db, audit.OPERATOR, f"did_{number}", "5" * 32, account="a")
    return place


def forge(place: Place, *statements: str) -> None:
    """By somebody who has the database and takes its triggers away."""
    with connected(place) as connection:
        for trigger in TRIGGERS if place.address.embedded else TRIGGERS_OF_POSTGRESQL:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0


async def broken(place: Place, known: Link | None = None) -> str | None:
    async with place.open() as database:
        found = (await verify(database, known)).broken
    return None if found is None else str(found)


async def test_what_was_written_holds_together(audited: Place) -> None:
    async with audited.open() as database:
        verdict = await verify(database)
        assert (verdict.entries, verdict.end.entry_id, verdict.broken) == (5, 5, None)
        async with database.begin() as db:
            audit.record_by(db, audit.OPERATOR, "went on")
        assert (await verify(database, verdict.end)).broken is None


async def test_an_audit_without_entries_holds_together(place: Place) -> None:
    async with place.open() as database:
        verdict = await verify(database)
    assert (verdict.entries, verdict.end, verdict.broken) == (0, START, None)


@pytest.mark.parametrize(
    ("forgery", "told"),
    [
        ("UPDATE audit SET action = 'read' WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET account = 'b' WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET account = NULL WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET role = 'service' WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET session_id = NULL WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET seat_id = '1' WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET at = '2026-11-22 11:30:00.000000' WHERE id = 3", "entry 3 is not"),
        ("UPDATE audit SET id = 9 WHERE id = 3", "entry 4 is not"),
        ("DELETE FROM audit WHERE id = 3", "entry 4 is not"),
        ("DELETE FROM audit WHERE id = 1", "entry 2 is not"),
        ("DELETE FROM audit WHERE id > 3", "entries after 3 are missing"),
        ("DELETE FROM audit", "entries after 0 are missing"),
        (
            "INSERT INTO audit (id, at, role, action, digest) "
            "SELECT 6, at, role, 'forged', digest FROM audit WHERE id = 5",
            "entry 6 is not",
        ),
    ],
)
async def test_the_first_entry_that_was_forged_is_named(
    audited: Place, forgery: str, told: str
) -> None:
    forge(audited, forgery)
    assert told in (await broken(audited) or "")


async def test_a_chain_that_was_made_anew_is_not_the_one_that_is_known(
    audited: Place, tmp_path: Path, new_database: NewDatabase
) -> None:
    async with audited.open() as database:
        known = (await verify(database)).end
    url = new_database()
    other = Place(tmp_path / "other", None if url is None else parsed(url))
    async with other.open() as database:
        for number in range(5):
            async with database.begin() as db:
                audit.record_by(db, audit.OPERATOR, f"did_{number}", "5" * 32, account="b")
    assert await broken(other) is None
    assert "entry 5 is not the one that is known" in (await broken(other, known) or "")
    assert "entry 9 is known" in (await broken(other, Link(9, known.digest)) or "")


async def test_replicas_that_write_at_the_same_time_write_one_chain(audited: Place) -> None:
    async with audited.open() as one, audited.open() as other:

        async def write(database: Database, name: str) -> None:
            for _ in range(15):
                async with database.begin() as db:
                    audit.record_by(db, audit.SERVICE, name)
                    audit.record_by(db, audit.SERVICE, name)

        await asyncio.gather(write(one, "one"), write(other, "other"), write(one, "one again"))
        verdict = await verify(other)
    assert (verdict.entries, verdict.end.entry_id, verdict.broken) == (95, 95, None)


async def test_what_was_not_done_is_not_in_it(audited: Place) -> None:
    async with audited.open() as database:
        with pytest.raises(RuntimeError):
            async with database.begin() as db:
                audit.record_by(db, audit.SERVICE, "not done")
                raise RuntimeError
        assert (await verify(database)).entries == 5


async def test_what_is_done_within_a_savepoint_waits_for_the_end(audited: Place) -> None:
    async with audited.open() as database, database.begin() as db:
        audit.record_by(db, audit.SERVICE, "before")
        async with db.begin_nested():
            await db.execute(text("SELECT 1"))
        assert list(await db.scalars(select(AuditEntry).where(AuditEntry.id > 5))) == []
    assert await broken(audited) is None


async def test_the_copies_say_what_the_audit_says(audited: Place) -> None:
    async with audited.open() as database:
        lines = "".join([piece async for piece in exported(database, "jsonl")])
        table = "".join([piece async for piece in exported(database, "csv")])
    rows = [json.loads(line) for line in lines.splitlines()]
    assert [row["action"] for row in rows] == [f"did_{number}" for number in range(5)]
    assert {tuple(row) for row in rows} == {COLUMNS}
    read = list(csv.DictReader(io.StringIO(table)))
    assert read == [{key: str(value or "") for key, value in row.items()} for row in rows]


def test_an_auditor_reads_verifies_and_exports(service: RunningService) -> None:
    _, patient = admitted(service)
    auditor = service.somebody(AccountRole.AUDITOR).client
    page = auditor.get("/api/v1/audit").raise_for_status().json()
    assert [entry["action"] for entry in page["entries"][:2]] == ["signed_in", "admitted"]
    assert page["entries"][1]["session_id"] == patient.session
    older = auditor.get("/api/v1/audit", params={"before": page["entries"][1]["id"]}).json()
    assert older["entries"] == page["entries"][2:]
    verdict = auditor.get("/api/v1/audit/verification").json()
    assert verdict["broken"] is None
    assert verdict["end"].startswith(f"{verdict['entries']}:")
    copy = auditor.get("/api/v1/audit/export", params={"to": "jsonl"})
    assert copy.headers["content-disposition"] == 'attachment; filename="epedicare-audit.jsonl"'
    rows = [json.loads(line) for line in copy.text.splitlines()]
    assert verdict["end"] in {f"{row['id']}:{row['digest']}" for row in rows}
    ids = re.compile(r"[0-9a-f]{32}|development")
    for row in rows:
        assert all(
            row[column] is None or ids.fullmatch(row[column])
            for column in ("account", "seat_id", "session_id")
        )
        assert re.fullmatch(r"[a-z_.]+", row["action"]), "neither names nor addresses"


def test_the_command_line_verifies_and_exports(service: RunningService) -> None:
    _, patient = admitted(service)
    runner = CliRunner(env=environment_of(service.settings))
    told = runner.invoke(app, ["audit", "verify"])
    assert told.exit_code == 0, told.output
    end = told.output.rpartition("is ")[2].strip()
    again = runner.invoke(app, ["audit", "verify", "--known", end])
    assert again.exit_code == 0, again.output
    copied = runner.invoke(app, ["audit", "export", "--to", "jsonl"])
    sessions = [json.loads(line)["session_id"] for line in copied.output.splitlines()]
    assert patient.session in sessions


def test_the_command_line_tells_what_is_broken(service: RunningService) -> None:
    service.practitioner()
    service.practitioner()
    place = Place(service.settings.data, service.settings.database)
    forge(place, "UPDATE audit SET action = 'nothing' WHERE id = 2")
    told = CliRunner(env=environment_of(service.settings)).invoke(app, ["audit", "verify"])
    assert told.exit_code == 1
    assert told.output.startswith("BROKEN  entry 2 is not what was written there; 1 before it")
