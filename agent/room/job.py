"""One room's job, in a process of its own: accepted hidden, confined, started warm.

It holds its room's token and no key of the server: what needs one is asked before, by the worker's
process that takes the job.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import sys
import threading
import time
from pathlib import Path

import aiohttp
from livekit import api
from livekit.agents import AutoSubscribe, JobContext, JobProcess, JobRequest
from livekit.protocol.agent import Job

from agent.contract import AgentState, Attribute, agent_identity
from agent.errors import NotOurRoom
from agent.livekit_access import LiveKitAccess
from agent.perception.engines import EngineName, build_engine
from agent.perception.perception import Perception
from agent.record.limits import KeepingLimits
from agent.record.provenance import code_version
from agent.room.assignment import Assignment
from agent.room.capacity import AnalysisSlots
from agent.room.confinement import confine
from agent.room.consultation import Consultation
from agent.room.job_report import ReportLine
from agent.room.log_keeper import LogKeeper
from models.bundles import ModelBundles, bundles_folder

logger = logging.getLogger(__name__)

BEAT_PATIENCE_S = 2.5
LAST_WORDS_S = 5.0
M_ARENA_MAX = -8  # mallopt(3)
GIL_SWITCH_INTERVAL_S = 0.0005  # a landmarker's thread must not wait 5 ms for the event loop's


def prepare_process(process: JobProcess) -> None:
    """Build the landmarkers before a job comes, so that it starts warm."""
    sys.setswitchinterval(GIL_SWITCH_INTERVAL_S)
    threading.Thread(target=_end_with_the_main_thread, name="ending", daemon=True).start()
    _share_one_heap()
    bundles = bundles_folder()
    code_version()  # remembered: checkout and settings are out of reach afterwards
    data = Path(os.environ["EPEDICARE_DATA"])
    process.userdata["keeper"] = LogKeeper.start(data)
    process.userdata["line"] = ReportLine.open()
    wanted = EngineName(os.environ["EPEDICARE_ENGINE"])
    engine = build_engine(ModelBundles.verified(bundles), wanted, data)
    confine(data, bundles)
    process.userdata["perception"] = Perception(engine, live=True)


def _end_with_the_main_thread() -> None:
    """LiveKit's thread for log lines waits for ever when the worker was killed in a bad moment."""
    threading.main_thread().join()
    time.sleep(LAST_WORDS_S)
    os._exit(1)


def _share_one_heap() -> None:
    """Each thread's own heap, as glibc has it, keeps what models took while they were loaded."""
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(M_ARENA_MAX, 1)


class HiddenAcceptance:
    """Takes jobs under a fixed identity: two agents can never be in one room."""

    def __init__(self, access: LiveKitAccess, slots: AnalysisSlots) -> None:
        self._access = access
        self._slots = slots

    async def __call__(self, request: JobRequest) -> None:
        if _with_room_only(request.job):
            welcome = self._slots.any_free() and await self._takes_over(request.room.name)
        else:
            welcome = not await self._another_agent_works(request.room.name)
            if not welcome:
                logger.warning("room not analysed: another agent works in it")
        await (_accept(request) if welcome else request.reject())

    async def _takes_over(self, room: str) -> bool:
        """Puts out the agent that has no capacity; unless it has found some since.

        Only then may another one join: when LiveKit itself puts out a participant whose identity
        comes a second time, it ends the newer one's job.
        """
        agent = api.RoomParticipantIdentity(room=room, identity=agent_identity(room))
        try:
            async with self._livekit() as livekit:
                waiting = await livekit.room.get_participant(agent)
                if waiting.attributes.get(Attribute.STATE) != AgentState.NO_CAPACITY:
                    return False
                await livekit.room.remove_participant(agent)
        except (aiohttp.ClientError, api.TwirpError, TimeoutError) as error:
            logger.warning("room not taken over: %s", type(error).__name__)
            return False
        return True

    async def _another_agent_works(self, room: str) -> bool:
        """Joining under its identity would put the other one out, and LiveKit would end this job.

        When LiveKit does not answer, nobody knows: the service calls again if nobody beats.
        """
        try:
            beat = await self._beat_in(room)
            if beat is None:
                return False
            await asyncio.sleep(BEAT_PATIENCE_S)
            return await self._beat_in(room) not in (None, beat)
        except (aiohttp.ClientError, api.TwirpError, TimeoutError) as error:
            logger.warning("LiveKit does not say who is in the room: %s", type(error).__name__)
            return False

    async def _beat_in(self, room: str) -> str | None:
        async with self._livekit() as livekit:
            there = await livekit.room.list_participants(api.ListParticipantsRequest(room=room))
        return next(
            (
                p.attributes[Attribute.BEAT]
                for p in there.participants
                if p.identity == agent_identity(room)
            ),
            None,
        )

    def _livekit(self) -> api.LiveKitAPI:
        return api.LiveKitAPI(self._access.url, self._access.api_key, self._access.api_secret)


def _with_room_only(job: Job) -> bool:
    try:
        return _assignment(job).with_room_only
    except NotOurRoom:
        return False


async def _accept(request: JobRequest) -> None:
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
    # Before anything of a stranger's arrives: the keeper serves the first session it is asked for.
    place = context.proc.userdata["keeper"].place_of(assignment.session_id)
    await context.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    data = Path(os.environ["EPEDICARE_DATA"])
    consultation = Consultation(
        room=context.room,
        assignment=assignment,
        perception=context.proc.userdata["perception"],
        slots=AnalysisSlots.of(data, int(os.environ["EPEDICARE_CAPACITY"])),
        place=place,
        limits=_limits(),
        line=context.proc.userdata["line"],
        on_failure=context.shutdown,
    )
    context.add_shutdown_callback(consultation.aclose)
    consultation.start()


def _limits() -> KeepingLimits:
    return KeepingLimits(
        int(os.environ["EPEDICARE_SESSION_QUOTA_MB"]), int(os.environ["EPEDICARE_FREE_DISK_MB"])
    )


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
