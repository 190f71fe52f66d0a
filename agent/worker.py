"""The LiveKit worker: accepts a job per room as a hidden participant, each in a warm process."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

# End-of-turn weights of voice agents, 244 MB that we have no use for; read by the fork server.
os.environ.setdefault("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "0")

from livekit import api
from livekit.agents import (
    AgentServer,
    AutoSubscribe,
    JobContext,
    JobProcess,
    JobRequest,
    WorkerPermissions,
)

from agent.assignment import Assignment, NotOurRoom
from agent.capacity import AnalysisSlots
from agent.consultation import Consultation
from agent.perception.perception import Perception
from models.bundles import ModelBundles

logger = logging.getLogger(__name__)

AGENT_NAME = "behaviour-analysis"
JOB_MEMORY_WARN_MB = 900
JOB_MEMORY_LIMIT_MB = 1500
BEAT_PATIENCE_S = 2.5
GIL_SWITCH_INTERVAL_S = 0.0005  # a landmarker's thread must not wait 5 ms for the event loop's
SERVER_RETRIES = 1_000_000  # a worker outlives any restart of the server


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What every job process needs to know; it travels there in environment variables."""

    data: Path
    capacity: int
    idle_processes: int
    host: str = "127.0.0.1"
    port: int = 8081
    prometheus_port: int | None = None
    automatic_dispatch: bool = False
    patient_identity: str | None = None
    practitioner_identities: frozenset[str] = frozenset()
    drain_timeout_s: int = 3600

    def export(self) -> None:
        os.environ["EPEDICARE_DATA"] = str(self.data)
        os.environ["EPEDICARE_CAPACITY"] = str(self.capacity)
        if self.automatic_dispatch:
            os.environ["EPEDICARE_PATIENT_IDENTITY"] = self.patient_identity or ""
            os.environ["EPEDICARE_PRACTITIONER_IDENTITIES"] = "\n".join(
                sorted(self.practitioner_identities)
            )


def prepare_process(process: JobProcess) -> None:
    """Build the landmarkers before a job comes, so that it starts warm."""
    sys.setswitchinterval(GIL_SWITCH_INTERVAL_S)
    process.userdata["perception"] = Perception(ModelBundles.verified(), live=True)


async def accept_hidden(request: JobRequest) -> None:
    """A fixed identity: two agents can never be in one room."""
    await request.accept(
        name="analysis",
        identity=agent_identity(request.room.name),
        attributes={"state": "waiting", "beat": "0"},
    )


async def analyse_room(context: JobContext) -> None:
    try:
        assignment = _assignment(context)
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
            return participant.attributes["beat"]
    return None


def agent_identity(room_name: str) -> str:
    return f"analysis-{room_name}"


def _assignment(context: JobContext) -> Assignment:
    stated_patient = os.environ.get("EPEDICARE_PATIENT_IDENTITY")
    if stated_patient is None:
        return Assignment.from_dispatch(context.job.metadata, context.job.room.name)
    return Assignment(
        session_id=context.job.room.name,
        patient_identity=stated_patient,
        practitioner_identities=frozenset(
            os.environ["EPEDICARE_PRACTITIONER_IDENTITIES"].splitlines()
        ),
        sample=False,
    )


def build_server(settings: WorkerSettings) -> AgentServer:
    server = AgentServer(
        # Every room gets its agent, however many open at once: a threshold would turn jobs of a
        # burst away, and LiveKit offers each only once. What the machine cannot analyse is
        # attached and says so (AnalysisSlots).
        load_threshold=math.inf,
        load_fnc=lambda server: min(1.0, len(server.active_jobs) / (2 * settings.capacity)),
        num_idle_processes=settings.idle_processes,
        initialize_process_timeout=60.0,
        job_memory_warn_mb=JOB_MEMORY_WARN_MB,
        job_memory_limit_mb=JOB_MEMORY_LIMIT_MB,
        drain_timeout=settings.drain_timeout_s,
        max_retry=SERVER_RETRIES,
        host=settings.host,
        port=settings.port,
        preload_modules=["mediapipe", "mediapipe.tasks.python.vision", "agent.consultation"],
        permissions=WorkerPermissions(
            can_publish=False,
            can_subscribe=True,
            can_publish_data=True,
            can_update_metadata=True,
            hidden=True,
        ),
        setup_fnc=prepare_process,
        prometheus_port=settings.prometheus_port,
    )
    # LiveKit lets a stray LIVEKIT_AGENT_NAME decide over dispatch; here only the setting does.
    os.environ.pop("LIVEKIT_AGENT_NAME", None)
    os.environ.pop("LIVEKIT_AGENT_NAME_OVERRIDE", None)
    server.rtc_session(
        analyse_room,
        agent_name="" if settings.automatic_dispatch else AGENT_NAME,
        on_request=accept_hidden,
    )
    return server


async def run_worker(settings: WorkerSettings) -> None:
    """Serve until SIGTERM, which lets running consultations end first, or SIGINT, which does not.

    A second signal of either kind stops at once.
    """
    settings.export()
    server = build_server(settings)
    loop = asyncio.get_running_loop()
    drain, stop = asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, lambda: (stop if drain.is_set() else drain).set())
    loop.add_signal_handler(signal.SIGINT, stop.set)
    serving = asyncio.create_task(server.run())
    draining = asyncio.create_task(_drain(server, drain))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, draining, stopping}, return_when=asyncio.FIRST_COMPLETED)
    draining.cancel()
    stopping.cancel()
    await server.aclose()
    await serving


async def _drain(server: AgentServer, requested: asyncio.Event) -> None:
    await requested.wait()
    try:
        await server.drain()
    except TimeoutError:
        logger.warning("stopping although consultations still run: the drain time is over")
