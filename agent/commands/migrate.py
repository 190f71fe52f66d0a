"""`epedicare migrate`."""

from __future__ import annotations

import asyncio

import typer

from agent.commands.session_argument import Data


def migrate(*, data: Data) -> None:
    """Bring the database to this version: by hand where EPEDICARE_DATABASE_URL names one."""
    from token_service.operator import migrate as bring_up_to_date

    typer.echo(asyncio.run(bring_up_to_date(data)))
