"""The replay as a program: a free loopback port, a link that works once, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import uvicorn

from agent.errors import CannotReplay
from agent.record.session_key import SessionKey
from agent.replay.app import Replay, build_app
from agent.replay.private_page import redirecting_to
from agent.replay.ticket import Ticket

LOOPBACK = "127.0.0.1"
Say = Callable[[str], None]


def serve_replay(
    folder: Path,
    video: Path | None,
    key: SessionKey | None,
    *,
    pages: Path,
    open_browser: bool,
    say: Say,
) -> None:
    if not (pages / "index.html").is_file():
        raise CannotReplay(f"the web pages are not built in {pages}; run: make setup")
    if video is not None and not video.is_file():
        raise CannotReplay(f"{video} is no file")
    replay = Replay(folder, video, key)
    if video is not None and not replay.is_same_video:
        say(f"note: {video.name} is not known to show this session: the overlays may not fit it")
    ticket = Ticket()
    with ExitStack() as until_it_ends:
        listener = until_it_ends.enter_context(socket.create_server((LOOPBACK, 0)))
        port = listener.getsockname()[1]
        link = f"http://{LOOPBACK}:{port}/replay#{ticket.token}"
        say(f"replay: {link}")
        say("the link works once; Ctrl-C ends the replay")
        app = build_app(replay, ticket, pages, port)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        signal.signal(signal.SIGINT, partial(_end, server))
        if open_browser:
            webbrowser.open(until_it_ends.enter_context(redirecting_to(link)))
        server.run(sockets=[listener])


def _end(server: uvicorn.Server, _signal: int, _frame: object) -> None:
    """Ctrl-C as an exception is lost where it falls into a finalizer."""
    server.should_exit = True
