"""Patients are codes, and sessions their visits: here, in the list, and in what is kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from kept_sessions import keep_live_run
from service_fixtures import Practitioner, RunningService, admitted, key_of
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from synthetic import film

from agent.contract import AccountRole
from agent.record.session_json import read_session_json
from token_service.models import PatientCode, Session

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

PRACTITIONER = AccountRole.PRACTITIONER
UNITS = "/api/v1/administration/units"


def post(practitioner: Practitioner, path: str, **body: object) -> Any:
    return practitioner.client.post(f"/api/v1/{path}", json=body)


def draw(practitioner: Practitioner) -> str:
    return str(post(practitioner, "patients").json()["code"])


def found(practitioner: Practitioner, beginning: str) -> list[dict[str, Any]]:
    answer = practitioner.client.get("/api/v1/patients", params={"beginning": beginning})
    return list(answer.json()["patients"])


def change(practitioner: Practitioner, session: str, **what: object) -> Any:
    return practitioner.client.patch(f"/api/v1/sessions/{session}", json=what)


def test_a_session_is_a_visit_of_a_patient_and_only_practitioners_see_it(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    code = draw(practitioner)
    made = post(practitioner, "sessions", patient_code=code.lower(), visit_number=2, age_months=50)
    assert made.status_code == 201
    visit = {"patient_code": code, "visit_number": 2, "age_months": 50}
    assert visit.items() <= made.json().items()
    session = made.json()["id"]
    assert visit.items() <= practitioner.show(session).items()
    patient = service.patient(practitioner.invite(session))
    assert not visit.keys() & patient.show().json().keys()
    assert code not in patient.show().text
    [known] = found(practitioner, code[:2].lower())
    assert (known["code"], known["visits"], known["next_visit"]) == (code, 1, 3)


def test_what_is_left_out_stays_and_null_takes_it_away(service: RunningService) -> None:
    practitioner = service.practitioner()
    session, code, other = practitioner.create(), draw(practitioner), draw(practitioner)
    assert practitioner.show(session)["patient_code"] is None, "a session may be nobody's yet"
    assert change(practitioner, session, patient_code=code, age_months=0).status_code == 200
    seen = change(practitioner, session, visit_number=1).json()
    assert (seen["patient_code"], seen["visit_number"], seen["age_months"]) == (code, 1, 0)
    assert change(practitioner, session, patient_code=other).json()["patient_code"] == other
    seen = change(practitioner, session, patient_code=None, age_months=None).json()
    assert (seen["patient_code"], seen["age_months"]) == (None, None)
    assert found(practitioner, code) == found(practitioner, other) == [], "nobody's any more"
    assert "patient_code_changed" in service.done(session)
    assert code not in str([vars(entry) for entry in service.audit(session)])


@pytest.mark.parametrize(
    "wrong", [{"visit_number": 0}, {"age_months": 301}, {"age_months": -1}, {"age_months": 4.5}]
)
def test_visits_and_months_are_counted(service: RunningService, wrong: dict[str, object]) -> None:
    practitioner = service.practitioner()
    assert change(practitioner, practitioner.create(), **wrong).status_code == 422


def test_a_code_that_is_typed_must_be_known_and_is_never_made_by_the_way(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    refused = post(practitioner, "sessions", patient_code="B-7731")
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/unknown-patient")
    assert post(practitioner, "patients", code="b 7731").json()["code"] == "B-7731"
    again = post(practitioner, "patients", code="B.7731")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/code-in-use")
    assert post(practitioner, "sessions", patient_code="b-7731").status_code == 201
    assert [known["code"] for known in found(practitioner, "B77")] == ["B-7731"]


def test_a_name_is_refused_and_nowhere_repeated(service: RunningService) -> None:
    practitioner = service.practitioner()
    refused = post(practitioner, "patients", code="Léa Martin")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/code-like-a-name")
    assert "Martin" not in refused.text


def test_the_codes_of_another_account_do_not_exist(service: RunningService) -> None:
    practitioner = service.practitioner()
    code = draw(practitioner)

    async def of_somebody_else(db: AsyncSession) -> None:
        mine = update(PatientCode).where(PatientCode.text == code)
        await db.execute(mine.values(holder="somebody-else"))

    service.in_database(of_somebody_else)
    assert found(practitioner, code) == []
    assert post(practitioner, "sessions", patient_code=code).status_code == 404
    assert post(practitioner, "patients", code=code).status_code == 201


def test_a_code_is_its_units_whoever_of_the_unit_made_it(service: RunningService) -> None:
    first, second = (service.somebody(PRACTITIONER, unit="Neuropaediatrics") for _ in range(2))
    other = service.somebody(PRACTITIONER, unit="Day hospital")
    code = draw(first)
    assert post(first, "sessions", patient_code=code, visit_number=1).status_code == 201
    again = post(second, "patients", code=code)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/code-in-use")
    [known] = found(second, code)
    assert (known["visits"], known["next_visit"]) == (1, 2)
    visit = post(second, "sessions", patient_code=code, visit_number=known["next_visit"])
    assert visit.status_code == 201
    assert found(first, code)[0]["visits"] == 2, "one patient, two visits"
    assert found(other, code) == []
    assert post(other, "sessions", patient_code=code).status_code == 404
    assert post(other, "patients", code=code).status_code == 201, "another unit's, another child"


def test_of_two_who_type_one_code_at_once_one_makes_it(service: RunningService) -> None:
    people = [service.somebody(PRACTITIONER, unit="Neuropaediatrics") for _ in range(4)]
    with ThreadPoolExecutor(len(people)) as at_once:
        answers = list(at_once.map(lambda one: post(one, "patients", code="NP-7"), people))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


def test_whoever_is_of_several_units_says_whose_code_it_is(service: RunningService) -> None:
    administrator = service.somebody(AccountRole.ADMINISTRATOR)
    practitioner = service.somebody(PRACTITIONER, unit="Neuropaediatrics")
    colleague = service.somebody(PRACTITIONER, unit="Day hospital")
    units = {u["title"]: u["id"] for u in administrator.client.get(UNITS).json()}
    day = units["Day hospital"]
    code = practitioner.client.get("/api/v1/me").json()["code"]
    path = f"/api/v1/administration/accounts/{code}"
    administrator.client.patch(path, json={"units": [day]}).raise_for_status()
    made = post(practitioner, "patients", code="D-1", unit_id=day).json()["code"]
    assert [known["code"] for known in found(colleague, "D-1")] == [made]
    assert post(practitioner, "sessions", patient_code="D-1", unit_id=day).status_code == 201
    other = units["Neuropaediatrics"]
    elsewhere = post(practitioner, "sessions", patient_code="D-1", unit_id=other)
    assert elsewhere.status_code == 404
    assert post(colleague, "patients", unit_id=other).status_code == 404


def test_a_unit_has_its_own_rule_and_codes_of_before_stay_known(service: RunningService) -> None:
    administrator = service.somebody(AccountRole.ADMINISTRATOR)
    practitioner = service.somebody(PRACTITIONER, unit="Sleep laboratory")
    assert post(practitioner, "patients", code="B-7731").status_code == 201
    units = administrator.client.get(UNITS).json()
    [unit] = [one for one in units if one["title"] == "Sleep laboratory"]
    path = f"{UNITS}/{unit['id']}"
    for wrong in ("PED", "ped-##", "(a+)+#"):
        refused = administrator.client.patch(path, json={"patient_code_pattern": wrong})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-code-pattern")
    set_to = administrator.client.patch(path, json={"patient_code_pattern": "PED-####"})
    assert set_to.json() == {**unit, "patient_code_pattern": "PED-####"}
    [mine] = practitioner.client.get("/api/v1/me").json()["units"]
    assert mine["patient_code_pattern"] == "PED-####"
    refused = post(practitioner, "patients", code="B-7732")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/code-against-the-rule")
    assert "PED-####" in refused.json()["detail"]
    assert post(practitioner, "patients", code="ped 0042").json()["code"] == "PED-0042"
    assert post(practitioner, "sessions", patient_code="b-7731").status_code == 201
    drawn = draw(practitioner)
    assert post(practitioner, "sessions", patient_code=drawn).status_code == 201
    administrator.client.patch(path, json={"patient_code_pattern": ""}).raise_for_status()
    assert post(practitioner, "patients", code="B-7732").status_code == 201


def test_what_is_kept_says_whose_visit_it_was_and_can_be_corrected(
    service: RunningService,
) -> None:
    practitioner, patient = admitted(service)
    code, right = draw(practitioner), draw(practitioner)
    change(practitioner, patient.session, patient_code=code, visit_number=1)
    folder = service.settings.data / "sessions" / patient.session
    keep_live_run(folder, film(1))
    practitioner.end(patient.session)

    def told() -> dict[str, Any]:
        facts = read_session_json(folder, key_of(service, patient.session))
        return {name: facts[name] for name in ("patient_code", "visit_number", "age_months")}

    assert told() == {"patient_code": code, "visit_number": 1, "age_months": None}
    change(practitioner, patient.session, patient_code=right, age_months=50)
    assert told() == {"patient_code": right, "visit_number": 1, "age_months": 50}
    path = f"/api/v1/sessions/{patient.session}"
    assert practitioner.client.request("DELETE", path, json={}).status_code == 204
    assert found(practitioner, right) == [], "the code of nobody is not kept"


def test_a_session_of_which_nothing_is_kept_leaves_no_code_behind(
    service: RunningService,
) -> None:
    practitioner, patient = admitted(service)
    change(practitioner, patient.session, patient_code=draw(practitioner))
    practitioner.end(patient.session)
    assert not (service.settings.data / "sessions" / patient.session).exists()


def test_a_session_stands_in_the_list_when_it_is_or_was(service: RunningService) -> None:
    _, patient = admitted(service)

    async def listed(db: AsyncSession) -> bool:
        session = await db.get(Session, patient.session)
        assert session is not None
        return session.listed_at == session.live_at

    assert service.in_database(listed)
