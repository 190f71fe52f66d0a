"""Where a session's runs are put, and how much room there is for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from agent.record.folder import (
    make_private_folder,
    new_run_file,
    run_files,
    sync_folder,
    write_session_json,
)
from agent.record.locks import lock_for_writing

IN_MEMORY = {"tmpfs", "ramfs"}


class SessionPlace(Protocol):
    """Of one session. Each method may raise OSError, and may be called again then."""

    def new_run(self) -> tuple[int, str]:
        """The next run's file, empty, open for writing and locked: its descriptor and its name."""

    def describe(self, session_json: bytes) -> None:
        """As the first run says it."""

    def kept_bytes(self) -> int:
        """In all runs."""

    def free_bytes(self) -> int:
        """On the disk."""


class SessionFolder:
    """For whoever may write to the folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def new_run(self) -> tuple[int, str]:
        make_private_folder(self._path)
        run = new_run_file(self._path)
        try:
            return self._opened(run), run.name
        except OSError:
            run.unlink()  # the next try makes the same one
            raise

    def describe(self, session_json: bytes) -> None:
        write_session_json(self._path, session_json)

    def kept_bytes(self) -> int:
        return kept_bytes(self._path)

    def free_bytes(self) -> int:
        return free_bytes(self._path)

    def _opened(self, run: Path) -> int:
        descriptor = os.open(run, os.O_WRONLY)
        try:
            lock_for_writing(descriptor)
            sync_folder(self._path)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor


def kept_bytes(folder: Path) -> int:
    """Of a session, in all its runs."""
    try:
        return sum(path.stat().st_size for path in run_files(folder))
    except (FileNotFoundError, NotADirectoryError):
        return 0  # nothing is kept yet, or it was erased just now


def free_bytes(folder: Path) -> int:
    """On the disk that the folder is on, or will be, for a user who is not root."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    disk = os.statvfs(there)
    return disk.f_bavail * disk.f_frsize


def is_in_memory(folder: Path) -> bool:
    """Whether it is, or will be, on a disk that a restart empties. As far as Linux tells."""
    mounted = _kinds_of_disk()
    path = folder.resolve()
    there = (place for place in (path, *path.parents) if str(place) in mounted)
    return mounted.get(str(next(there, "")), "") in IN_MEMORY


def _kinds_of_disk() -> dict[str, str]:
    """By where they are mounted, the one on top last: proc(5), `mountinfo`."""
    try:
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return {}
    return {line.split()[4]: line.partition(" - ")[2].split()[0] for line in lines}
