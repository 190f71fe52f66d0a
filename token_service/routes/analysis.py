"""Consent, pause and resume. Answered once LiveKit has confirmed."""

import asyncio
from contextlib import suppress
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints, model_validator

from agent.errors import LiveKitUnavailable
from agent.http.problems import Forbidden, Invalid, Unavailable
from token_service import audit, callers, consent, sessions
from token_service.consent_texts import ConsentText, all_texts, current_text
from token_service.database import Transaction, utc_now
from token_service.kept import ERASED_AGAIN_FOR, erase
from token_service.models import Purpose, Seat, Session
from token_service.requests import Body, Nothing
from token_service.routes.counted import COUNTED
from token_service.service import Running, Service, SessionId
from token_service.session_keys import destroy_key

router = APIRouter(tags=["analysis"])


class ConsentAnswers(Body):
    live_analysis: bool
    keeping: bool
    research_use: bool = False
    text_version: Annotated[str, StringConstraints(max_length=32)]
    language: Literal["fr", "en"]
    given_by: Literal["guardian"]
    child_assent: bool | None

    @property
    def answers(self) -> consent.Answers:
        return consent.Answers(
            self.live_analysis,
            self.keeping,
            self.research_use,
            self.given_by,
            self.child_assent,
        )


class AnalysisChange(Body):
    consent: ConsentAnswers | None = None
    paused: bool | None = None
    erase: bool = False  # with a consent that refuses keeping: what is kept until now, too

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.consent is None) == (self.paused is None):
            raise ValueError("give either consent or paused")
        if self.erase and (self.consent is None or self.consent.answers.keeps):
            raise ValueError("erase goes with a consent that refuses keeping")
        return self


class AnalysisView(BaseModel):
    analysis: consent.Analysis
    keeping: bool


@router.get("/consent-text")
async def consent_text(language: Literal["fr", "en"] = "fr") -> ConsentText:
    text = current_text(language)
    if text is None:
        raise Invalid("unknown-text", "There is no consent text in this language.")
    return text


@router.put("/sessions/{session_id}/analysis", dependencies=COUNTED)
async def change(
    session_id: SessionId, wanted: AnalysisChange, request: Request, service: Running
) -> AnalysisView:
    async with service.database.begin() as db:
        seat = await _apply(db, wanted, request, session_id)
        if consent.keeping_of(seat):
            await service.keys.make(db, await db.get_one(Session, seat.session_id))
        now = AnalysisView(analysis=consent.analysis_of(seat), keeping=consent.keeping_of(seat))
        if wanted.erase:
            await _mark_erased(db, seat)
    service.broker.changed(session_id)
    try:
        await service.reconciler.confirm_patient(session_id)  # nothing else in the room changes
    except LiveKitUnavailable:
        service.reconciler.look_sooner(session_id)
        raise Unavailable(
            "not-confirmed", "Recorded, but LiveKit has not confirmed it yet.", retry_after_s=1
        ) from None
    finally:
        if wanted.erase:
            await _erase(service, session_id)
    return now


@router.post("/sessions/{session_id}/measurements/erase", status_code=204, dependencies=COUNTED)
async def erase_measurements(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> None:
    """By the family, also after the call; keeping is withdrawn with it."""
    async with service.database.begin() as db:
        caller = await callers.patient(db, request, session_id)
        consent.withdraw(db, caller.seat, Purpose.KEEPING, caller.seat)
        await _mark_erased(db, caller.seat)
    service.changed(session_id)
    with suppress(LiveKitUnavailable):  # the reconciler goes on trying
        await service.reconciler.confirm_patient(session_id)
    await _erase(service, session_id)


@router.post("/sessions/{session_id}/research-use/withdraw", status_code=204, dependencies=COUNTED)
async def withdraw_research_use(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> None:
    """By the family, also after the call; or by the practitioner whom they have told."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        consent.withdraw(db, session.patient, Purpose.RESEARCH_USE, by)
    service.changed(session_id)


async def _erase(service: Service, session_id: str) -> None:
    await asyncio.to_thread(erase, service.settings.data, session_id)
    await service.forget(session_id)


async def _mark_erased(db: Transaction, patient: Seat) -> None:
    session = await db.get_one(Session, patient.session_id)
    session.erase_until = utc_now() + ERASED_AGAIN_FOR
    await destroy_key(db, session)
    audit.record(db, patient, "measurements_erased")


async def _apply(
    db: Transaction, wanted: AnalysisChange, request: Request, session_id: str
) -> Seat:
    """Returns the patient's seat."""
    caller = await callers.either(db, request, session_id)
    sessions.refuse_if_over(caller.session)
    patient = caller.session.patient
    if isinstance(caller, callers.Practitioner):
        if wanted.paused is not True:
            raise Forbidden("patients-only", "Only the patient's side may allow the analysis.")
        _, by = await callers.acting(db, request, session_id)
    else:
        by = patient
    if wanted.consent is not None:
        await consent.record_answers(db, patient, wanted.consent.answers, _text(wanted.consent))
    elif wanted.paused is not None and patient.paused is not wanted.paused:
        patient.paused = wanted.paused
        audit.record(db, by, "paused" if wanted.paused else "resumed")
    return patient


def _text(answers: ConsentAnswers) -> ConsentText:
    text = all_texts().get((answers.text_version, answers.language))
    if text is None:
        raise Invalid("unknown-text", "There is no such version of the consent text.")
    if answers.research_use and not text.asks(Purpose.RESEARCH_USE):
        raise Invalid("not-asked", "This version of the consent text does not ask that.")
    return text
