"""What each seat is shown of a session."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select

from agent.contract import AgentState
from token_service.accounts import code_of
from token_service.authorisation import Who
from token_service.broker import Look, Shown
from token_service.consent import (
    Analysis,
    Answer,
    analysis_of,
    answer_of,
    keeping_of,
    newest_answer,
)
from token_service.database import Transaction
from token_service.kept import is_kept
from token_service.logins import lasting
from token_service.models import (
    Account,
    AccountRole,
    Admission,
    ColleagueState,
    Login,
    Purpose,
    Role,
    Seat,
    Session,
    SessionState,
)
from token_service.picture_tests import PictureTest
from token_service.places import OPEN, practitioner_in, role_of
from token_service.reconciler import SeenAgent
from token_service.retention import kept_until
from token_service.roles import roles_of
from token_service.waiting_words import WaitingWordView

IAm = Literal["owner", "controls", "observer"]
PatientState = Literal["none", "invited", "waiting", "admitted", "denied", "joined", "left"]


class ConsentView(BaseModel):
    """What the family answered. Whoever refused at once has withdrawn nothing."""

    live_analysis: Answer
    keeping: Answer
    research_use: Answer
    answered_at: datetime | None
    child_assent: bool | None  # to the analysis; None: the child was not asked


class PatientView(BaseModel):
    state: PatientState
    analysis: Analysis
    keeping: bool
    consent: ConsentView
    waiting_word: WaitingWordView | None


class PatientSeenByPractitioner(PatientView):
    identity: str
    picture_test: PictureTest | None


class AgentView(BaseModel):
    state: AgentState


class MeasurementsView(BaseModel):
    being_kept: bool  # now, as far as the agent says
    kept: bool  # there is something that could be erased
    keeping_days: int | None  # after the end, then it is erased by itself; null: no date
    research_use_days: int | None  # likewise, while the family agrees to research
    kept_until: datetime | None  # of a session that is over; null: no date


class ProfessionalsView(BaseModel):
    """Who is in the call now, beside the family."""

    here: int
    observing: int  # of these


class OwnerView(BaseModel):
    code: str
    here: bool


class ColleagueView(BaseModel):
    id: str
    code: str
    state: ColleagueState
    controls: bool
    here: bool


class SessionView(BaseModel):
    """As the family sees it."""

    id: str
    short_id: str
    state: SessionState
    sample: bool
    created_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    patient: PatientView
    agent: AgentView
    measurements: MeasurementsView
    professionals: ProfessionalsView


class WaitingView(BaseModel):
    """For a colleague at the door: nothing of the session."""

    id: str
    short_id: str
    state: SessionState
    i_am: Literal["waiting"] = "waiting"


class SessionSeenByPractitioner(SessionView):
    i_am: IAm
    owner: OwnerView
    colleagues: list[ColleagueView]
    label: str | None  # the practitioner's own words: never shown to the family, nor to LiveKit
    appointment_at: datetime | None
    unit_id: str | None
    patient_code: str | None  # a pseudonym: never shown to the family, nor to LiveKit
    visit_number: int | None
    age_months: int | None
    patient: PatientSeenByPractitioner


class Views:
    def __init__(self, data: Path, agent: Callable[[str], SeenAgent]) -> None:
        self._data = data
        self._agent = agent

    def of(self, session: Session, who: Who) -> SessionView | WaitingView:
        return _seen_by(who, session, self._facts(session))

    def for_practitioner(
        self, session: Session, account: str | None = None
    ) -> SessionSeenByPractitioner:
        """Without an account, for the owner."""
        who = practitioner_in(session, account or session.account)
        return _seen_by_practitioner(session, self._facts(session), I_AM[who or Who.OBSERVER])

    def as_json(self, session: Session) -> dict[Who, str]:
        """For everybody, of one look at the disk."""
        facts = self._facts(session)
        everybody = [Who.FAMILY, Who.OWNER]
        if session.colleagues:
            everybody += [Who.CONTROLS, Who.OBSERVER, Who.WAITING]
        return {who: _seen_by(who, session, facts).model_dump_json() for who in everybody}

    def _facts(self, session: Session) -> dict[str, Any]:
        """What everybody is shown."""
        agent = self._agent(session.id)
        if session.state is not SessionState.LIVE:
            agent = SeenAgent()
        keeps = agent.keeps and agent.state is AgentState.ANALYSING
        return {
            "id": session.id,
            "short_id": session.id[:4],
            "state": session.state,
            "sample": session.sample,
            "created_at": session.created_at,
            "live_at": session.live_at,
            "ended_at": session.ended_at,
            "agent": AgentView(state=agent.state),
            "professionals": _professionals(session),
            "measurements": MeasurementsView(
                being_kept=keeps and keeping_of(session.patient),
                kept=is_kept(self._data, session.id),
                keeping_days=session.keeping_days,
                research_use_days=session.research_use_days,
                kept_until=None if session.held else kept_until(session),
            ),
        }


def _seen_by(who: Who, session: Session, facts: dict[str, Any]) -> SessionView | WaitingView:
    if who is Who.WAITING:
        return WaitingView(id=session.id, short_id=session.id[:4], state=session.state)
    if who in I_AM:
        return _seen_by_practitioner(session, facts, I_AM[who])
    return SessionView(patient=PatientView(**_patient_facts(session.patient)), **facts)


I_AM: dict[Who, IAm] = {
    Who.OWNER: "owner",
    Who.CONTROLS: "controls",
    Who.OBSERVER: "observer",
}


def _professionals(session: Session) -> ProfessionalsView:
    here = _accounts_here(session)
    observing = {account for account in here if role_of(session, account) is Role.OBSERVER}
    return ProfessionalsView(here=len(here), observing=len(observing))


def _accounts_here(session: Session) -> set[str]:
    return {seat.account for seat in session.seats if seat.account and seat.present}


def _seen_by_practitioner(
    session: Session, facts: dict[str, Any], i_am: IAm
) -> SessionSeenByPractitioner:
    patient, here = session.patient, _accounts_here(session)
    return SessionSeenByPractitioner(
        i_am=i_am,
        owner=OwnerView(code=code_of(session.account), here=session.account in here),
        colleagues=[
            ColleagueView(
                id=colleague.id,
                code=code_of(colleague.account),
                state=colleague.state,
                controls=colleague.controls,
                here=colleague.account in here,
            )
            for colleague in session.colleagues
            if colleague.state in OPEN
        ],
        label=session.label,
        appointment_at=session.appointment_at,
        unit_id=session.unit_id,
        patient_code=session.patient_code.text if session.patient_code else None,
        visit_number=session.visit_number,
        age_months=session.age_months,
        patient=PatientSeenByPractitioner(
            identity=patient.identity,
            picture_test=_picture_test(patient),
            **_patient_facts(patient),
        ),
        **facts,
    )


def _picture_test(patient: Seat) -> PictureTest | None:
    stored = patient.picture_test
    return None if stored is None else PictureTest.model_validate(stored)


async def shown(db: Transaction, session_id: str, views: Views) -> Shown | None:
    session = await db.get(Session, session_id)
    if session is None:
        return None
    looking = await _who_may_look(db, session)
    open_logins = await lasting(db, Login.account.in_(looking))
    accounts = await db.execute(select(Login.id, Login.account).where(Login.id.in_(open_logins)))
    who = {login: looking[account] for login, account in accounts}
    return Shown(
        views=views.as_json(session),
        over=session.over,
        patient_identity=session.patient.identity,
        logins={login: Look(who[login], lasts.sure_until) for login, lasts in open_logins.items()},
    )


async def _who_may_look(db: Transaction, session: Session) -> dict[str, Who]:
    """By account: practitioners of the session, while they are practitioners at all."""
    involved = {session.account, *(colleague.account for colleague in session.colleagues)}
    accounts = await db.scalars(select(Account).where(Account.id.in_(involved)))
    return {
        account.id: who
        for account in accounts
        if AccountRole.PRACTITIONER in roles_of(account)
        and (who := practitioner_in(session, account.id)) is not None
    }


def _patient_facts(patient: Seat) -> dict[str, Any]:
    return {
        "state": _patient_state(patient),
        "analysis": analysis_of(patient),
        "keeping": keeping_of(patient),
        "consent": _consent_view(patient),
        "waiting_word": _waiting_word(patient),
    }


def _waiting_word(patient: Seat) -> WaitingWordView | None:
    stored = patient.waiting_word
    return None if stored is None else WaitingWordView.model_validate(stored)


def _consent_view(patient: Seat) -> ConsentView:
    analysis = newest_answer(patient, Purpose.LIVE_ANALYSIS)
    return ConsentView(
        live_analysis=answer_of(patient, Purpose.LIVE_ANALYSIS),
        keeping=answer_of(patient, Purpose.KEEPING),
        research_use=answer_of(patient, Purpose.RESEARCH_USE),
        answered_at=max((answer.given_at for answer in patient.answers), default=None),
        child_assent=analysis.child_assent if analysis and analysis.granted else None,
    )


def _patient_state(patient: Seat) -> PatientState:
    if patient.admission is not Admission.ADMITTED:
        return _BEFORE_ADMISSION[patient.admission]
    if patient.present and not patient.stepped_out:
        return "joined"
    return "left" if patient.stepped_out or patient.joined_at else "admitted"


_BEFORE_ADMISSION: dict[Admission, PatientState] = {
    Admission.NONE: "none",
    Admission.INVITED: "invited",
    Admission.WAITING: "waiting",
    Admission.DENIED: "denied",
}
