"""Several practitioners in one session."""

import pytest
from service_fixtures import Practitioner, RunningService, events

from agent.contract import AccountRole
from token_service.database import Transaction
from token_service.models import Session

pytestmark = pytest.mark.unit


def code(person: Practitioner) -> str:
    return str(person.client.get("/api/v1/me").raise_for_status().json()["code"])


@pytest.fixture
def colleague(service: RunningService) -> Practitioner:
    return service.somebody(AccountRole.PRACTITIONER)


@pytest.fixture
def owner(service: RunningService) -> Practitioner:
    return service.somebody(AccountRole.PRACTITIONER, unit="Child psychiatry")


@pytest.fixture
def session(owner: Practitioner) -> str:
    return owner.create()


def share(owner: Practitioner, session: str, with_: Practitioner, *, controls: bool) -> str:
    """Returns what the colleague is called in the session."""
    body = {"code": code(with_), "controls": controls}
    path = f"/api/v1/sessions/{session}/colleagues"
    shown = owner.client.post(path, json=body).raise_for_status().json()
    return str(shown["colleagues"][-1]["id"])


def link_to(owner: Practitioner, session: str) -> str:
    path = f"/api/v1/sessions/{session}/colleagues/links"
    made = owner.client.post(path, json={}).raise_for_status().json()
    return str(made["link"]).partition("#join=")[2]


def redeem(person: Practitioner, secret: str) -> int:
    return person.client.post("/api/v1/colleague-links/redeem", json={"secret": secret}).status_code


def status(person: Practitioner, session: str, what: str = "") -> int:
    return person.client.get(f"/api/v1/sessions/{session}{what}").status_code


def test_a_colleague_finds_the_session_in_their_list_and_no_longer_when_removed(
    owner: Practitioner, colleague: Practitioner, session: str
) -> None:
    called = share(owner, session, colleague, controls=False)
    listed = colleague.client.get("/api/v1/sessions").json()["sessions"]
    assert [(one["id"], one["i_am"]) for one in listed] == [(session, "observer")]
    with events(colleague.client, session) as shown:
        assert next(shown)["i_am"] == "observer"
        remove = f"/api/v1/sessions/{session}/colleagues/{called}/remove"
        owner.client.post(remove, json={}).raise_for_status()
        assert list(shown) == [], "the stream ends with it"
    assert status(colleague, session) == 404
    assert colleague.client.get("/api/v1/sessions").json()["sessions"] == []


def test_whoever_comes_by_a_link_sees_nothing_before_the_owner_admits_them(
    service: RunningService, owner: Practitioner, colleague: Practitioner, session: str
) -> None:
    secret = link_to(owner, session)
    assert redeem(colleague, secret) == 200
    with events(colleague.client, session) as shown:
        waiting = next(shown)
        assert waiting.keys() == {"id", "short_id", "state", "i_am"}
        [there] = owner.show(session)["colleagues"]
        assert (there["code"], there["state"]) == (code(colleague), "waiting")
        admit = f"/api/v1/sessions/{session}/colleagues/{there['id']}/admit"
        owner.client.post(admit, json={}).raise_for_status()
        assert next(shown)["i_am"] == "observer"
    assert redeem(service.somebody(AccountRole.PRACTITIONER), secret) == 410, "it is used up"
    done = service.done(session)
    called = there["id"]
    assert done[1:] == ["colleague_link_made", "colleague_knocked", f"colleague_{called}_admitted"]


def test_a_link_is_for_practitioners(
    service: RunningService, owner: Practitioner, session: str
) -> None:
    secret = link_to(owner, session)
    assert redeem(service.somebody(AccountRole.ADMINISTRATOR), secret) == 403
    assert (
        service.client().post("/api/v1/colleague-links/redeem", json={"secret": secret}).status_code
        == 401
    )
    assert redeem(service.somebody(AccountRole.PRACTITIONER), secret) == 200


def test_the_controls_are_given_and_taken(
    owner: Practitioner, colleague: Practitioner, session: str
) -> None:
    called = share(owner, session, colleague, controls=True)
    deny = f"/api/v1/sessions/{session}/deny"
    path = f"/api/v1/sessions/{session}/colleagues/{called}"
    assert colleague.client.post(deny, json={}).status_code == 409, "nobody waits"
    owner.client.patch(path, json={"controls": False}).raise_for_status()
    assert colleague.client.post(deny, json={}).status_code == 403
    assert colleague.client.patch(path, json={"controls": True}).status_code == 403


def test_a_session_is_handed_over(
    service: RunningService, owner: Practitioner, colleague: Practitioner
) -> None:
    made = owner.client.post("/api/v1/patients", json={}).raise_for_status().json()
    body = {"patient_code": made["code"], "visit_number": 3}
    session = owner.client.post("/api/v1/sessions", json=body).raise_for_status().json()["id"]
    called = share(owner, session, colleague, controls=False)
    path = f"/api/v1/sessions/{session}/colleagues/{called}/hand-over"
    assert owner.client.post(path, json={}).json()["i_am"] == "controls"
    shown = colleague.show(session)
    assert (shown["i_am"], shown["patient_code"], shown["visit_number"]) == (
        "owner",
        made["code"],
        3,
    )
    assert [one["code"] for one in shown["colleagues"]] == [code(owner)]
    colleague.end(session)
    assert owner.client.post(path, json={}).status_code == 403


def test_whoever_leaves_is_out(owner: Practitioner, colleague: Practitioner, session: str) -> None:
    share(owner, session, colleague, controls=True)
    path = f"/api/v1/sessions/{session}/colleagues/leave"
    assert colleague.client.post(path, json={}).status_code == 204
    assert status(colleague, session) == 404
    assert owner.show(session)["colleagues"] == []
    share(owner, session, colleague, controls=True)
    assert status(colleague, session) == 200, "they were invited again"


@pytest.mark.parametrize("role", [AccountRole.RESEARCHER, AccountRole.AUDITOR])
def test_only_practitioners_are_invited(
    service: RunningService, owner: Practitioner, session: str, role: AccountRole
) -> None:
    body = {"code": code(service.somebody(role))}
    answer = owner.client.post(f"/api/v1/sessions/{session}/colleagues", json=body)
    assert answer.json()["type"] == "/problems/no-practitioner"


def test_a_room_has_no_place_for_more(
    service: RunningService, owner: Practitioner, session: str
) -> None:
    for _ in range(4):
        share(owner, session, service.somebody(AccountRole.PRACTITIONER), controls=False)
    body = {"code": code(service.somebody(AccountRole.PRACTITIONER))}
    answer = owner.client.post(f"/api/v1/sessions/{session}/colleagues", json=body)
    assert answer.json()["type"] == "/problems/too-many-colleagues"


def test_a_family_is_told_how_many_are_here_and_not_who(
    owner: Practitioner, colleague: Practitioner, session: str, service: RunningService
) -> None:
    patient = service.patient(owner.invite(session))
    share(owner, session, colleague, controls=False)
    shown = patient.show().json()
    assert shown["professionals"] == {"here": 0, "observing": 0}
    assert code(colleague) not in patient.show().text


def test_a_session_is_of_its_practitioners_unit(
    service: RunningService, owner: Practitioner, session: str
) -> None:
    async def unit(db: Transaction) -> str | None:
        return (await db.get_one(Session, session)).unit_id

    [mine] = owner.client.get("/api/v1/me").json()["units"]
    assert service.in_database(unit) == mine["id"]
    answer = owner.client.post("/api/v1/sessions", json={"unit_id": "0" * 32})
    assert answer.json()["type"] == "/problems/unknown-unit"
