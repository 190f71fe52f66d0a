"""One room's job, in a process of its own: accepted hidden, started warm."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

from livekit import api
from livekit.agents import AutoSubscribe, JobContext, JobProcess, JobRequest
from livekit.protocol.agent import Job

from agent.contract import AgentState, Attribute, agent_identity
from agent.errors import NotOurRoom
from agent.perception.perception import Perception
from agent.room.assignment import Assignment
from agent.room.capacity import AnalysisSlots
from agent.room.consultation import Consultation
from models.bundles import ModelBundles

logger = logging.getLogger(__name__)

BEAT_PATIENCE_S = 2.5
GIL_SWITCH_INTERVAL_S = 0.0005  # a landmarker's thread must not wait 5 ms for the event loop's


def prepare_process(process: JobProcess) -> None:
    """Build the landmarkers before a job comes, so that it starts warm."""
    sys.setswitchinterval(GIL_SWITCH_INTERVAL_S)
    process.userdata["perception"] = Perception(ModelBundles.verified(), live=True)


async def accept_hidden(request: JobRequest) -> None:
    """A fixed identity: two agents can never be in one room."""
    await request.accept(
        name="analysis",
        identity=agent_identity(request.room.name),
        attributes={
            Attribute.STATE: AgentState.WAITING,
            Attribute.BEAT: "0",
            Attribute.DISPATCH: request.job.dispatch_id,
            **_patient(request.job),
        },
    )


def _patient(job: Job) -> dict[str, str]:
    """For the service, which calls another agent when another device takes the patient's seat."""
    try:
        return {Attribute.PATIENT: _assignment(job).patient_identity}
    except NotOurRoom:
        return {}


async def analyse_room(context: JobContext) -> None:
    try:
        assignment = _assignment(context.job)
    except NotOurRoom as error:
        logger.error("room not analysed: %s", error)
        context.shutdown(reason="not our room")
        return
    if await _another_agent_works(context):
        logger.warning("room not analysed: another agent works in it")
        context.shutdown(reason="another agent works here")
        return
    await context.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    data = Path(os.environ["EPEDICARE_DATA"])
    consultation = Consultation(
        room=context.room,
        assignment=assignment,
        perception=context.proc.userdata["perception"],
        slots=AnalysisSlots(data / "slots", int(os.environ["EPEDICARE_CAPACITY"])),
        data=data,
        on_failure=context.shutdown,
    )
    context.add_shutdown_callback(consultation.aclose)
    consultation.start()


async def _another_agent_works(context: JobContext) -> bool:
    """Joining under its identity would put the other one out, and LiveKit would end this job."""
    beat = await _beat_in_room(context)
    if beat is None:
        return False
    await asyncio.sleep(BEAT_PATIENCE_S)
    return await _beat_in_room(context) not in (None, beat)


async def _beat_in_room(context: JobContext) -> str | None:
    request = api.ListParticipantsRequest(room=context.job.room.name)
    identity = agent_identity(context.job.room.name)
    for participant in (await context.api.room.list_participants(request)).participants:
        if participant.identity == identity:
            return participant.attributes[Attribute.BEAT]
    return None


def _assignment(job: Job) -> Assignment:
    stated_patient = os.environ.get("EPEDICARE_PATIENT_IDENTITY")
    if stated_patient is None:
        return Assignment.from_dispatch(job.metadata, job.room.name)
    return Assignment(
        session_id=job.room.name,
        patient_identity=stated_patient,
        practitioner_identities=frozenset(
            os.environ["EPEDICARE_PRACTITIONER_IDENTITIES"].splitlines()
        ),
        sample=False,
    )
