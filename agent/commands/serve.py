"""`epedicare serve`: the token service and the web pages."""

import asyncio
import logging
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 5002,
    sign_in_link: Annotated[
        bool, typer.Option(help="Print a link that signs the practitioner in, once.")
    ] = True,
) -> None:
    """Run the token service, which also serves the web pages."""
    from token_service.server import run

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(run(host, port, announce=typer.echo if sign_in_link else None))
