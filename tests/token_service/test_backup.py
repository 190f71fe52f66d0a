"""A backup is made while the service runs, and a service on what was restored serves it all."""

import asyncio
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from database_fixtures import NewDatabase
from kept_sessions import keep_live_run
from postgresql_fixtures import PostgreSql
from pydantic import SecretStr
from service_fixtures import RunningService, admitted, environment_of
from sqlalchemy import select
from synthetic import film

from agent.dev_stack.ports import free_port
from agent.errors import CannotRestore
from agent.record.folder import session_folder
from agent.record.session_key import SessionKey
from token_service.database import Transaction
from token_service.models import AuditEntry, Consent, Login
from token_service.operator_audit import verified
from token_service.operator_backup import back_up, restore
from token_service.service import Service
from token_service.settings import ServiceSettings

pytestmark = pytest.mark.unit

EPEDICARE = Path(sys.executable).with_name("epedicare")


class Kept(io.BytesIO):
    """What is written stays after it is closed."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def ended(service: RunningService) -> str:
    """A session that is over, with measurements kept."""
    practitioner, patient = admitted(service)
    key = service.in_database(lambda db: _key(service.running, db, patient.session))
    folder = session_folder(service.settings.data, patient.session)
    keep_live_run(folder, film(2), lock=key.lock)
    practitioner.end(patient.session)
    return patient.session


async def _key(service: Service, db: Transaction, session: str) -> SessionKey | None:
    return await service.keys.of(db, session)


@pytest.fixture(scope="module")
def backup(service: RunningService, ended: str) -> bytes:
    into = Kept()
    with told(service.settings):
        assert asyncio.run(back_up(service.settings.data, into)) == 1
    return into.getvalue()


@contextmanager
def told(settings: ServiceSettings) -> Iterator[None]:
    """As the command's environment would say it."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in environment_of(settings).items():
            environment.setenv(name, value)
        yield


def restored(folder: Path, content: bytes) -> int:
    return asyncio.run(restore(folder, io.BytesIO(content)))


def elsewhere(
    service: RunningService, folder: Path, database_url: str | None = None
) -> ServiceSettings:
    """A system that is still empty, and has the clinic's key."""
    changes = {
        "data": folder / "data",
        "port": free_port(),
        "clinic_keys": SecretStr((service.settings.data / "clinic.keys").read_text()),
        "database_url": None if database_url is None else SecretStr(database_url),
    }
    return service.settings.model_copy(update=changes)


async def rows(db: Transaction) -> list[object]:
    audited = await db.scalars(select(AuditEntry).order_by(AuditEntry.id))
    agreed = await db.scalars(select(Consent).order_by(Consent.id))
    return [
        [(entry.id, entry.at, entry.action, entry.session_id) for entry in audited],
        [(one.id, one.purpose, one.granted, one.given_at, one.text_sha256) for one in agreed],
    ]


@pytest.mark.both_databases
def test_a_restored_system_serves_old_sessions(
    service: RunningService,
    ended: str,
    backup: bytes,
    tmp_path: Path,
    empty_database: NewDatabase,
) -> None:
    before = service.in_database(rows)
    settings = elsewhere(service, tmp_path, empty_database())
    with told(settings):
        assert restored(settings.data, backup) == 1
        verdict, is_whole = asyncio.run(verified(settings.data, None))
    assert is_whole, verdict
    run = Path("sessions", ended, "run-000.mcap")
    assert (settings.data / run).read_bytes() == (service.settings.data / run).read_bytes()
    assert (settings.data / run).stat().st_mode & 0o077 == 0
    with RunningService(settings) as again:
        audited, agreed = again.in_database(rows)
        count = len(before[0])
        assert (audited[:count], agreed) == (before[0], before[1])
        assert [action for _, _, action, _ in audited[count:]] == ["restored"]
        practitioner = again.practitioner()
        shown = practitioner.show(ended)
        assert shown["state"] == "ended"
        replay = f"/api/v1/sessions/{ended}/replay/messages?topic=frame"
        assert len(practitioner.client.get(replay).raise_for_status().content) > 1000
        _, another = admitted(again)  # new rows follow the old ones
        assert another.session != ended


