from typing import Any

import pytest
from service_fixtures import (
    CONSENT,
    TO_RESEARCH,
    Patient,
    Practitioner,
    RunningService,
    admitted,
)
from sqlalchemy import select

from token_service.consent_texts import all_texts
from token_service.database import Transaction
from token_service.models import Consent, Purpose, Seat

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]

# LiveKit is away here, so a live session's changes are recorded but not confirmed (503);
# before the session is live there is nothing to confirm.


@pytest.fixture
def seated(service: RunningService) -> tuple[Practitioner, Patient]:
    practitioner = service.practitioner()
    return practitioner, service.patient(practitioner.invite(practitioner.create()))


def test_the_texts_exist_in_both_languages(service: RunningService) -> None:
    texts = [
        service.client().get(f"/api/v1/consent-text?language={language}").json()
        for language in ("fr", "en")
    ]
    assert texts[0]["version"] == texts[1]["version"]
    assert texts[0]["sha256"] != texts[1]["sha256"]
    for text in texts:
        assert [purpose["id"] for purpose in text["purposes"]] == [*Purpose]
    assert service.client().get("/api/v1/consent-text?language=xx").status_code == 422


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {"analysis": "granted", "keeping": True}),
        ({"keeping": False}, {"analysis": "granted", "keeping": False}),
        ({"live_analysis": False}, {"analysis": "none", "keeping": False}),
        ({"live_analysis": False, "keeping": False}, {"analysis": "none", "keeping": False}),
    ],
)
def test_each_purpose_is_agreed_to_by_itself(
    seated: tuple[Practitioner, Patient], answers: dict[str, Any], expected: dict[str, Any]
) -> None:
    answer = seated[1].consent(**answers)
    assert (answer.status_code, answer.json()) == (200, expected)


def test_what_was_agreed_is_recorded(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    _, patient = seated
    patient.consent(language="en", child_assent=None)
    patient.consent(keeping=False)

    async def read(db: Transaction) -> list[Consent]:
        answers = select(Consent).join(Seat).where(Seat.session_id == patient.session)
        return list(await db.scalars(answers.order_by(Consent.id)))

    first_analysis, first_keeping, analysis, keeping = service.in_database(read)
    assert first_analysis.language == "en"
    assert first_analysis.text_sha256 == all_texts()[("2026-11", "en")].sha256
    assert first_analysis.child_assent is None
    assert first_analysis.given_by == "guardian"
    assert first_keeping.granted and first_keeping.withdrawn_at is not None
    assert analysis.granted and analysis.withdrawn_at is None
    assert not keeping.granted


def test_research_is_asked_by_itself_and_only_by_a_text_that_asks_it(
    service: RunningService, seated: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = seated

    def answer() -> str:
        return str(practitioner.show(patient.session)["patient"]["consent"]["research_use"])

    patient.consent().raise_for_status()
    assert answer() == "unanswered"
    patient.consent(text_version="2026-12.3").raise_for_status()
    assert answer() == "refused", "silence is no agreement"
    patient.consent(**TO_RESEARCH).raise_for_status()
    assert answer() == "agreed"
    patient.consent(text_version="2026-12.3").raise_for_status()
    assert answer() == "withdrawn"
    asked = [action for action in service.done(patient.session) if "research" in action]
    assert asked == ["research_use.refused", "research_use.granted", "research_use.withdrawn"]


def test_the_patient_pauses_and_resumes(seated: tuple[Practitioner, Patient]) -> None:
    _, patient = seated
    patient.consent()
    assert patient.pause().json() == {"analysis": "paused", "keeping": True}
    assert patient.pause(False).json() == {"analysis": "granted", "keeping": True}


def test_the_practitioner_may_pause_and_nothing_else(
    seated: tuple[Practitioner, Patient],
) -> None:
    practitioner, patient = seated
    patient.consent()
    path = f"/api/v1/sessions/{patient.session}/analysis"
    assert practitioner.pause(patient.session).json()["analysis"] == "paused"
    for change in ({"paused": False}, {"consent": CONSENT}):
        answer = practitioner.client.put(path, json=change)
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/patients-only"
    assert practitioner.show(patient.session)["patient"]["analysis"] == "paused"


def test_consent_does_not_end_a_pause(seated: tuple[Practitioner, Patient]) -> None:
    practitioner, patient = seated
    practitioner.pause(patient.session)
    assert patient.consent().json()["analysis"] == "paused"


def test_a_pause_that_livekit_has_not_confirmed_says_so(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    answer = patient.pause()
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/not-confirmed"
    assert practitioner.show(patient.session)["patient"]["analysis"] == "paused"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"paused": None},
        {"paused": "yes"},
        {"paused": True, "consent": CONSENT},
        {"consent": {**CONSENT, "language": "de"}},
        {"consent": {**CONSENT, "text_version": "1999-01"}},
        {"consent": {**CONSENT, "research_use": True}},  # its text does not ask that
        {"consent": {**CONSENT, "given_by": "a name"}},
        {"consent": {key: CONSENT[key] for key in CONSENT if key != "keeping"}},
        {"paused": True, "analysis": "granted"},
    ],
)
def test_other_changes_are_refused(
    seated: tuple[Practitioner, Patient], change: dict[str, Any]
) -> None:
    _, patient = seated
    path = f"/api/v1/sessions/{patient.session}/analysis"
    assert patient.client.put(path, json=change).status_code == 422
    assert patient.show().json()["patient"]["analysis"] == "none"


def test_nothing_changes_after_the_end(seated: tuple[Practitioner, Patient]) -> None:
    practitioner, patient = seated
    practitioner.end(patient.session)
    assert patient.consent().status_code == 410
    assert practitioner.pause(patient.session).status_code == 410
