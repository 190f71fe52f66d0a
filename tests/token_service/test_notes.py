"""A practitioner's notes: whose they are, who reads them, and that they go."""

import httpx2
import pytest
from service_fixtures import Patient, Practitioner, RunningService, admitted
from sqlalchemy import select

from agent.contract import LONGEST_NOTE, AccountRole
from token_service.database import Transaction
from token_service.models import Note

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

TEXT = "Regarde la porte.\nTient l’ours à gauche 🧸 <b>"


@pytest.fixture
def call(service: RunningService) -> tuple[Practitioner, Patient]:
    return admitted(service)


def path_of(session: str) -> str:
    return f"/api/v1/sessions/{session}/notes"


def write(client: httpx2.Client, session: str, text: str, version: int) -> httpx2.Response:
    return client.put(path_of(session), json={"text": text, "version": version})


def colleague_in(service: RunningService, owner: Practitioner, session: str) -> Practitioner:
    colleague = service.somebody(AccountRole.PRACTITIONER)
    code = colleague.client.get("/api/v1/me").json()["code"]
    body = {"code": code, "controls": True}
    owner.client.post(f"/api/v1/sessions/{session}/colleagues", json=body).raise_for_status()
    return colleague


def kept(service: RunningService, session: str) -> list[str]:
    async def read(db: Transaction) -> list[str]:
        return list(await db.scalars(select(Note.text).where(Note.session_id == session)))

    found: list[str] = service.in_database(read)
    return found


def test_a_note_is_saved_again_and_again_and_erased(
    service: RunningService, call: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = call
    session, mine = patient.session, practitioner.client
    nothing = {"mine": {"text": "", "version": 0, "changed_at": None}, "of_colleagues": []}
    assert mine.get(path_of(session)).json() == nothing
    assert write(mine, session, TEXT, 0).json()["version"] == 1
    assert write(mine, session, TEXT * 2, 1).json()["version"] == 2
    assert mine.get(path_of(session)).json()["mine"]["text"] == TEXT * 2
    practitioner.end(session)
    assert write(mine, session, TEXT, 2).json()["version"] == 3
    assert write(mine, session, "", 3).json() == nothing["mine"]
    assert mine.get(path_of(session)).json() == nothing
    assert kept(service, session) == []
    done = [action for action in service.done(session) if action.startswith("note_")]
    assert done == ["note_written", "note_erased"]


def test_a_window_that_has_not_read_the_newest_takes_nothing_away(
    call: tuple[Practitioner, Patient],
) -> None:
    practitioner, patient = call
    session, mine = patient.session, practitioner.client
    for version, text in ((1, "older"), (-1, "x")):
        assert write(mine, session, text, version).status_code in (409, 422)
    write(mine, session, "first", 0).raise_for_status()
    for stale in ("second", ""):
        answer = write(mine, session, stale, 0)
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/note-changed"
    assert mine.get(path_of(session)).json()["mine"]["text"] == "first"


def test_colleagues_with_the_controls_read_each_others_and_write_their_own(
    service: RunningService, call: tuple[Practitioner, Patient]
) -> None:
    owner, patient = call
    session = patient.session
    colleague = colleague_in(service, owner, session)
    write(owner.client, session, "the owner's", 0).raise_for_status()
    write(colleague.client, session, "the colleague's", 0).raise_for_status()
    seen = colleague.client.get(path_of(session)).json()
    assert seen["mine"]["text"] == "the colleague's"
    assert [note["text"] for note in seen["of_colleagues"]] == ["the owner's"]
    code = owner.client.get("/api/v1/me").json()["code"]
    assert [note["code"] for note in seen["of_colleagues"]] == [code]


def test_neither_the_family_nor_what_it_is_shown_has_anything_of_it(
    service: RunningService, call: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = call
    write(practitioner.client, patient.session, "not for them", 0).raise_for_status()
    assert patient.client.get(path_of(patient.session)).status_code == 403
    assert "not for them" not in patient.show().text
    for role in (AccountRole.ADMINISTRATOR, AccountRole.AUDITOR, AccountRole.RESEARCHER):
        other = service.somebody(role)
        assert other.client.get(path_of(patient.session)).status_code in (403, 404)
    folder = service.settings.data / "sessions"
    logs = [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else []
    assert not [file for file in logs if b"not for them" in file.read_bytes()]


def test_notes_go_with_the_session(
    service: RunningService, call: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = call
    session = patient.session
    colleague = colleague_in(service, practitioner, session)
    for somebody in (practitioner, colleague):
        write(somebody.client, session, TEXT, 0).raise_for_status()
    practitioner.end(session)
    assert len(kept(service, session)) == 2
    answer = practitioner.client.request("DELETE", f"/api/v1/sessions/{session}", json={})
    assert answer.status_code == 204
    assert kept(service, session) == []


@pytest.mark.parametrize("text", ["x" * (LONGEST_NOTE + 1), "a\0b", None])
def test_what_cannot_be_kept_is_refused(
    call: tuple[Practitioner, Patient], text: str | None
) -> None:
    practitioner, patient = call
    body = {"text": text, "version": 0}
    assert practitioner.client.put(path_of(patient.session), json=body).status_code == 422


def test_the_longest_note_fits(call: tuple[Practitioner, Patient]) -> None:
    practitioner, patient = call
    text = "🧸" * LONGEST_NOTE
    write(practitioner.client, patient.session, text, 0).raise_for_status()
    assert practitioner.client.get(path_of(patient.session)).json()["mine"]["text"] == text
