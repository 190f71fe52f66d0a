import pytest
from service_fixtures import Patient, Practitioner, RunningService

from agent.contract import AccountRole
from agent.record.folder import make_private_folder, new_run_file

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

UNIT = "Child psychiatry"


@pytest.fixture
def practitioner(service: RunningService) -> Practitioner:
    return service.somebody(AccountRole.PRACTITIONER, unit=UNIT)


@pytest.fixture
def family(service: RunningService, practitioner: Practitioner) -> Patient:
    """Of a session that is under way, and of which something is kept."""
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    patient.consent()
    patient.knock()
    practitioner.admit(session)
    folder = service.settings.data / "sessions" / session
    make_private_folder(folder)
    new_run_file(folder).write_bytes(b"measurements of a child")
    return patient


def listed(researcher: Practitioner) -> list[str]:
    answer = researcher.client.get("/api/v1/research/sessions").raise_for_status()
    return [session["id"] for session in answer.json()["sessions"]]


def replays(researcher: Practitioner, session: str) -> str:
    path = f"/api/v1/sessions/{session}/replay/manifest"
    return str(researcher.client.get(path).json()["type"]).removeprefix("/problems/")


def test_a_researcher_reads_nothing_until_the_call_is_over_and_after_a_withdrawal(
    service: RunningService, practitioner: Practitioner, family: Patient
) -> None:
    researcher = service.somebody(AccountRole.RESEARCHER, unit=UNIT)
    session = family.session
    assert session not in listed(researcher)
    assert replays(researcher, session) == "unknown-session"
    practitioner.end(session)
    assert session in listed(researcher)
    assert replays(researcher, session) == "unreadable", "they came as far as the file"
    assert researcher.client.get(f"/api/v1/sessions/{session}").status_code == 403
    assert family.post("measurements/erase").status_code == 204
    assert session not in listed(researcher)
    assert replays(researcher, session) == "unknown-session"


@pytest.mark.parametrize("answers", [{"keeping": False}, {"live_analysis": False}])
def test_without_an_agreement_to_keeping_there_is_nothing(
    service: RunningService,
    practitioner: Practitioner,
    family: Patient,
    answers: dict[str, bool],
) -> None:
    family.consent(**answers)
    practitioner.end(family.session)
    assert family.session not in listed(service.somebody(AccountRole.RESEARCHER, unit=UNIT))


def test_other_units_are_not_theirs(
    service: RunningService, practitioner: Practitioner, family: Patient
) -> None:
    practitioner.end(family.session)
    other = service.somebody(AccountRole.RESEARCHER, unit="Neuropaediatrics")
    assert (listed(other), replays(other, family.session)) == ([], "unknown-session")
    assert listed(service.somebody(AccountRole.RESEARCHER)) == []
