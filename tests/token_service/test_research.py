import asyncio

import pytest
from kept_sessions import keep_live_run
from participants import eventually
from service_fixtures import TO_RESEARCH, Patient, Practitioner, RunningService
from synthetic import Child, film

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
    patient.consent(**TO_RESEARCH)
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


@pytest.mark.parametrize("by_the_family", [True, False])
def test_research_ends_when_it_is_taken_back_and_what_is_kept_stays(
    service: RunningService, practitioner: Practitioner, family: Patient, by_the_family: bool
) -> None:
    """After the call: by the family itself, or by the practitioner whom they have told."""
    researcher = service.somebody(AccountRole.RESEARCHER, unit=UNIT)
    session = family.session
    practitioner.end(session)
    assert session in listed(researcher)
    path = f"/api/v1/sessions/{session}/research-use/withdraw"
    assert researcher.client.post(path, json={}).status_code == 403
    client = family.client if by_the_family else practitioner.client
    for _ in range(2):  # once more changes nothing
        assert client.post(path, json={}).status_code == 204
    assert session not in listed(researcher)
    assert replays(researcher, session) == "unknown-session"
    export = researcher.client.get(f"/api/v1/sessions/{session}/export?to=csv")
    assert export.status_code == 404
    shown = practitioner.show(session)
    assert shown["patient"]["consent"]["research_use"] == "withdrawn"
    assert shown["patient"]["consent"]["keeping"] == "agreed"
    assert shown["measurements"]["kept"] is True
    taken_back = [e for e in service.audit(session) if e.action == "research_use.withdrawn"]
    assert [entry.role for entry in taken_back] == ["patient" if by_the_family else "practitioner"]


async def test_what_is_being_exported_is_not_given_out_after_a_withdrawal(
    service: RunningService, practitioner: Practitioner, family: Patient
) -> None:
    """An export is a process of its own, and takes a while."""
    researcher = service.somebody(AccountRole.RESEARCHER, unit=UNIT)
    session = family.session
    keep_live_run(service.settings.data / "sessions" / session, film(5))
    practitioner.end(session)
    path = f"/api/v1/sessions/{session}/export?to=csv"
    exporting = asyncio.create_task(asyncio.to_thread(researcher.client.get, path))
    await eventually(lambda: "exported_csv" in service.done(session), 10, "that it has begun")
    assert family.post("research-use/withdraw").status_code == 204
    assert (await exporting).json()["type"] == "/problems/unknown-session"


@pytest.mark.parametrize(
    "answers",
    [
        {"keeping": False},
        {"live_analysis": False},
        {"research_use": False},
        {"text_version": "2026-12.2", "research_use": False},  # which asked nothing of research
    ],
)
def test_without_an_agreement_to_each_purpose_there_is_nothing(
    service: RunningService,
    practitioner: Practitioner,
    family: Patient,
    answers: dict[str, bool],
) -> None:
    family.post("research-use/withdraw")
    family.consent(**{**TO_RESEARCH, **answers})
    practitioner.end(family.session)
    assert family.session not in listed(service.somebody(AccountRole.RESEARCHER, unit=UNIT))


def test_other_units_are_not_theirs(
    service: RunningService, practitioner: Practitioner, family: Patient
) -> None:
    practitioner.end(family.session)
    other = service.somebody(AccountRole.RESEARCHER, unit="Neuropaediatrics")
    assert (listed(other), replays(other, family.session)) == ([], "unknown-session")
    assert listed(service.somebody(AccountRole.RESEARCHER)) == []


@pytest.mark.parametrize("whole", [True, False])
def test_how_long_was_measured_is_told_where_the_log_tells(
    service: RunningService, practitioner: Practitioner, family: Patient, whole: bool
) -> None:
    folder = service.settings.data / "sessions" / family.session
    for unreadable in folder.glob("run-*.mcap"):
        unreadable.unlink()
    kept = keep_live_run(folder, film(4, lambda t: Child()))
    if not whole:
        kept.write_bytes(kept.read_bytes()[:-100])
    practitioner.end(family.session)
    researcher = service.somebody(AccountRole.RESEARCHER, unit=UNIT)
    found: dict[str, int | None] = {}
    path = "/api/v1/research/sessions"
    while path:  # other tests' sessions are there, too
        page = researcher.client.get(path).raise_for_status().json()
        found |= {one["id"]: one["measured_s"] for one in page["sessions"]}
        path = page["next"] and f"/api/v1/research/sessions?after={page['next']}"
    assert found[family.session] == (3 if whole else None)