@pytest.mark.both_databases
def test_a_clinic_may_move_from_its_own_database_to_postgresql_and_back(
    service: RunningService,
    ended: str,
    backup: bytes,
    tmp_path: Path,
    postgresql: PostgreSql,
) -> None:
    before = service.in_database(rows)
    moves_to = None if service.settings.database_url else postgresql.new_empty_database()
    settings = elsewhere(service, tmp_path, moves_to)
    with told(settings):
        restored(settings.data, backup)
    with RunningService(settings) as again:
        audited, agreed = again.in_database(rows)
        assert (audited[: len(before[0])], agreed) == (before[0], before[1])
        assert again.practitioner().show(ended)["state"] == "ended"


def test_nobody_is_signed_in_by_a_restoration(
    service: RunningService, backup: bytes, tmp_path: Path
) -> None:
    async def logins(db: Transaction) -> int:
        return len(list(await db.scalars(select(Login))))

    assert service.in_database(logins) > 0
    settings = elsewhere(service, tmp_path)
    restored(settings.data, backup)
    with RunningService(settings) as again:
        assert again.in_database(logins) == 0


def test_nothing_is_written_over(
    service: RunningService, ended: str, backup: bytes, tmp_path: Path
) -> None:
    with pytest.raises(CannotRestore, match="sessions are kept in"):
        restored(service.settings.data, backup)
    restored(tmp_path / "data", backup)
    (tmp_path / "data" / "sessions" / ended).rename(tmp_path / "elsewhere")
    with pytest.raises(CannotRestore, match="database is in use"):
        restored(tmp_path / "data", backup)


def rewritten(backup: bytes, change: Callable[[tarfile.TarInfo, bytes], bytes | None]) -> bytes:
    """Each member as `change` makes it; None leaves it out."""
    made, given = io.BytesIO(), io.BytesIO(backup)
    with tarfile.open(fileobj=given) as old, tarfile.open(fileobj=made, mode="w") as new:
        for entry in old:
            source = old.extractfile(entry)
            assert source is not None
            content = change(entry, source.read())
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def flipped(entry: tarfile.TarInfo, content: bytes) -> bytes:
    if not entry.name.endswith(".mcap"):
        return content
    return content[:-40] + bytes([content[-40] ^ 1]) + content[-39:]


def escaping(entry: tarfile.TarInfo, content: bytes) -> bytes:
    if entry.name.endswith(".mcap"):
        entry.name = "sessions/" + "0" * 32 + "/../../../escaped"
    return content


def linking(entry: tarfile.TarInfo, content: bytes) -> bytes:
    if entry.name.endswith(".mcap"):
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return content


def of_the_future(entry: tarfile.TarInfo, content: bytes) -> bytes:
    if entry.name != "manifest.json":
        return content
    return json.dumps(json.loads(content) | {"revision": "9999"}).encode()


def without(name: str) -> Callable[[tarfile.TarInfo, bytes], bytes | None]:
    return lambda entry, content: None if entry.name == name else content


@pytest.mark.parametrize(
    "change",
    [flipped, escaping, linking, of_the_future, without("SHA256SUMS"), without("manifest.json")],
)
def test_a_backup_that_is_not_as_it_was_made_changes_nothing(
    backup: bytes, tmp_path: Path, change: Callable[[tarfile.TarInfo, bytes], bytes | None]
) -> None:
    data = tmp_path / "data"
    with pytest.raises(CannotRestore, match="the backup is damaged"):
        restored(data, rewritten(backup, change))
    assert list(data.iterdir()) == []
    assert not list(tmp_path.rglob("escaped"))


def test_a_backup_that_was_cut_off_changes_nothing(backup: bytes, tmp_path: Path) -> None:
    for length in (0, 100, 1000, len(backup) // 2, len(backup) - 11_000):
        with pytest.raises(CannotRestore, match="the backup is damaged"):
            restored(tmp_path / "data", backup[:length])
    assert list((tmp_path / "data").iterdir()) == []


def test_the_commands(service: RunningService, ended: str, tmp_path: Path) -> None:
    """To a new file that nobody else may read, or through pipes."""
    archive, data = tmp_path / "clinic.tar", tmp_path / "data"
    admin = [str(EPEDICARE), "admin"]
    backing_up = [*admin, "backup", str(archive), "--data", str(service.settings.data)]
    made = subprocess.run(backing_up, capture_output=True, text=True)
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    assert archive.stat().st_mode & 0o077 == 0
    again = subprocess.run(backing_up, capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (2, f"error: {archive}: File exists\n")
    with archive.open("rb") as piped:
        back = [*admin, "restore", "-", "--data", str(data)]
        subprocess.run(back, stdin=piped, check=True, capture_output=True)
    assert session_folder(data, ended).is_dir()
