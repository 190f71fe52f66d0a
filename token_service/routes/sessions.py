"""A session's life, as its practitioner steers it and its patient meets it."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
)

from agent.http.problems import Conflict
from token_service import audit, callers, invites, patients, session_list, sessions
from token_service.accounts import unit_of
from token_service.audit import Notice
from token_service.database import Transaction, utc_now
from token_service.kept import erase
from token_service.models import PatientCode, Role, SessionState, Unit
from token_service.picture_tests import PictureTest
from token_service.pseudonyms import LONGEST_TYPED
from token_service.requests import Body, Nothing, UnitId
from token_service.retention import take_over
from token_service.routes.counted import COUNTED
from token_service.seats import practitioner_seat
from token_service.service import Running, Service, SessionId
from token_service.session_keys import destroy_key
from token_service.session_list import Search, When
from token_service.views import SessionSeenByPractitioner, SessionView, WaitingView
from token_service.waiting_words import WaitingWord

router = APIRouter(prefix="/sessions", tags=["sessions"])


FURTHEST = timedelta(days=366)
ROOM_WAIT_S = 1.0


def _printable(label: str) -> str:
    """It stands in one line of a list."""
    if not label.isprintable():
        raise ValueError("a label is one line of printable characters")
    return label


def _within_a_year(appointment_at: datetime) -> datetime:
    if abs(appointment_at - utc_now()) > FURTHEST:
        raise ValueError("an appointment lies within a year from now")
    return appointment_at


Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=sessions.LONGEST_LABEL),
    AfterValidator(_printable),
]
Appointment = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_within_a_year)]


TypedCode = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TYPED)]


class Described(Body):
    label: Label | None = None
    appointment_at: Appointment | None = None
    patient_code: TypedCode | None = None  # of a patient that is known
    visit_number: Annotated[int, Field(ge=1, le=999)] | None = None
    age_months: Annotated[int, Field(ge=0, le=300)] | None = None


class NewSession(Described):
    sample: bool = False
    unit_id: UnitId | None = None  # of the practitioner's; it stays


class SessionChange(Described):
    """What is left out stays; null takes it away."""


class Knock(Body):
    picture_test: PictureTest | None = None  # of a family that agreed to the analysis


Moment = Annotated[AwareDatetime | None, Query()]


class SessionList(BaseModel):
    sessions: list[SessionSeenByPractitioner]
    next: str | None  # the `after` of the next page; null: these are the last


@router.post("", status_code=201)
async def create(
    wanted: NewSession, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        login = await callers.signed_in(db, request)
        unit_id = await unit_of(db, login.account, wanted.unit_id)
        session = await sessions.create(
            db,
            login.account,
            sample=wanted.sample,
            label=wanted.label,
            appointment_at=wanted.appointment_at,
            visit=sessions.Visit(
                await _patient(db, login.account, unit_id, wanted, service),
                wanted.visit_number,
                wanted.age_months,
            ),
            unit_id=unit_id,
        )
        if unit_id is not None:
            take_over(session, await db.get(Unit, unit_id))
            await db.flush()
        await db.refresh(session)
        audit.record(db, await practitioner_seat(db, session, login), "created")
    return await service.practitioner_view(session.id)


@router.get("")
async def list_mine(
    request: Request,
    service: Running,
    when: When | None = None,
    unit: Annotated[str | None, Query(max_length=32)] = None,
    patient: Annotated[str | None, Query(max_length=LONGEST_TYPED)] = None,
    since: Moment = None,
    until: Moment = None,
    after: Annotated[str | None, Query(pattern=session_list.CURSOR)] = None,
) -> SessionList:
    """50 a page: the newest first; of those that are planned the soonest.

    `patient` is how the code begins; from `since` on and before `until` they were, are or will be.
    """
    search = Search(when, unit, patient, since, until)
    async with service.database.read() as db:
        login = await callers.signed_in(db, request)
        page, following = await session_list.page_of(db, login.account, search, after)
    service.notices.note(Notice(Role.PRACTITIONER, "listed", login.account))
    see = service.views.for_practitioner
    views = await asyncio.to_thread(lambda: [see(session, login.account) for session in page])
    return SessionList(sessions=views, next=following)


@router.get("/{session_id}")
async def show(
    session_id: SessionId, request: Request, service: Running
) -> SessionSeenByPractitioner | SessionView | WaitingView:
    caller = callers.in_the_call(request)
    service.notices.note(caller.notice("read"))
    return service.views.of(caller.session, caller.who)


@router.patch("/{session_id}", dependencies=COUNTED)
async def change(
    session_id: SessionId, wanted: SessionChange, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        before = session.patient_code_id
        for field in wanted.model_fields_set - {"patient_code"}:
            setattr(session, field, getattr(wanted, field))
        if "patient_code" in wanted.model_fields_set:
            session.patient_code = await _patient(
                db, session.account, session.unit_id, wanted, service
            )
        for field in wanted.model_fields_set:
            audit.record(db, by, f"{field}_changed")
        sessions.list_it(session)
        if "appointment_at" in wanted.model_fields_set:
            await invites.outlast(db, session)
        await db.flush()
        await patients.forget_unvisited(db, before)
        if session.over:
            await service.keys.describe(db, service.settings.data, session)
    service.changed(session_id)
    return await service.practitioner_view(session_id)


@router.delete("/{session_id}", status_code=204, dependencies=COUNTED)
async def delete(session_id: SessionId, _: Nothing, request: Request, service: Running) -> None:
    """With all that is kept of it; the audit stays."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        if session.state is SessionState.LIVE:
            raise Conflict("still-live", "End the session first.")
        audit.record(db, by, "deleted")
        await destroy_key(db, session)
        await asyncio.to_thread(erase, service.settings.data, session_id)
        before = session.patient_code_id
        await db.delete(session)
        await db.flush()
        await patients.forget_unvisited(db, before)
    await service.forget(session_id)


