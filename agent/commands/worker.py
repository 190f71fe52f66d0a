"""epedicare worker."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer

from agent.livekit_access import VARIABLES, LiveKitAccess, given_livekit
from agent.logs import start_logging
from agent.perception.engines import prepare_engine, wanted_engine
from agent.record.limits import KeepingLimits
from agent.room.fork_server import start_early
from agent.room.job_report import new_report_socket
from agent.room.machine import patients_carried
from agent.room.worker_settings import WorkerSettings
from models.bundles import ModelBundles


def worker(
    capacity: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Patients analysed at once on this machine; further ones are attached and told "
            "so. Default: EPEDICARE_CAPACITY, or what the cores carry by a measurement.",
        ),
    ] = None,
    idle_processes: Annotated[
        int, typer.Option(min=0, help="Job processes kept warm for the next rooms.")
    ] = 2,
    dispatch: Annotated[
        str,
        typer.Option(
            help="named: rooms that ask for the agent by name, as the token service's do. "
            "automatic: every room of the LiveKit server; needs the identities below."
        ),
    ] = "named",
    patient_identity: Annotated[
        str | None, typer.Option(help="Automatic dispatch: the only identity analysed.")
    ] = None,
    practitioner_identity: Annotated[
        list[str] | None,
        typer.Option(help="Automatic dispatch: an identity that receives results; repeatable."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where health is served.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Health: GET / and GET /worker.")] = 8081,
    drain_timeout_s: Annotated[
        int, typer.Option(help="How long SIGTERM waits for running consultations.")
    ] = 3600,
) -> None:
    """Analyse the patients of a LiveKit server's rooms (LIVEKIT_URL, _API_KEY, _API_SECRET)."""
    automatic = dispatch == "automatic"
    if dispatch not in ("named", "automatic"):
        raise typer.BadParameter("named or automatic", param_hint="--dispatch")
    if automatic and not (patient_identity and practitioner_identity):
        raise typer.BadParameter(
            "automatic dispatch needs --patient-identity and --practitioner-identity: without "
            "them nothing would be analysed or published"
        )
    from agent.record.folder import refuse_open_to_others
    from agent.settings import read_settings

    access = _livekit_to_serve()
    for name in VARIABLES:  # job processes are forked with what stands there now
        os.environ.pop(name, None)
    given = read_settings()
    refuse_open_to_others(given.data)

    start_logging(given.log_format)
    data, engine = given.data.resolve(), wanted_engine()
    prepare_engine(ModelBundles.verified(), engine, data)
    settings = WorkerSettings(
        data=data,
        capacity=capacity or given.capacity or patients_carried(engine, data),
        idle_processes=idle_processes,
        engine=engine,
        limits=KeepingLimits(given.session_quota_mb, given.free_disk_mb),
        host=host,
        port=port,
        metrics=given.metrics,
        report_socket=new_report_socket() if given.metrics else None,
        automatic_dispatch=automatic,
        patient_identity=patient_identity,
        practitioner_identities=frozenset(practitioner_identity or ()),
        drain_timeout_s=drain_timeout_s,
    )
    settings.export()
    start_early(settings.engine)

    from agent.room.worker import run_worker

    asyncio.run(run_worker(settings, access))


def _livekit_to_serve() -> LiveKitAccess:
    access = given_livekit()
    if access is None:
        raise typer.BadParameter("LIVEKIT_URL is not set; it says which LiveKit server to serve")
    return access
