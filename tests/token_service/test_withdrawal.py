"""What a family sees of its answers, takes back, and has erased."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from service_fixtures import CONSENT, Patient, Practitioner, RunningService, admitted

from agent.record.folder import make_private_folder, new_run_file
from token_service.database import Transaction
from token_service.erasing import Erasing
from token_service.kept import ERASED_AGAIN_FOR

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


@pytest.fixture
def seated(service: RunningService) -> tuple[Practitioner, Patient]:
    practitioner = service.practitioner()
    return practitioner, service.patient(practitioner.invite(practitioner.create()))


def keep_something(service: RunningService, session: str) -> Path:
    folder = service.settings.data / "sessions" / session
    make_private_folder(folder)
    new_run_file(folder).write_bytes(b"measurements of a child")
    return folder


LOOKS = ("read", "refused")


def changes(service: RunningService, session: str) -> list[str]:
    """What is only looked at is written down a moment later."""
    return [entry.action for entry in service.audit(session) if entry.action not in LOOKS]


def answered(practitioner: Practitioner, session: str) -> tuple[str, str]:
    consent = practitioner.show(session)["patient"]["consent"]
    return consent["live_analysis"], consent["keeping"]


def test_who_never_agreed_has_refused_and_who_agreed_has_withdrawn(
    seated: tuple[Practitioner, Patient],
) -> None:
    practitioner, patient = seated
    assert answered(practitioner, patient.session) == ("unanswered", "unanswered")
    for _ in range(2):
        patient.consent(live_analysis=False, keeping=False)
        assert answered(practitioner, patient.session) == ("refused", "refused")
    patient.consent()
    assert answered(practitioner, patient.session) == ("agreed", "agreed")
    assert practitioner.show(patient.session)["patient"]["consent"]["child_assent"] is True
    for _ in range(2):
        patient.consent(live_analysis=False, keeping=False)
        assert answered(practitioner, patient.session) == ("withdrawn", "withdrawn")


def test_another_device_has_answered_nothing_yet(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = seated
    patient.consent(live_analysis=False, keeping=False)
    service.patient(practitioner.invite(patient.session))
    assert answered(practitioner, patient.session) == ("unanswered", "unanswered")


def test_withdrawing_keeps_or_erases_what_was_kept_until_then(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = seated
    patient.consent()
    folder = keep_something(service, patient.session)
    assert practitioner.show(patient.session)["measurements"] == {
        "being_kept": False,
        "kept": True,
        "keeping_days": None,
        "research_use_days": None,
        "kept_until": None,
    }
    patient.consent(keeping=False).raise_for_status()
    assert folder.is_dir(), "stopping is not erasing"
    erase = {"consent": {**CONSENT, "keeping": False}, "erase": True}
    path = f"/api/v1/sessions/{patient.session}/analysis"
    assert patient.client.put(path, json=erase).status_code == 200
    assert not folder.exists()
    assert practitioner.show(patient.session)["measurements"]["kept"] is False
    assert changes(service, patient.session)[-1] == "measurements_erased"


def test_erasing_needs_a_refusal(seated: tuple[Practitioner, Patient]) -> None:
    _, patient = seated
    path = f"/api/v1/sessions/{patient.session}/analysis"
    for change in ({"consent": CONSENT, "erase": True}, {"paused": True, "erase": True}):
        assert patient.client.put(path, json=change).status_code == 422


def test_the_family_erases_after_the_call_and_nobody_else(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    folder = keep_something(service, patient.session)
    practitioner.end(patient.session)
    path = f"/api/v1/sessions/{patient.session}/measurements/erase"
    assert practitioner.client.post(path, json={}).status_code == 403
    assert service.client().post(path, json={}).status_code == 401
    assert patient.post("measurements/erase").status_code == 204
    assert not folder.exists()
    assert answered(practitioner, patient.session) == ("agreed", "withdrawn")
    assert changes(service, patient.session)[-2:] == ["keeping.withdrawn", "measurements_erased"]


@pytest.mark.livekit
def test_a_log_that_is_closed_after_it_was_erased_goes_too(
    live_service: RunningService,
) -> None:
    _, patient = admitted(live_service)
    keep_something(live_service, patient.session)
    assert patient.post("measurements/erase").status_code == 204
    assert goes_within(5, keep_something(live_service, patient.session))


@pytest.mark.livekit
def test_a_log_that_is_closed_after_its_session_was_deleted_goes_too(
    live_service: RunningService,
) -> None:
    practitioner, patient = admitted(live_service)
    keep_something(live_service, patient.session)
    practitioner.end(patient.session)
    path = f"/api/v1/sessions/{patient.session}"
    practitioner.client.request("DELETE", path, json={}).raise_for_status()
    assert goes_within(10, keep_something(live_service, patient.session))


def goes_within(seconds: float, folder: Path) -> bool:
    deadline = time.monotonic() + seconds
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    return not folder.exists()


def test_a_clock_that_leaps_an_hour_does_not_end_the_watch(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, patient = admitted(service)
    assert patient.post("measurements/erase").status_code == 204
    passed_s = [0.0]
    erasing = Erasing(lambda: passed_s[0])

    def watched() -> bool:
        async def ask(db: Transaction) -> set[str]:
            return await erasing.sessions(db)

        return patient.session in service.in_database(ask)

    assert watched()
    ahead = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr("token_service.erasing.utc_now", lambda: ahead)
    passed_s[0] = ERASED_AGAIN_FOR.total_seconds() - 1
    assert watched()
    passed_s[0] += 2
    assert not watched()


def test_what_is_kept_again_is_not_erased(service: RunningService) -> None:
    _, patient = admitted(service)
    assert patient.post("measurements/erase").status_code == 204
    erasing = Erasing()

    async def ask(db: Transaction) -> set[str]:
        return await erasing.sessions(db)

    assert patient.session in service.in_database(ask)
    patient.consent()
    assert patient.session not in service.in_database(ask)