@router.post("/{session_id}/knock", status_code=204, dependencies=COUNTED)
async def knock(session_id: SessionId, given: Knock, request: Request, service: Running) -> None:
    async with service.database.begin() as db:
        caller = await callers.patient(db, request, session_id)
        test = given.picture_test
        sessions.knock(db, caller.session, test.model_dump() if test else None)
    service.changed(session_id)


@router.post("/{session_id}/leave", status_code=204, dependencies=COUNTED)
async def leave(session_id: SessionId, _: Nothing, request: Request, service: Running) -> None:
    async with service.database.begin() as db:
        caller = await callers.patient(db, request, session_id)
        sessions.leave(db, caller.session)
    service.changed(session_id)


@router.post("/{session_id}/admit", dependencies=COUNTED)
async def admit(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.admit(db, session, by)
    service.changed(session_id)
    # The pages will ask for tokens at once.
    await service.rooms.wait_while_livekit_answers(session_id, ROOM_WAIT_S)
    return await service.practitioner_view(session_id, by.account)


@router.post("/{session_id}/deny", dependencies=COUNTED)
async def deny(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.deny(db, session, by)
    service.changed(session_id)
    return await service.practitioner_view(session_id, by.account)


@router.put("/{session_id}/waiting-word", dependencies=COUNTED)
async def tell_waiting(
    session_id: SessionId, word: WaitingWord, request: Request, service: Running
) -> SessionSeenByPractitioner:
    """To the family's page, until it is let in or refused."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        sessions.tell_waiting(db, session, by, word)
    service.changed(session_id)
    return await service.practitioner_view(session_id, by.account)


@router.post(
    "/{session_id}/cancel",
    dependencies=COUNTED,
    response_model=SessionSeenByPractitioner | None,
)
async def cancel(
    session_id: SessionId, _: Nothing, request: Request, response: Response, service: Running
) -> SessionSeenByPractitioner | None:
    """Before it is live: the family's link then says so. An administrator is shown nothing."""
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        await sessions.cancel(db, session, by)
    service.changed(session_id)
    if isinstance(callers.authorised(request), callers.Outsider):
        response.status_code = 204
        return None
    return await service.practitioner_view(session_id)


@router.post("/{session_id}/end", dependencies=COUNTED)
async def end(
    session_id: SessionId, _: Nothing, request: Request, service: Running
) -> SessionSeenByPractitioner:
    async with service.database.begin() as db:
        session, by = await callers.acting(db, request, session_id)
        await sessions.end(db, session, by)
        await service.keys.describe(db, service.settings.data, session)
    await service.reconciler.close_room(session_id)
    service.changed(session_id)
    return await service.practitioner_view(session_id)


async def _patient(
    db: Transaction, account: str, unit_id: str | None, wanted: Described, service: Service
) -> PatientCode | None:
    if wanted.patient_code is None:
        return None
    codes = await patients.codes_of(db, account, unit_id, service.settings.patient_codes)
    return await patients.find(db, codes, wanted.patient_code)
