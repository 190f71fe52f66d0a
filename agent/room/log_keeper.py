"""Opens log files for a job that may not: a small process beside it, for one session alone.

A job decodes a stranger's video, so it has no right to any session's folder. Its process is warm
before it knows its session, and Landlock gives no right back. So a keeper is forked first. The job
names its session to it before it joins the room, once; from then on the keeper hands out open files
of that session's new runs, and knows nothing else to do.
"""

from __future__ import annotations

import base64
import binascii
import errno
import gc
import json
import logging
import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any, cast

from agent.errors import NoSuchSession
from agent.record import session_folder
from agent.record.place import SessionFolder, SessionPlace
from agent.room.confinement import confine_keeper

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 4096
MOST_DESCRIPTORS = 1


class LogKeeper:
    """The job's end. Any of its threads may ask."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._asking = threading.Lock()

    @classmethod
    def start(cls, data: Path) -> LogKeeper:
        """Before the job's process is confined, and before it has threads."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            _serve_until_the_job_ends(theirs, data)
        theirs.close()
        return cls(ours)

    def place_of(self, session_id: str) -> SessionPlace:
        """The first session that is asked for, and no other after it.

        The room of another application has no session of ours: its place refuses everything.
        """
        try:
            self.ask("session", session_id)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            logger.warning("nothing of this room can be kept: its name is no session's id")
        return _KeptPlace(self)

    def ask(self, what: str, about: object = None) -> tuple[Any, list[int]]:
        """The answer, with the files that came along."""
        with self._asking:
            self._connection.send(json.dumps([what, about]).encode())
            answer, files, _, _ = socket.recv_fds(
                self._connection, LONGEST_MESSAGE, MOST_DESCRIPTORS
            )
        if not answer:
            raise OSError(errno.EPIPE, os.strerror(errno.EPIPE))
        number, value = json.loads(answer)
        if number:
            raise OSError(number, os.strerror(number))
        return value, files


class _KeptPlace:
    def __init__(self, keeper: LogKeeper) -> None:
        self._keeper = keeper

    def new_run(self) -> tuple[int, str]:
        name, (descriptor,) = self._keeper.ask("new_run")
        return descriptor, str(name)

    def describe(self, session_json: bytes) -> None:
        self._keeper.ask("describe", base64.b64encode(session_json).decode())

    def kept_bytes(self) -> int:
        return int(self._keeper.ask("kept_bytes")[0])

    def free_bytes(self) -> int:
        return int(self._keeper.ask("free_bytes")[0])


def _serve_until_the_job_ends(connection: socket.socket, data: Path) -> None:
    """Never returns: this process is a copy of the job's, whose code must not go on here."""
    try:
        gc.disable()  # nothing of the job's is to be closed here by a finaliser
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it ends when the job does
        os.closerange(3, connection.fileno())  # else the worker would not see the job's end
        os.closerange(connection.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        confine_keeper(data)
        _serve(connection, data)
    finally:
        os._exit(0)


def _serve(connection: socket.socket, data: Path) -> None:
    folder: SessionFolder | None = None
    named = False
    while request := connection.recv(LONGEST_MESSAGE):
        files: list[int] = []
        number, value = 0, cast("object", None)
        try:
            what, about = json.loads(request)
            if what == "session" and not named:
                named = True
                folder = SessionFolder(session_folder(data, str(about)))
            elif folder is None:
                number = errno.EACCES
            elif what == "new_run":
                file, value = folder.new_run()
                files.append(file)
            elif what == "describe":
                folder.describe(base64.b64decode(str(about)))
            elif what == "kept_bytes":
                value = folder.kept_bytes()
            elif what == "free_bytes":
                value = folder.free_bytes()
            else:
                number = errno.EACCES
        except (NoSuchSession, binascii.Error):
            number = errno.EINVAL
        except OSError as error:
            number = error.errno or errno.EIO
        socket.send_fds(connection, [json.dumps([number, value]).encode()], files)
        for file in files:
            os.close(file)
