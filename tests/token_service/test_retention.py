"""What is kept is erased on the date that its family agreed to."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from kept_sessions import keep_live_run
from service_fixtures import TO_RESEARCH, Patient, Practitioner, RunningService
from sqlalchemy import update
from synthetic import film

from agent.contract import AccountRole
from agent.record.folder import session_folder
from agent.record.session_key import SessionLock
from token_service import operator
from token_service.database import Database, Transaction, utc_now
from token_service.hourly import Hourly
from token_service.leadership import OnlyOne
from token_service.models import Session, WrappedKey
from token_service.retention import Retention

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

UNIT = "Neuropédiatrie"


@pytest.fixture
def administrator(service: RunningService) -> Practitioner:
    return service.somebody(AccountRole.ADMINISTRATOR)


def set_days(administrator: Practitioner, keeping: int, research_use: int) -> None:
    path = "/api/v1/administration/units"
    units = administrator.client.get(path).json()
    (unit,) = [unit for unit in units if unit["title"] == UNIT]
    wanted = {"keeping_days": keeping, "research_use_days": research_use}
    answer = administrator.client.patch(f"{path}/{unit['id']}", json=wanted)
    answer.raise_for_status()
    told = answer.json()
    assert (told["keeping_days"], told["research_use_days"]) == (
        keeping or None,
        research_use or None,
    )


def kept(
    service: RunningService, practitioner: Practitioner, *, research: bool = False
) -> tuple[Patient, Path]:
    patient = service.patient(practitioner.invite(practitioner.create()))
    patient.consent(**(TO_RESEARCH if research else {}))
    patient.knock()
    practitioner.admit(patient.session)
    told, seen = patient.show().json()["measurements"], practitioner.show(patient.session)
    assert told == seen["measurements"], "the family is told what the practitioner is"

    async def lock(db: Transaction) -> str | None:
        return (await db.get_one(Session, patient.session)).lock

    folder = session_folder(service.settings.data, patient.session)
    found = SessionLock.written(patient.session, service.in_database(lock) or "")
    keep_live_run(folder, film(0.5), lock=found)
    practitioner.end(patient.session)
    return patient, folder


def ended_days_ago(service: RunningService, session: str, days: float) -> None:
    async def turn_back(db: Transaction) -> None:
        ended_at = utc_now() - timedelta(days=days)
        await db.execute(update(Session).where(Session.id == session).values(ended_at=ended_at))

    service.in_database(turn_back)


def an_hour_passes(service: RunningService) -> list[str]:
    """Of which sessions something was erased."""
    erased: list[str] = []

    async def pass_by() -> None:
        database = Database(service.settings.database)
        retention = Retention(service.settings.data, erased.append)
        try:
            await Hourly(database, OnlyOne(), (retention.erase_what_is_due,)).do_all()
        finally:
            await database.close()

    asyncio.run(pass_by())
    return erased


def test_each_purpose_has_its_days_and_the_family_is_told_them(
    service: RunningService, administrator: Practitioner
) -> None:
    practitioner = service.somebody(AccountRole.PRACTITIONER, unit=UNIT)
    set_days(administrator, 90, 3650)
    patient, folder = kept(service, practitioner)
    studied, folder_of_study = kept(service, practitioner, research=True)
    told = practitioner.show(patient.session)["measurements"]
    assert (told["keeping_days"], told["research_use_days"]) == (90, 3650)

    for each in (patient, studied):
        ended_days_ago(service, each.session, 89.5)
    an_hour_passes(service)
    assert folder.exists() and folder_of_study.exists()

    for each in (patient, studied):
        ended_days_ago(service, each.session, 90.5)
    assert an_hour_passes(service) == [patient.session]
    assert an_hour_passes(service) == []
    assert not folder.exists()
    assert folder_of_study.exists(), "the family agreed to research"
    assert "retention_ended" in service.done(patient.session)
    assert "retention_ended" not in service.done(studied.session)

    async def key(db: Transaction) -> WrappedKey | None:
        return await db.get(WrappedKey, patient.session)

    assert service.in_database(key) is None
    withdraw = f"/api/v1/sessions/{studied.session}/research-use/withdraw"
    studied.client.post(withdraw, json={}).raise_for_status()
    an_hour_passes(service)
    assert not folder_of_study.exists()


def test_a_unit_that_changes_its_mind_changes_nothing_that_was_agreed_to(
    service: RunningService, administrator: Practitioner
) -> None:
    practitioner = service.somebody(AccountRole.PRACTITIONER, unit=UNIT)
    set_days(administrator, 0, 0)
    patient, folder = kept(service, practitioner)
    set_days(administrator, 1, 1)
    ended_days_ago(service, patient.session, 4000)
    an_hour_passes(service)
    assert folder.exists()
    assert practitioner.show(patient.session)["measurements"]["kept_until"] is None


def test_a_session_that_is_held_stays_until_it_is_let_go(
    service: RunningService, administrator: Practitioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    practitioner = service.somebody(AccountRole.PRACTITIONER, unit=UNIT)
    set_days(administrator, 30, 0)
    patient, folder = kept(service, practitioner)
    ended_days_ago(service, patient.session, 31)
    if (url := service.settings.database_url) is not None:
        monkeypatch.setenv("EPEDICARE_DATABASE_URL", url.get_secret_value())
    asyncio.run(operator.hold(service.settings.data, patient.session, held=True))
    an_hour_passes(service)
    assert folder.exists()
    asyncio.run(operator.hold(service.settings.data, patient.session, held=False))
    an_hour_passes(service)
    assert not folder.exists()
    assert [a for a in service.done(patient.session) if a in ("held", "let_go")] == [
        "held",
        "let_go",
    ]


@pytest.mark.parametrize("days", [-1, 40_000, 1.5, "90"])
def test_days_are_a_number_of_days(administrator: Practitioner, days: object) -> None:
    path = "/api/v1/administration/units/unknown"
    answer = administrator.client.patch(path, json={"keeping_days": days})
    assert answer.status_code == 422
