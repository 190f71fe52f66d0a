"""The LiveKit worker: it offers itself for every room, and keeps warm processes for its jobs."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from livekit.agents import AgentServer, WorkerPermissions

from agent.contract import AGENT_NAME
from agent.livekit_access import LiveKitAccess
from agent.metrics_endpoint import serve_metrics
from agent.room.capacity import AnalysisSlots
from agent.room.fork_server import preloaded
from agent.room.job import HiddenAcceptance, analyse_room, prepare_process
from agent.room.worker_metrics import WorkerMetrics, told_by_jobs
from agent.room.worker_settings import WorkerSettings

logger = logging.getLogger(__name__)

# LiveKit's client names the participants, and the health check's server those who ask.
QUIET = ("livekit", "aiohttp.access")

JOB_MEMORY_WARN_MB = 900
JOB_MEMORY_LIMIT_MB = 1500
# Below the server's `agents.target_load`, 0.7 unless set: where the workers' loads reach it,
# LiveKit finds nobody for a room, although workers are there that would take it.
FULL_LOAD = 0.65
SERVER_RETRIES = 1_000_000  # a worker outlives any restart of the server


def build_server(settings: WorkerSettings, access: LiveKitAccess) -> AgentServer:
    server = AgentServer(
        ws_url=access.url,
        api_key=access.api_key,
        api_secret=access.api_secret,
        # Every room gets its agent, however many open at once: a threshold would turn jobs of a
        # burst away, and LiveKit offers each only once. What the machine cannot analyse is
        # attached and says so (AnalysisSlots), and is offered to others (HiddenAcceptance).
        load_threshold=math.inf,
        load_fnc=lambda server: load(len(server.active_jobs), settings.capacity),
        num_idle_processes=settings.idle_processes,
        initialize_process_timeout=60.0,
        job_memory_warn_mb=JOB_MEMORY_WARN_MB,
        job_memory_limit_mb=JOB_MEMORY_LIMIT_MB,
        drain_timeout=settings.drain_timeout_s,
        max_retry=SERVER_RETRIES,
        host=settings.host,
        port=settings.port,
        preload_modules=preloaded(settings.engine),
        permissions=WorkerPermissions(
            can_publish=False,
            can_subscribe=True,
            can_publish_data=True,
            can_update_metadata=True,
            hidden=True,
        ),
        setup_fnc=prepare_process,
    )
    server.rtc_session(
        analyse_room,
        agent_name="" if settings.automatic_dispatch else AGENT_NAME,
        on_request=HiddenAcceptance(access, AnalysisSlots.of(settings.data, settings.capacity)),
    )
    return server


def load(jobs: int, capacity: int) -> float:
    """LiveKit draws a room's worker by the weight 1 - load."""
    return FULL_LOAD * min(1.0, jobs / capacity)


async def run_worker(settings: WorkerSettings, access: LiveKitAccess) -> None:
    """Serve until SIGTERM, which lets running consultations end first, or SIGINT, which does not.

    A second signal of either kind stops at once.
    """
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("livekit.agents").setLevel(logging.INFO)
    server = build_server(settings, access)
    loop = asyncio.get_running_loop()
    drain, stop = asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, lambda: (stop if drain.is_set() else drain).set())
    loop.add_signal_handler(signal.SIGINT, stop.set)
    async with _metrics(settings):
        serving = asyncio.create_task(server.run())
        draining = asyncio.create_task(_drain(server, drain))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, draining, stopping}, return_when=asyncio.FIRST_COMPLETED)
        draining.cancel()
        stopping.cancel()
        await server.aclose()
        await serving


@asynccontextmanager
async def _metrics(settings: WorkerSettings) -> AsyncIterator[None]:
    if settings.metrics is None or settings.report_socket is None:
        yield
        return
    metrics = WorkerMetrics(settings.capacity)
    serve_metrics(settings.metrics, metrics.registry)
    async with told_by_jobs(settings.report_socket, metrics):
        yield


async def _drain(server: AgentServer, requested: asyncio.Event) -> None:
    await requested.wait()
    try:
        await server.drain()
    except TimeoutError:
        logger.warning("stopping although consultations still run: the drain time is over")
