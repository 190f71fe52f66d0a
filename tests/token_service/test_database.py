import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from database_fixtures import Place, connected, everything_in
from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from agent.errors import FolderOpenToOthers
from token_service import audit, migrating, sessions
from token_service.database import open_database
from token_service.development_sign_in import new_sign_in_secret
from token_service.models import AuditEntry, Base, PatientCode, Role, Seat, Session

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


async def test_the_migrations_make_the_tables_of_the_models(place: Place) -> None:
    async with place.open():
        pass
    with connected(place) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


async def test_migrating_again_changes_nothing(place: Place) -> None:
    async with place.open() as database, database.begin() as db:
        db.add(Session(account="a"))
    async with place.open() as database, database.begin() as db:
        assert len(list(await db.scalars(select(Session)))) == 1


async def test_the_data_folder_is_private(tmp_path: Path) -> None:
    async with open_database(tmp_path / "data"):
        assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


async def test_times_come_back_in_utc(place: Place) -> None:
    paris = datetime(2026, 11, 22, 12, 30, tzinfo=timezone(timedelta(hours=1)))
    async with place.open() as database:
        async with database.begin() as db:
            db.add(Session(id="5" * 32, account="a", created_at=paris))
        async with database.begin() as db:
            session = await db.get(Session, "5" * 32)
            assert session is not None
            assert session.created_at == datetime(2026, 11, 22, 11, 30, tzinfo=UTC)


async def test_the_audit_is_append_only(place: Place) -> None:
    async with place.open() as database:
        async with database.begin() as db:
            audit.record_by(db, audit.OPERATOR, "deleted", "5" * 32)
        for spoil in (_change, _delete, _change_all, _delete_all):
            with pytest.raises(DBAPIError, match="append-only"):
                async with database.begin() as db:
                    await spoil(db, (await db.scalars(select(AuditEntry))).one())
        async with database.begin() as db:
            [entry] = await db.scalars(select(AuditEntry))
            assert entry.action == "deleted"


async def _change(_: AsyncSession, entry: AuditEntry) -> None:
    entry.action = "something else"


async def _delete(db: AsyncSession, entry: AuditEntry) -> None:
    await db.delete(entry)


async def _change_all(db: AsyncSession, _: AuditEntry) -> None:
    await db.execute(update(AuditEntry).values(action="something else"))


async def _delete_all(db: AsyncSession, _: AuditEntry) -> None:
    await db.execute(delete(AuditEntry))


async def test_the_migrations_can_be_undone_and_done_again_on_a_filled_database(
    place: Place,
) -> None:
    async with place.open() as database, database.begin() as db:
        db.add(Session(account="a", seats=[Seat(role=Role.PATIENT)]))
        audit.record_by(db, audit.OPERATOR, "deleted", "5" * 32)
    with connected(place) as connection:
        configuration = migrating.configuration(connection)
        command.downgrade(configuration, "0001")
        assert connection.execute(update(AuditEntry).values(action="changed")).rowcount == 1
        command.upgrade(configuration, "head")
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            connection.execute(delete(AuditEntry))
        assert connection.execute(select(AuditEntry.action)).scalars().all() == ["changed"]
        command.downgrade(configuration, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(configuration, "head")
    async with place.open() as database, database.begin() as db:
        assert list(await db.scalars(select(Session))) == []


async def test_sessions_of_before_the_patient_codes_stand_in_the_list_at_their_time(
    place: Place,
) -> None:
    async with place.open():
        pass
    times = {"live_at": 3, "appointment_at": 2, "created_at": 1}
    with connected(place) as connection:
        configuration = migrating.configuration(connection)
        command.downgrade(configuration, "0007")
        for known in range(1, 4):
            columns = list(times)[-known:]
            moments = ", ".join(f"'2026-01-0{times[column]} 12:00:00'" for column in columns)
            connection.exec_driver_sql(
                f"INSERT INTO sessions (id, account, state, sample, run, {', '.join(columns)}) "
                f"VALUES ('{known}', 'a', 'ended', false, 0, {moments})"
            )
        command.upgrade(configuration, "head")
    async with place.open() as database, database.read() as db:
        listed = {
            session.id: session.listed_at.day for session in await db.scalars(select(Session))
        }
    assert listed == {"1": 1, "2": 2, "3": 3}


async def test_codes_of_before_go_to_the_unit_whose_they_plainly_are(place: Place) -> None:
    async with place.open():
        pass
    codes = {
        "1": ("a", "ALONE"),
        "2": ("a", "ALIKE"),
        "3": ("b", "ALIKE"),
        "4": ("a", "NOBODYS"),
        "5": ("a", "OF-TWO"),
    }
    visits = {"1": ["'u'", "NULL"], "2": ["'u'"], "3": ["'u'"], "4": ["NULL"], "5": ["'u'", "'v'"]}
    with connected(place) as connection:
        configuration = migrating.configuration(connection)
        command.downgrade(configuration, "0012")
        for unit in "uv":
            connection.exec_driver_sql(
                "INSERT INTO units (id, title, created_at) "
                f"VALUES ('{unit}', '{unit}', '2026-01-01 12:00:00')"
            )
        for code, (account, text) in codes.items():
            connection.exec_driver_sql(
                "INSERT INTO patient_codes (id, account, text, created_at) "
                f"VALUES ('{code}', '{account}', '{text}', '2026-01-01 12:00:00')"
            )
            for number, unit in enumerate(visits[code]):
                connection.exec_driver_sql(
                    "INSERT INTO sessions (id, account, unit_id, patient_code_id, state, sample, "
                    f"run, created_at) VALUES ('{code}{number}', '{account}', {unit}, '{code}', "
                    "'ended', false, 0, '2026-01-01 12:00:00')"
                )
        command.upgrade(configuration, "head")
        holders = dict(connection.execute(select(PatientCode.id, PatientCode.holder)).all())
        assert holders == {"1": "u", "2": "a", "3": "b", "4": "a", "5": "a"}
        command.downgrade(configuration, "0012")
        back = connection.exec_driver_sql("SELECT id, account FROM patient_codes").all()
        assert dict(back) == {code: account for code, (account, _) in codes.items()}
        command.upgrade(configuration, "head")


async def test_writers_wait_for_each_other(place: Place) -> None:
    async with place.open() as database:
        async with database.begin() as db:
            db.add(Session(id="5" * 32, account="a", seats=[Seat(role=Role.PATIENT)]))

        async def read_then_write() -> None:
            async with database.begin() as db:
                session = await sessions.find(db, "5" * 32)
                before = session.run
                await asyncio.sleep(0.01)
                session.run = before + 1

        await asyncio.gather(*(read_then_write() for _ in range(10)))
        async with database.read() as db:
            assert (await db.get_one(Session, "5" * 32)).run == 10


def test_no_column_could_hold_a_name_or_an_address() -> None:
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    assert not columns & {"name", "email", "address", "ip", "user_agent", "phone", "secret", "code"}


async def test_nothing_secret_is_stored_in_clear(place: Place) -> None:
    async with place.open() as database:
        secret = await new_sign_in_secret(database)
    assert "expires_at" in (kept := everything_in(place.address))
    assert secret not in kept


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777])
async def test_a_data_folder_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(mode)
    with pytest.raises(FolderOpenToOthers, match="chmod 700"):
        async with open_database(data):
            pass
    assert not (data / "epedicare.db").exists()
