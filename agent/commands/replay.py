"""epedicare replay: a kept session in the practitioner's pages, on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.session_argument import Data, SessionName


def replay(
    session: SessionName,
    video: Annotated[
        Path | None, typer.Option(help="The video to show beneath, when there is one.")
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    *,
    data: Data,
) -> None:
    """Play a session's overlays and charts from its log."""
    from agent.record.folder import find_session
    from agent.replay.serving import serve_replay
    from agent.settings import read_settings
    from token_service.operator import look

    folder = find_session(session, data)
    key = look(data, folder, "replayed")
    serve_replay(
        folder, video, key, pages=read_settings().web, open_browser=open_browser, say=typer.echo
    )
