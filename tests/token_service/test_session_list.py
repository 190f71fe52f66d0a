"""The practitioner's list: all sessions in pages, with private labels, and their deletion."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from service_fixtures import Practitioner, RunningService, admitted
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from token_service.database import utc_now
from token_service.models import Session
from token_service.sessions import PAGE

pytestmark = pytest.mark.unit

LABEL = "Tuesday, the boy with the red cap"


def listed(practitioner: Practitioner) -> list[list[dict[str, Any]]]:
    """All pages."""
    pages: list[list[dict[str, Any]]] = []
    after: dict[str, str] = {}
    while True:
        answer = practitioner.client.get("/api/v1/sessions", params=after)
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
        await db.execute(update(Session).where(Session.id.in_(made)).values(created_at=utc_now()))

    service.in_database(all_at_once)  # the order of those of one moment must not change
    pages = listed(practitioner)
    assert {len(page) for page in pages[:-1]} == {PAGE}
    ids = [session["id"] for page in pages for session in page]
    assert len(ids) == len(set(ids))
    assert set(made) <= set(ids)
    times = [session["created_at"] for page in pages for session in page]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("cursor", ["1", "9" * 19 + "-" + "a" * 32, "x-" + "a" * 32])
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
