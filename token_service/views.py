"""What each seat is shown of a session."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import select

from token_service.broker import Shown
from token_service.consent import Analysis, analysis_of, keeping_of
from token_service.database import Transaction, utc_now
from token_service.models import Admission, Login, Role, Seat, Session, SessionState
from token_service.reconciler import AgentState

PatientState = Literal["none", "invited", "waiting", "admitted", "denied", "joined", "left"]


class PatientView(BaseModel):
    state: PatientState
    analysis: Analysis
    keeping: bool


class PatientSeenByPractitioner(PatientView):
    identity: str


class AgentView(BaseModel):
    state: AgentState


class SessionView(BaseModel):
    id: str
    short_id: str
    state: SessionState
    sample: bool
    created_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    patient: PatientSeenByPractitioner | PatientView
    agent: AgentView


async def shown(db: Transaction, session_id: str, agent: AgentState) -> Shown | None:
    session = await db.get(Session, session_id)
    if session is None:
        return None
    open_logins = select(Login.id, Login.expires_at).where(
        Login.account == session.account,
        Login.revoked_at.is_(None),
        Login.expires_at > utc_now(),
    )
    return Shown(
        views={role: view_of(session, agent, role).model_dump_json() for role in Role},
        over=session.over,
        patient_identity=session.patient.identity,
        logins={row.id: row.expires_at for row in await db.execute(open_logins)},
    )


def view_of(session: Session, agent: AgentState, role: Role) -> SessionView:
    return SessionView(
        id=session.id,
        short_id=session.id[:4],
        state=session.state,
        sample=session.sample,
        created_at=session.created_at,
        live_at=session.live_at,
        ended_at=session.ended_at,
        patient=_patient_view(session.patient, role),
        agent=AgentView(state=agent if session.state is SessionState.LIVE else "none"),
    )


def _patient_view(patient: Seat, role: Role) -> PatientView:
    view = PatientView(
        state=_patient_state(patient), analysis=analysis_of(patient), keeping=keeping_of(patient)
    )
    if role is Role.PATIENT:
        return view
    return PatientSeenByPractitioner(identity=patient.identity, **view.model_dump())


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
