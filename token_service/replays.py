"""What is kept of sessions, opened to be played again."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import CannotExport, KeyUnusable, RecordError
from agent.http.problems import NotFound, Unavailable
from agent.record.folder import run_files, session_folder
from agent.record.session_key import SessionKey
from agent.replay.app import Replay

MOST_OPEN = 4
State = tuple[SessionKey | None, tuple[tuple[str, int], ...]]  # its key, and its files' sizes


class Replays:
    """The few that were opened last: to open one, its whole log is read."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._open: OrderedDict[str, tuple[State, Replay]] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def open(self, session_id: str, key: SessionKey | None) -> Replay:
        async with self._one_at_a_time:
            with readable():
                return await asyncio.to_thread(self._opened, session_id, key)

    def forget(self, session_id: str) -> None:
        self._open.pop(session_id, None)

    def _opened(self, session_id: str, key: SessionKey | None) -> Replay:
        folder = session_folder(self._data, session_id)
        sizes = tuple((path.name, path.stat().st_size) for path in run_files(folder))
        known = self._open.pop(session_id, None)
        replay = known[1] if known and known[0] == (key, sizes) else Replay(folder, None, key)
        self._open[session_id] = (key, sizes), replay
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return replay


def nothing_kept() -> NotFound:
    return NotFound("nothing-kept", "Nothing is kept of this session.")


@contextmanager
def readable() -> Iterator[None]:
    """What is not there, and what cannot be read, in words for whoever asked for it."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise nothing_kept() from error
    except (RecordError, CannotExport, KeyUnusable) as error:
        raise Unavailable("unreadable", "What is kept cannot be read.") from error
