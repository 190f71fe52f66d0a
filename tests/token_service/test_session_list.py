"""The practitioner's list: all sessions in pages, with private labels, and their deletion."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from service_fixtures import Practitioner, RunningService, admitted
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from token_service.database import utc_now
from token_service.models import Membership, Role, Seat, Session, SessionState, Unit
from token_service.secret_values import new_id
from token_service.session_list import PAGE

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

LABEL = "Tuesday, the boy with the red cap"


def listed(practitioner: Practitioner, **search: str) -> list[list[dict[str, Any]]]:
    """All pages."""
    pages: list[list[dict[str, Any]]] = []
    after: dict[str, str] = {}
    while True:
        answer = practitioner.client.get("/api/v1/sessions", params=search | after)
        answer.raise_for_status()
        pages.append(answer.json()["sessions"])
        if answer.json()["next"] is None:
            return pages
        after = {"after": answer.json()["next"]}


def change(practitioner: Practitioner, session: str, **what: object) -> Any:
    return practitioner.client.patch(f"/api/v1/sessions/{session}", json=what)


def test_every_session_is_on_one_page_and_the_newest_come_first(service: RunningService) -> None:
    practitioner = service.practitioner()
    made = [practitioner.create() for _ in range(PAGE + 2)]

    async def all_at_once(db: AsyncSession) -> None:
        at_once = {"created_at": utc_now(), "listed_at": utc_now()}
        await db.execute(update(Session).where(Session.id.in_(made)).values(**at_once))

    service.in_database(all_at_once)  # the order of those of one moment must not change
    pages = listed(practitioner)
    assert {len(page) for page in pages[:-1]} == {PAGE}
    ids = [session["id"] for page in pages for session in page]
    assert len(ids) == len(set(ids))
    assert set(made) <= set(ids)
    times = [session["created_at"] for page in pages for session in page]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("cursor", ["1", "0-" + "9" * 19 + "-" + "a" * 32, "0-x-" + "a" * 32])
def test_a_cursor_that_no_page_gave_is_refused(service: RunningService, cursor: str) -> None:
    answer = service.practitioner().client.get("/api/v1/sessions", params={"after": cursor})
    assert answer.status_code == 422


def test_a_label_is_the_practitioners_alone(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    assert change(practitioner, patient.session, label=f"  {LABEL} ").json()["label"] == LABEL
    assert practitioner.show(patient.session)["label"] == LABEL
    assert LABEL in [session["label"] for session in listed(practitioner)[0]]
    assert "label" not in patient.show().json()
    assert change(practitioner, patient.session).json()["label"] == LABEL, "left out, it stays"
    assert change(practitioner, patient.session, label=None).json()["label"] is None
    actions = [entry.action for entry in service.audit(patient.session)]
    assert actions.count("label_changed") == 2


@pytest.mark.parametrize("label", ["", "   ", "x" * 81, "two\nlines", "\u202eback to front"])
def test_a_label_is_one_short_line(service: RunningService, label: str) -> None:
    practitioner = service.practitioner()
    assert change(practitioner, practitioner.create(), label=label).status_code == 422


def test_a_family_changes_and_deletes_nothing(service: RunningService) -> None:
    _, patient = admitted(service)
    path = f"/api/v1/sessions/{patient.session}"
    assert patient.client.patch(path, json={"label": LABEL}).status_code == 403
    assert patient.client.request("DELETE", path, json={}).status_code == 403


def test_a_session_is_deleted_with_what_is_kept_of_it_once_it_is_over(
    service: RunningService,
) -> None:
    practitioner, patient = admitted(service)
    folder = service.settings.data / "sessions" / patient.session
    folder.mkdir(parents=True)
    (folder / "run-000.mcap").write_bytes(b"log")
    path = f"/api/v1/sessions/{patient.session}"
    assert practitioner.show(patient.session)["measurements"]["kept"] is True

    assert practitioner.client.request("DELETE", path, json={}).status_code == 409
    assert folder.is_dir()
    practitioner.end(patient.session)
    assert practitioner.client.request("DELETE", path, json={}).status_code == 204
    assert not folder.exists()
    assert practitioner.client.get(path).status_code == 404
    assert service.done(patient.session)[-1] == "deleted"


def test_a_session_has_an_appointment_when_it_is_given_one(service: RunningService) -> None:
    practitioner = service.practitioner()
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    made = practitioner.client.post("/api/v1/sessions", json={"appointment_at": at.isoformat()})
    assert datetime.fromisoformat(made.json()["appointment_at"]) == at
    session = made.json()["id"]
    for wrong in ("2026-12-01T10:00:00", (at + timedelta(days=500)).isoformat(), 5):
        assert change(practitioner, session, appointment_at=wrong).status_code == 422
    assert change(practitioner, session, appointment_at=None).json()["appointment_at"] is None


def ids(practitioner: Practitioner, among: Iterable[str], **search: str) -> list[str]:
    found = [session["id"] for page in listed(practitioner, **search) for session in page]
    return [session for session in found if session in set(among)]


def planned(practitioner: Practitioner, at: datetime) -> str:
    body = {"appointment_at": at.isoformat()}
    answer = practitioner.client.post("/api/v1/sessions", json=body)
    return str(answer.raise_for_status().json()["id"])


def act(practitioner: Practitioner, session: str, what: str) -> Any:
    return practitioner.client.post(f"/api/v1/sessions/{session}/{what}", json={})


def test_sessions_are_planned_or_now_or_past(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    now = utc_now()
    later, sooner = (planned(practitioner, now + timedelta(hours=hours)) for hours in (30, 2))
    due = planned(practitioner, now - timedelta(minutes=1))
    old, cancelled = practitioner.create(), practitioner.create()
    waiting = practitioner.create()
    family = service.patient(practitioner.invite(waiting))
    family.knock()
    newest = practitioner.create()
    practitioner.end(old)
    act(practitioner, cancelled, "cancel").raise_for_status()
    made = {patient.session, later, sooner, due, old, cancelled, waiting, newest}
    assert ids(practitioner, made, when="planned") == [sooner, later]
    assert ids(practitioner, made, when="now") == [waiting, newest, patient.session, due]
    assert ids(practitioner, made, when="past") == [cancelled, old]
    assert set(ids(practitioner, made)) == made


@pytest.mark.parametrize(
    ("when", "states"),
    [("planned", ["created"]), ("now", ["waiting", "live"]), ("past", ["ended", "cancelled"])],
)
def test_each_list_comes_whole_in_pages(
    service: RunningService, when: str, states: list[str]
) -> None:
    """Also where those who wait come first, and all have one moment."""
    practitioner = service.practitioner()
    at = utc_now() + timedelta(days=1)
    account_of = practitioner.create()
    made = {new_id(): state for state in states for _ in range(PAGE // len(states) + 8)}

    async def fill(db: AsyncSession) -> None:
        session = await db.get(Session, account_of)
        assert session is not None
        for name, state in made.items():
            seats = [Seat(role=Role.PATIENT)]
            times = {"appointment_at": at, "listed_at": at}
            state_of = SessionState(state)
            db.add(Session(id=name, account=session.account, state=state_of, seats=seats, **times))

    service.in_database(fill)
    found = ids(practitioner, made, when=when)
    assert len(found) == len(set(found)) == len(made)
    if when == "now":
        assert [made[session] for session in found] == list(made.values()), "who waits comes first"

    async def empty(db: AsyncSession) -> None:
        for name in made:
            await db.delete(await db.get(Session, name))

    service.in_database(empty)


def test_sessions_are_found_by_code_and_by_date(service: RunningService) -> None:
    practitioner = service.practitioner()
    code = practitioner.client.post("/api/v1/patients", json={"code": "VR-4711"}).json()["code"]
    first, second, other = (practitioner.create() for _ in range(3))
    made = {first, second, other}
    for session in (first, second):
        change(practitioner, session, patient_code=code)
    assert set(ids(practitioner, made, patient="vr47")) == {first, second}
    assert ids(practitioner, made, patient="VR-4712") == []
    assert ids(practitioner, made, patient="%") == []
    days = {first: 3, second: 5, other: 5}
    for session, day in days.items():
        change(practitioner, session, appointment_at=noon_in_days(day))
    assert set(ids(practitioner, made, since=noon_in_days(5))) == {second, other}
    assert ids(practitioner, made, until=noon_in_days(5)) == [first]
    assert ids(practitioner, made, since=noon_in_days(4), patient="VR") == [second]
    assert practitioner.client.get("/api/v1/sessions?since=yesterday").status_code == 422
    assert practitioner.client.get("/api/v1/sessions?when=never").status_code == 422


def test_a_session_is_of_a_unit_of_its_practitioner_and_is_found_by_it(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    mine, foreign = [new_id(), new_id()], new_id()
    without = practitioner.create()

    async def join(db: AsyncSession, units: list[str]) -> None:
        session = await db.get_one(Session, without)
        db.add_all(Membership(account=session.account, unit_id=one) for one in units)

    async def first_alone(db: AsyncSession) -> None:
        db.add_all(Unit(id=unit, title=unit) for unit in [*mine, foreign])
        await db.flush()
        await join(db, mine[:1])

    def create(**of: str) -> Any:
        return practitioner.client.post("/api/v1/sessions", json=of)

    service.in_database(first_alone)
    only = create().json()
    assert only["unit_id"] == mine[0], "whoever has a single unit need not say which"
    service.in_database(partial(join, units=mine[1:]))
    assert create().json()["unit_id"] is None
    other = create(unit_id=mine[1]).json()
    made = {without, only["id"], other["id"]}
    assert ids(practitioner, made, unit=mine[1]) == [other["id"]]
    refused = create(unit_id=foreign)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/unknown-unit")

    async def leave(db: AsyncSession) -> None:
        await db.execute(delete(Membership).where(Membership.unit_id.in_(mine)))

    service.in_database(leave)


def noon_in_days(days: int) -> str:
    day = datetime.now(UTC) + timedelta(days=days)
    return day.replace(hour=12, minute=0, second=0, microsecond=0).isoformat()


def test_a_session_is_cancelled_before_it_is_live_and_then_only_deleted(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    session = planned(practitioner, utc_now() + timedelta(days=1))
    assert act(practitioner, session, "cancel").json()["state"] == "cancelled"
    assert act(practitioner, session, "cancel").status_code == 200
    for what in ("invites", "admit"):
        refused = act(practitioner, session, what)
        assert (refused.status_code, refused.json()["type"]) == (410, "/problems/session-cancelled")
    assert service.done(session) == ["created", "cancelled"]
    path = f"/api/v1/sessions/{session}"
    assert practitioner.client.request("DELETE", path, json={}).status_code == 204
    live, patient = admitted(service)
    assert act(live, patient.session, "cancel").json()["type"] == "/problems/still-live"
    assert (
        patient.client.post(f"/api/v1/sessions/{patient.session}/cancel", json={}).status_code
        == 403
    )
    live.end(patient.session)
    assert act(live, patient.session, "cancel").json()["type"] == "/problems/session-over"
