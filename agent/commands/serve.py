"""`epedicare serve`: the token service and the web pages."""

import asyncio
from typing import Annotated

import typer

from agent.logs import start_logging


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 5002,
    sign_in_link: Annotated[
        bool, typer.Option(help="Print a link that signs the practitioner in, once.")
    ] = True,
) -> None:
    """Run the token service, which also serves the web pages."""
    from agent.settings import read_settings
    from token_service.server import run

    start_logging(read_settings().log_format)
    asyncio.run(run(host, port, announce=typer.echo if sign_in_link else None))
