"""What is kept of a session on this machine: whether there is anything, and its erasure."""

import shutil
from datetime import timedelta
from pathlib import Path

from agent.record.folder import run_files, session_folder

# An agent that was told to stop still closes its log, which may write a last file.
ERASED_AGAIN_FOR = timedelta(seconds=30)


def is_kept(data: Path, session_id: str) -> bool:
    folder = session_folder(data, session_id)
    return folder.is_dir() and bool(run_files(folder))


def erase(data: Path, session_id: str) -> bool:
    """Whether there was anything. What is still open is gone when it is closed."""
    folder = session_folder(data, session_id)
    if not folder.is_dir():
        return False
    shutil.rmtree(folder)
    return True
