from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from service_fixtures import Practitioner, RunningService, environment_of, events
from typer.testing import CliRunner

from agent.commands.cli import app
from agent.contract import AccountRole

pytestmark = pytest.mark.unit

PEOPLE = "/api/v1/administration/accounts"
UNITS = "/api/v1/administration/units"


def code(person: Practitioner) -> str:
    return str(person.client.get("/api/v1/me").raise_for_status().json()["code"])


def roles(person: Practitioner) -> list[str]:
    return list(person.client.get("/api/v1/me").raise_for_status().json()["roles"])


@pytest.fixture
def administrator(service: RunningService) -> Practitioner:
    return service.somebody(AccountRole.ADMINISTRATOR)


def command(service: RunningService, *words: str) -> str:
    told = CliRunner(env=environment_of(service.settings)).invoke(app, ["admin", *words])
    assert told.exit_code == 0, told.output or told.exception
    return told.output.strip()


def test_an_administrator_gives_roles_and_takes_them(
    service: RunningService, administrator: Practitioner
) -> None:
    person = service.somebody()
    assert person.client.post("/api/v1/sessions", json={}).json()["type"] == "/problems/no-role"
    path = f"{PEOPLE}/{code(person)}"
    given = administrator.client.patch(path, json={"roles": ["practitioner"], "label": "a"})
    assert (given.json()["roles_given"], given.json()["label"]) == (["practitioner"], "a")
    assert roles(person) == ["practitioner"]
    session = person.create()
    with events(person.client, session) as shown:
        next(shown)
        administrator.client.patch(path, json={"roles": []}).raise_for_status()
        assert list(shown) == [], "whoever loses a role is signed out"
    assert person.client.get("/api/v1/me").status_code == 401


def test_whoever_is_barred_has_no_role(
    service: RunningService, administrator: Practitioner
) -> None:
    person = service.somebody(AccountRole.PRACTITIONER)
    path = f"{PEOPLE}/{code(person)}"
    administrator.client.patch(path, json={"barred": True}).raise_for_status()
    assert person.client.get("/api/v1/me").status_code == 401
    known = {one["code"]: one for one in administrator.client.get(PEOPLE).json()}
    assert known[path.rpartition("/")[2]]["barred_at"] is not None


def test_an_administrator_ends_somebodys_sign_ins(
    service: RunningService, administrator: Practitioner
) -> None:
    person = service.somebody(AccountRole.PRACTITIONER)
    path, session = f"{PEOPLE}/{code(person)}", person.create()

    def logins() -> list[int]:
        known = administrator.client.get(PEOPLE).json()
        return [one["logins"] for one in known if one["code"] in path]

    assert logins() == [1]
    with events(person.client, session) as shown:
        next(shown)
        ended = administrator.client.post(f"{path}/sign-out", json={}).raise_for_status()
        assert list(shown) == [], "an open page shows nothing more"
    assert (ended.json()["logins"], logins()) == (0, [0])
    assert person.client.get("/api/v1/me").status_code == 401
    assert ended.json()["roles_of_provider"] == ["practitioner"], "they may sign in again"


def test_a_sign_in_is_audited_by_the_role_of_whoever_signs_in(service: RunningService) -> None:
    found: set[tuple[str, str]] = set()
    for roles_there in ((AccountRole.AUDITOR,), ()):
        person = service.somebody(*roles_there)
        auditor = service.somebody(AccountRole.AUDITOR).client
        asked = {"account": code(person), "kind": "sign_in"}
        for entry in auditor.get("/api/v1/audit", params=asked).json()["entries"]:
            found.add((entry["action"], entry["role"]))
    assert found == {("signed_in", "auditor"), ("signed_in", "unknown")}


def test_the_rule_of_codes_is_told(service: RunningService, administrator: Practitioner) -> None:
    told = administrator.client.get("/api/v1/administration/rules").raise_for_status()
    assert told.json() == {"patient_code_pattern": service.settings.patient_codes.pattern}


def test_nobody_changes_their_own_roles(administrator: Practitioner) -> None:
    answer = administrator.client.patch(f"{PEOPLE}/{code(administrator)}", json={"roles": []})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/own-account")


