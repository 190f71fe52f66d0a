"""Keys of sessions: made when keeping is allowed, destroyed by an erasure, wrapped anew by a newer
key of the clinic; and what that does to what is kept."""

import asyncio
import secrets
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from kept_sessions import keep_live_run
from pydantic import SecretStr
from service_fixtures import (
    CONSENT,
    Patient,
    Practitioner,
    RunningService,
    admitted,
    environment_of,
    key_of,
    keys_of,
)
from sqlalchemy import select
from synthetic import film

from agent.dev_stack.ports import free_port
from agent.errors import BadConfiguration, KeyUnusable
from agent.record.folder import session_folder
from agent.record.opening import sealed_session
from agent.record.run import read_runs
from agent.record.session_json import read_session_json
from agent.record.session_key import SessionKey, SessionLock
from token_service.clinic_keys import GivenKeys, add_key, clinic_keys, new_key
from token_service.database import Transaction
from token_service.models import Session, WrappedKey
from token_service.session_keys import SessionKeys
from token_service.settings import ServiceSettings

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

EPEDICARE = Path(sys.executable).with_name("epedicare")


def lock_of(service: RunningService, session: str) -> SessionLock | None:
    """As the agent is told it."""

    async def read(db: Transaction) -> str | None:
        return (await db.get_one(Session, session)).lock

    text = service.in_database(read)
    return None if text is None else SessionLock.written(session, text)


def wrapped_of(service: RunningService, session: str) -> str | None:
    async def read(db: Transaction) -> str | None:
        rows = select(WrappedKey.wrapped).where(WrappedKey.session_id == session)
        return await db.scalar(rows)

    found: str | None = service.in_database(read)
    return found


def kept(service: RunningService, *, ended: bool = True) -> tuple[Practitioner, Patient, Path]:
    """With two seconds of measurements, sealed as the agent seals them."""
    practitioner, patient = admitted(service)
    folder = session_folder(service.settings.data, patient.session)
    keep_live_run(folder, film(2), lock=lock_of(service, patient.session))
    if ended:
        practitioner.end(patient.session)
    return practitioner, patient, folder


def refuse_and_erase(patient: Patient) -> None:
    path = f"/api/v1/sessions/{patient.session}/analysis"
    patient.client.put(path, json={"consent": {**CONSENT, "keeping": False}, "erase": True})


def replayed(practitioner: Practitioner, session: str) -> int:
    answer = practitioner.client.get(f"/api/v1/sessions/{session}/replay/manifest")
    return answer.status_code


