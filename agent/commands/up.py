"""epedicare up."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.session_argument import Data

if TYPE_CHECKING:
    from agent.dev_stack.stack import Plan

SERVICE_PORT = 5002
NO_PATIENT = "none"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(
    patient: Annotated[
        str | None,
        typer.Option(
            metavar="VIDEO",
            help=f"The video that the sample patient's camera shows; {NO_PATIENT}: no patient. "
            "Default: the sample clip of a talking face.",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The token service's port on loopback.")
    ] = SERVICE_PORT,
    clinic: Annotated[
        bool, typer.Option(help="Practitioners sign in at a provider with four made-up people.")
    ] = False,
    *,
    data: Data,
) -> None:
    """Start the whole stack on loopback, with a sample patient, until Ctrl-C."""
    from agent.dev_stack.preflight import sole_user_of
    from agent.dev_stack.stack import plan
    from agent.record.folder import refuse_open_to_others

    refuse_open_to_others(data)
    video = Path(patient) if patient not in (None, NO_PATIENT) else None
    with sole_user_of(data):
        stack = plan(data, port, video, with_patient=patient != NO_PATIENT, with_provider=clinic)
        asyncio.run(_run(stack))


async def _run(stack: Plan) -> None:
    from agent.dev_stack.stack import run_until_told

    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, told.set)
    await run_until_told(stack, _tell, told)


def _tell(line: str) -> None:
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    typer.echo(line if line.startswith("\n") else f"{clock} {line}")