@pytest.mark.parametrize("named", ["0000-0000", "-", "%", "_", " "])
def test_an_account_that_there_is_not(administrator: Practitioner, named: str) -> None:
    answer = administrator.client.patch(f"{PEOPLE}/{named}", json={"barred": True})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-account")


def test_units_are_of_the_provider_and_of_administrators(
    service: RunningService, administrator: Practitioner
) -> None:
    person = service.somebody(AccountRole.PRACTITIONER, unit="Neuropaediatrics")
    service.somebody(AccountRole.PRACTITIONER, unit="Neuropaediatrics")
    added = administrator.client.post(UNITS, json={"title": "Day hospital"}).json()
    path = f"{PEOPLE}/{code(person)}"
    changed = administrator.client.patch(path, json={"units": [added["id"]]}).raise_for_status()
    assert len(changed.json()["units"]) == 2
    assert changed.json()["units_given"] == [added["id"]], "the other is the provider's word"
    units = {one["title"]: one["id"] for one in administrator.client.get(UNITS).json()}
    renamed = f"{UNITS}/{units['Neuropaediatrics']}"
    administrator.client.patch(renamed, json={"title": "Brain and child"}).raise_for_status()
    claims = {one["title"]: one["claim"] for one in administrator.client.get(UNITS).json()}
    assert (claims["Brain and child"], claims["Day hospital"]) == ("Neuropaediatrics", None)
    mine = person.client.get("/api/v1/me").json()["units"]
    assert [unit["title"] for unit in mine] == ["Brain and child", "Day hospital"]
    again = administrator.client.post(UNITS, json={"title": "Day hospital"})
    assert again.json()["type"] == "/problems/unit-known"


def test_the_command_line_makes_the_first_administrator(service: RunningService) -> None:
    person = service.somebody()
    made = code(person)
    command(service, "units", "add", "Administration")
    command(service, "units", "codes", "Administration", "ADM-##")
    assert "Administration  ADM-##" in command(service, "units", "list")
    told = command(
        service,
        *("users", "change", made, "--give", "administrator", "--give", "auditor"),
        *("--into", "Administration"),
    )
    assert "administrator, auditor" in told and "Administration" in told
    assert roles(person) == ["administrator", "auditor"]
    told = command(
        service, "users", "change", made, "--take", "auditor", "--out-of", "Administration"
    )
    assert told in command(service, "users", "list").splitlines()
    assert person.client.get("/api/v1/me").status_code == 401, "a role was lost"


@pytest.mark.both_databases
@pytest.mark.parametrize("change", [["--take", "practitioner"], ["--bar"]])
def test_what_an_operator_takes_away_closes_open_pages(
    service: RunningService, change: list[str]
) -> None:
    """The command tells the service nothing."""
    person = service.somebody()
    command(service, "users", "change", code(person), "--give", "practitioner")
    session = person.create()
    paths = ("/api/v1/me/events", f"/api/v1/sessions/{session}/events")
    with ExitStack() as open_pages:
        shown = [
            open_pages.enter_context(person.client.stream("GET", path)).iter_lines()
            for path in paths
        ]
        for lines in shown:
            assert next(lines).startswith("event: ")
        command(service, "users", "change", code(person), *change)
        assert [pings_until_the_end(lines) for lines in shown] == [0, 0]


def pings_until_the_end(lines: Iterator[str]) -> int:
    """One each 10 s; a stream that does not end is not waited for."""
    pings = 0
    while pings < 2 and (line := next(lines, None)) is not None:
        pings += line.startswith(": ping")
    return pings


def test_an_administrator_cancels_without_seeing_what(
    service: RunningService, administrator: Practitioner
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    path = f"/api/v1/sessions/{session}/cancel"
    answer = administrator.client.post(path, json={})
    assert (answer.status_code, answer.content) == (204, b"")
    assert practitioner.show(session)["state"] == "cancelled"
    assert ("administrator", "cancelled") in {(e.role, e.action) for e in service.audit(session)}
