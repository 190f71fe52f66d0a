"""`epedicare sessions` and `epedicare sign-in-link`: an operator's work on the machine."""

import asyncio
from typing import Annotated

import typer

from agent.commands.session_argument import Data, SessionName

app = typer.Typer(no_args_is_help=True, help="List, show and delete sessions.")


@app.command("list")
def list_sessions(data: Data) -> None:
    """List every session, newest first, and whether a log of it is kept."""
    from token_service import operator

    for line in asyncio.run(operator.list_lines(data)):
        typer.echo(line)


@app.command("show")
def show_session(session: SessionName, data: Data) -> None:
    """Show a session's seats, consents and audit as JSON, or what is known of a log alone."""
    from token_service import operator

    session_id = asyncio.run(operator.meant(data, session))
    typer.echo(asyncio.run(operator.shown(data, session_id)))


@app.command("delete")
def delete_session(
    session: SessionName,
    data: Data,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a session's rows and its folder for good. The audit stays."""
    from token_service import operator

    session_id = asyncio.run(operator.meant(data, session))
    if not yes:
        typer.confirm(f"Delete session {session_id} and all that was kept of it?", abort=True)
    asyncio.run(operator.delete(data, session_id))
    typer.echo(f"deleted {session_id}")


@app.command("hold")
def hold_session(
    session: SessionName,
    data: Data,
    release: Annotated[bool, typer.Option("--release", help="Dates hold again.")] = False,
) -> None:
    """Keep a session beyond its date, as a court may ask. Its family can still erase it."""
    from token_service import operator

    session_id = asyncio.run(operator.meant(data, session))
    asyncio.run(operator.hold(data, session_id, held=not release))
    typer.echo(f"{session_id} is {'no longer held' if release else 'held'}")


def sign_in_link(
    session: Annotated[
        str | None, typer.Option("--session", help="Open this session's page.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Where the service listens; EPEDICARE_PUBLIC_URL comes before it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The service's port; likewise.")] = 5002,
    *,
    data: Data,
) -> None:
    """Print another one-time sign-in link for the practitioner (development sign-in)."""
    from token_service import operator

    typer.echo(asyncio.run(operator.sign_in_link(data, host, port, session)))