def remains(data: Path, word: bytes) -> list[str]:
    """By another process: whoever closes a file of SQLite's takes its locks away."""
    script = (
        "import sys, pathlib; "
        "[print(p) for p in pathlib.Path(sys.argv[1]).rglob('*') "
        "if p.is_file() and bytes.fromhex(sys.argv[2]) in p.read_bytes()]"
    )
    command = [sys.executable, "-c", script, str(data), word.hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_key_is_made_when_keeping_is_allowed_and_stays_while_it_is(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    patient = service.patient(practitioner.invite(practitioner.create()))
    patient.consent(keeping=False)
    assert lock_of(service, patient.session) is None
    patient.consent()
    lock = lock_of(service, patient.session)
    assert lock is not None
    patient.consent(keeping=False)
    patient.consent()
    assert lock_of(service, patient.session) == lock
    key = key_of(service, patient.session)
    assert key is not None and key.lock == lock


def test_what_is_sealed_is_replayed_exported_and_says_whose_visit_it_was(
    service: RunningService,
) -> None:
    practitioner, patient, folder = kept(service, ended=False)
    practitioner.client.patch(
        f"/api/v1/sessions/{patient.session}", json={"visit_number": 3}
    ).raise_for_status()
    practitioner.end(patient.session)
    assert sealed_session(folder) == patient.session
    assert replayed(practitioner, patient.session) == 200
    path = f"/api/v1/sessions/{patient.session}"
    frames = practitioner.client.get(f"{path}/replay/messages?topic=frame&from_ms=0&to_ms=900")
    assert frames.status_code == 200 and frames.content
    tables = practitioner.client.get(f"{path}/export?to=csv", timeout=60)
    assert tables.status_code == 200 and tables.content.startswith(b"PK")
    assert read_session_json(folder) == {}
    assert read_session_json(folder, key_of(service, patient.session))["visit_number"] == 3


@pytest.mark.parametrize("how", ["by the family", "with the refusal", "deleted"])
def test_an_erasure_destroys_the_key_and_no_copy_can_be_read(
    service: RunningService, tmp_path: Path, how: str
) -> None:
    practitioner, patient, folder = kept(service, ended=how != "with the refusal")
    key, wrapped = key_of(service, patient.session), wrapped_of(service, patient.session)
    assert key is not None and wrapped is not None
    assert remains(service.settings.data, (folder / "run-000.mcap").read_bytes()[200:300])
    copy = tmp_path / patient.session
    subprocess.run(["cp", "-r", folder, copy], check=True)
    assert replayed(practitioner, patient.session) == (200 if how != "with the refusal" else 409)
    if how == "by the family":
        patient.client.post(
            f"/api/v1/sessions/{patient.session}/measurements/erase", json={}
        ).raise_for_status()
    elif how == "with the refusal":
        refuse_and_erase(patient)
        practitioner.end(patient.session)
    else:
        practitioner.client.request(
            "DELETE", f"/api/v1/sessions/{patient.session}", json={}
        ).raise_for_status()
    assert not folder.exists()
    assert wrapped_of(service, patient.session) is None
    assert replayed(practitioner, patient.session) == 404
    data = service.settings.data
    assert remains(data, wrapped.encode()) == []
    assert remains(data, key.private) == []
    for path in (copy / "run-000.mcap", copy / "session.json"):
        assert remains(data, path.read_bytes()[200:300]) == []
    read_runs(copy, key)  # with the key, which nobody has any more
    with told(service.settings):
        done = epedicare("unseal", copy, "--out", tmp_path / "clear")
    assert done.returncode == 2
    assert "the session's key is not here: it was destroyed" in done.stderr


def test_after_an_erasure_another_key_seals(service: RunningService) -> None:
    _, patient, _ = kept(service, ended=False)
    before = lock_of(service, patient.session)
    refuse_and_erase(patient)
    assert lock_of(service, patient.session) is None
    patient.consent()
    assert lock_of(service, patient.session) not in (None, before)


def test_a_change_of_the_clinics_key_rewraps_and_leaves_what_is_sealed(
    service: RunningService, tmp_path: Path
) -> None:
    practitioner, patient, folder = kept(service)
    was = {path.name: path.read_bytes() for path in folder.iterdir()}
    old = clinic_keys(None, service.settings.data, may_make=False)
    (tmp_path / "clinic.keys").write_text((service.settings.data / "clinic.keys").read_text())
    add_key(tmp_path)
    both = GivenKeys.parsed((tmp_path / "clinic.keys").read_text())
    assert both.keys[1:] == old.keys
    new = GivenKeys(both.keys[:1])

    def key_by(given: GivenKeys) -> SessionKey | None:
        found: SessionKey | None = service.in_database(
            lambda db: SessionKeys(given).of(db, patient.session)
        )
        return found

    key = key_by(old)
    assert key_by(both) == key
    with pytest.raises(KeyUnusable, match=f"the clinic's key {old.current}"):
        key_by(new)
    try:
        service.in_database(SessionKeys(both).rewrap_older)
        assert key_by(new) == key
        with pytest.raises(KeyUnusable):
            key_by(old)
        assert replayed(practitioner, patient.session) == 503  # this service has the old one
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == was
    finally:
        service.in_database(SessionKeys(GivenKeys((*old.keys, *new.keys))).rewrap)
    assert replayed(practitioner, patient.session) == 200


def test_a_service_with_another_key_of_the_clinic_says_so_and_its_calls_still_end(
    service: RunningService,
) -> None:
    _, patient, _ = kept(service)
    other = service.settings.model_copy(
        update={"clinic_keys": SecretStr(new_key()), "port": free_port()}
    )
    with RunningService(other) as theirs:
        practitioner = theirs.practitioner()
        assert replayed(practitioner, patient.session) in (403, 404, 503)
        done = theirs.in_database(
            lambda db: _described(keys_of(other), db, theirs.settings.data, patient.session)
        )
    assert done is None


async def _described(keys: SessionKeys, db: Transaction, data: Path, session: str) -> None:
    await keys.describe(db, data, await db.get_one(Session, session))


def test_a_wrapped_key_is_of_its_session_alone() -> None:
    keys = GivenKeys((secrets.token_bytes(32),))

    async def swapped() -> None:
        wrapped = await keys.wrap(b"k" * 32, "a" * 32)
        assert await keys.unwrap(wrapped, keys.current, "a" * 32) == b"k" * 32
        await keys.unwrap(wrapped, keys.current, "b" * 32)

    with pytest.raises(KeyUnusable, match="was changed in the database"):
        asyncio.run(swapped())


@pytest.mark.parametrize("text", ["", "short", "g" * 64, "0" * 63, f"{'0' * 64} x"])
def test_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        GivenKeys.parsed(text)
    assert not text or text not in str(refused.value)


def test_commands_open_it_and_say_so_in_the_audit(service: RunningService, tmp_path: Path) -> None:
    _, patient, folder = kept(service)
    with told(service.settings):
        refused = epedicare("export", patient.session, "--to", "csv")
        assert refused.returncode == 2
        assert "name a folder with --output" in refused.stderr
        assert not list(folder.glob("*.csv"))
        done = epedicare("export", patient.session, "--to", "csv", "-o", tmp_path / "tables")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "tables" / "frames.csv").stat().st_size > 0
        done = epedicare("recover", patient.session)
        assert "whole; left as it is" in done.stdout
        done = epedicare("unseal", patient.session, "--out", tmp_path / "clear")
        assert done.returncode == 0, done.stderr
        assert read_runs(tmp_path / "clear")[0].log.path.read_bytes().startswith(b"\x89MCAP0")
        assert epedicare("methods", patient.session).returncode == 0
    assert {"exported_csv", "recovered", "unsealed", "read"} <= {
        entry.action for entry in service.audit(patient.session)
    }
    with told(service.settings, EPEDICARE_CLINIC_KEYS=new_key()):
        done = epedicare("methods", patient.session)
    assert done.returncode == 2
    assert done.stderr.startswith("error: the clinic's key ")
    assert done.stderr.count("\n") == 1


def epedicare(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(EPEDICARE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@contextmanager
def told(settings: ServiceSettings, **also: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (environment_of(settings) | also).items():
            environment.setenv(name, value)
        yield


def test_services_that_start_at_once_in_one_folder_make_one_key(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / str(number)
        with ThreadPoolExecutor(8) as services:
            made = set(
                services.map(lambda data: clinic_keys(None, data, may_make=True), [folder] * 8)
            )
        assert len(made) == 1
