"""created → waiting → live → ended | expired, over HTTP, with LiveKit away."""

from datetime import timedelta
from typing import Any

import pytest
from service_fixtures import RunningService, admitted
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from token_service import sessions
from token_service.database import Transaction, utc_now
from token_service.models import Seat, Session

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


def test_a_consultation_from_beginning_to_end(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    assert practitioner.show(session)["state"] == "created"
    assert practitioner.show(session)["patient"]["state"] == "none"

    invite = practitioner.invite(session)
    assert practitioner.show(session)["patient"]["state"] == "invited"
    patient = service.patient(invite)
    patient.knock()
    seen = practitioner.show(session)
    assert (seen["state"], seen["patient"]["state"]) == ("waiting", "waiting")

    seen = practitioner.admit(session)
    assert (seen["state"], seen["patient"]["state"]) == ("live", "admitted")
    assert seen["live_at"] is not None

    seen = practitioner.end(session)
    assert seen["state"] == "ended"
    assert seen["ended_at"].endswith("Z")
    assert patient.show().status_code == 410
    assert patient.client.post("/api/v1/token", json={}).status_code == 410
    assert practitioner.end(session) == seen


def test_a_session_names_itself(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create(sample=True)
    seen = practitioner.show(session)
    assert seen["short_id"] == session[:4]
    assert seen["sample"] is True
    assert seen["agent"] == {"state": "none"}
    assert session in [
        s["id"] for s in practitioner.client.get("/api/v1/sessions").json()["sessions"]
    ]


def test_the_patient_is_not_shown_identities(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    mine = patient.show().json()
    theirs = practitioner.show(session)
    assert "identity" not in mine["patient"]
    assert len(theirs["patient"].pop("identity")) == 32
    assert theirs["patient"].pop("picture_test") is None
    own = ("label", "appointment_at", "unit_id", "patient_code", "visit_number", "age_months")
    assert {theirs.pop(field) for field in own} == {None}
    among_practitioners = {name: theirs.pop(name) for name in ("i_am", "owner", "colleagues")}
    assert among_practitioners["i_am"] == "owner"
    assert mine == theirs


@pytest.mark.parametrize("what", ["admit", "deny"])
def test_nobody_can_be_admitted_before_knocking(service: RunningService, what: str) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    practitioner.invite(session)
    answer = practitioner.client.post(f"/api/v1/sessions/{session}/{what}", json={})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/nobody-waits"


def test_a_denied_patient_stays_out_until_admitted(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    patient.knock()
    assert practitioner.deny(session)["patient"]["state"] == "denied"
    assert patient.post("knock").status_code == 409
    assert patient.client.post("/api/v1/token", json={}).status_code == 409
    assert practitioner.admit(session)["patient"]["state"] == "admitted"


def test_a_patient_who_leaves_is_shown_as_gone(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    assert patient.post("leave").status_code == 204
    assert practitioner.show(patient.session)["patient"]["state"] == "left"


PICTURE = {
    "light": "backlit",
    "sharpness": "good",
    "stillness": "moving",
    "frame_hz": 12,
    "width_px": 640,
    "height_px": 360,
}


def test_what_a_family_found_of_its_picture_goes_to_the_practitioner_until_it_is_over(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))

    def found() -> object:
        return practitioner.show(session)["patient"]["picture_test"]

    patient.knock(picture_test=PICTURE)
    assert found() == PICTURE
    assert "picture_test" not in patient.show().json()["patient"]
    better = PICTURE | {"light": "good", "stillness": "good", "frame_hz": 25}
    patient.knock(picture_test=better)
    assert found() == better, "whoever waits may try again"
    assert service.done(session).count("knocked") == 1
    practitioner.admit(session)
    patient.knock(picture_test=PICTURE)
    assert found() == better, "from then on the analysis says how the picture is"
    practitioner.end(session)
    assert found() is None


def test_a_family_is_told_something_while_it_waits_and_no_longer(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))

    def told() -> Any:
        word = patient.show().json()["patient"]["waiting_word"]
        assert practitioner.show(session)["patient"]["waiting_word"] == word
        return word and (word["late_min"], word["text"])

    assert practitioner.tell_waiting(session, late_min=10).status_code == 409, "nobody waits"
    patient.knock()
    practitioner.tell_waiting(session, late_min=10).raise_for_status()
    assert told() == (10, None)
    practitioner.tell_waiting(session, text=" Nous finissons. ").raise_for_status()
    assert told() == (None, "Nous finissons.")
    practitioner.tell_waiting(session).raise_for_status()
    assert told() is None
    practitioner.tell_waiting(session, text="Nous finissons.").raise_for_status()
    practitioner.admit(session)
    assert told() is None
    done = service.done(session)
    assert (done.count("told_who_waits"), done.count("word_taken_back")) == (3, 1)
    assert "finissons" not in str(done)


@pytest.mark.parametrize("how_it_ends", ["deny", "end", "another device"])
def test_what_a_waiting_family_was_told_is_kept_nowhere(
    service: RunningService, how_it_ends: str
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    service.patient(practitioner.invite(session)).knock()
    practitioner.tell_waiting(session, text="Nous finissons.").raise_for_status()
    if how_it_ends == "another device":
        service.patient(practitioner.invite(session))
    else:
        getattr(practitioner, how_it_ends)(session)

    async def kept(db: Transaction) -> list[Any]:
        return list(await db.scalars(select(Seat.waiting_word).where(Seat.session_id == session)))

    assert set(service.in_database(kept)) == {None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"late_min": 7},
        {"late_min": 10, "text": "x"},
        {"text": ""},
        {"text": " "},
        {"text": "x" * 201},
        {"text": "two\nlines"},
        {"text": "zero\0"},
        {"html": "x"},
    ],
)
def test_a_word_to_a_waiting_family_is_minutes_or_one_short_line(
    service: RunningService, wrong: dict[str, Any]
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    service.patient(practitioner.invite(session)).knock()
    assert practitioner.tell_waiting(session, **wrong).status_code == 422
    assert practitioner.show(session)["patient"]["waiting_word"] is None


def test_another_device_has_another_picture(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    service.patient(practitioner.invite(session)).knock(picture_test=PICTURE)
    service.patient(practitioner.invite(session))
    assert practitioner.show(session)["patient"]["picture_test"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"light": "lovely"},
        {"frame_hz": -1},
        {"frame_hz": 25.5},
        {"width_px": 10**9},
        {"picture": "data:image/png;base64,AAAA"},
    ],
)
def test_nothing_but_these_words_and_numbers_is_taken_of_a_picture(
    service: RunningService, wrong: dict[str, object]
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    assert patient.post("knock", picture_test=PICTURE | wrong).status_code == 422
    assert practitioner.show(session)["patient"]["state"] == "invited"


@pytest.mark.parametrize("what", ["knock", "leave"])
def test_the_practitioner_cannot_act_for_the_patient(service: RunningService, what: str) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    answer = practitioner.client.post(f"/api/v1/sessions/{session}/{what}", json={})
    assert answer.json()["type"] == "/problems/families-only"


@pytest.mark.parametrize("what", ["admit", "deny", "end", "invites"])
def test_the_patient_cannot_act_for_the_practitioner(service: RunningService, what: str) -> None:
    _, patient = admitted(service)
    assert patient.post(what).status_code == 403


def test_sessions_of_another_account_do_not_exist(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()

    async def give_away(db: AsyncSession) -> None:
        (await db.get(Session, session)).account = "somebody else"

    service.in_database(give_away)
    for what in ("", "/events"):
        assert practitioner.client.get(f"/api/v1/sessions/{session}{what}").status_code == 404
    token = practitioner.client.post("/api/v1/token", json={"room_name": session})
    assert token.status_code == 404
    assert session not in practitioner.client.get("/api/v1/sessions").text


def test_a_patients_credential_opens_one_session_only(service: RunningService) -> None:
    _, patient = admitted(service)
    _, other = admitted(service)
    assert patient.client.get(f"/api/v1/sessions/{other.session}").status_code == 404
    token = patient.client.post("/api/v1/token", json={"room_name": other.session})
    assert token.status_code == 404


def test_a_session_that_never_began_expires(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()

    async def age(db: AsyncSession) -> list[str]:
        row = await db.get(Session, session)
        row.created_at = utc_now() - sessions.UNSTARTED_LIFE - timedelta(minutes=1)
        await db.flush()
        old = await sessions.unstarted_too_long(db)
        for one in old:
            await sessions.expire(db, one)
        return [one.id for one in old]

    assert service.in_database(age) == [session]
    assert practitioner.show(session)["state"] == "expired"
    answer = practitioner.client.post(f"/api/v1/sessions/{session}/invites", json={})
    assert answer.status_code == 410
