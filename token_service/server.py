"""Runs the service under uvicorn, with nothing about its visitors in the log."""

import gc
import logging
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from agent.errors import BadConfiguration
from agent.metrics_endpoint import serve_metrics
from token_service.app import create_app
from token_service.database import Database, open_database
from token_service.development_sign_in import new_sign_in_secret, sign_in_link
from token_service.settings import ServiceSettings, address_for_browsers, load_settings

SHUTDOWN_S = 2  # open event streams are cut after this
# Longer than Caddy and HTTP clients keep one: who closes first must be the one that asks,
# or a request meets the end of its connection and nobody knows whether it was heard.
IDLE_CONNECTION_S = 130

PROXY_NOT_TRUSTED = (
    "EPEDICARE_PUBLIC_URL is set, EPEDICARE_TRUSTED_PROXIES is not: wrong short codes of all who "
    "come through a proxy are counted together"
)

log = logging.getLogger(__name__)

QUIET = {"httpx2", "aiosqlite", "alembic", "sse_starlette"}


def uvicorn_server(settings: ServiceSettings) -> uvicorn.Server:
    return uvicorn.Server(_configured(settings, create_app(settings)))


def _configured(settings: ServiceSettings, app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # it would hold addresses
        proxy_headers=False,  # they are read in client_address, from those who are trusted
        server_header=False,
        log_config=None,
        timeout_keep_alive=IDLE_CONNECTION_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


async def run(host: str, port: int, *, announce: Callable[[str], None] | None) -> None:
    """announce: where to say how to sign in; None when somebody else makes the link."""
    settings = load_settings(host=host, port=port)
    _refuse_busy_port(settings)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    app = create_app(settings)
    if settings.metrics is not None:
        serve_metrics(settings.metrics, app.state.metrics.registry)
    async with open_database(settings.data, settings.database) as database:  # or one line why not
        if announce is not None:
            announce(await _how_to_sign_in(settings, database))
    if settings.public_url is not None and not settings.trusted_proxies:
        log.warning(PROXY_NOT_TRUSTED)
    leave_out_of_collections()
    await uvicorn.Server(_configured(settings, app)).serve()


def leave_out_of_collections() -> None:
    """What is there now stays: while it was searched for garbage, 80 ms, nobody was answered."""
    gc.collect()
    gc.freeze()


async def _how_to_sign_in(settings: ServiceSettings, database: Database) -> str:
    address = address_for_browsers(settings.host, settings.port, settings.public_url)
    if settings.oidc is not None:
        return f"Practitioners sign in at {address}/practitioner, through {settings.oidc.issuer}"
    secret = await new_sign_in_secret(database)
    return f"Practitioner sign-in (once): {sign_in_link(address, secret)}"


def _refuse_busy_port(settings: ServiceSettings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise BadConfiguration(
                f"port {settings.port} on {settings.host} is taken: choose another with --port"
            ) from None
