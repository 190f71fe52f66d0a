"""Where sessions live: names that we made ourselves, private folders, numbered runs."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from agent.errors import FolderOpenToOthers, NoSuchSession

SESSION_ID = re.compile(r"[0-9a-f]{32}")
ID_BEGINNING = re.compile(r"[0-9a-f]{4,32}")
RUN_FILE = re.compile(r"run-(\d{3,})\.mcap")
SESSION_JSON = "session.json"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
OF_OTHERS = 0o077


def new_session_id() -> str:
    return secrets.token_hex(16)


def is_session_id(text: str) -> bool:
    return SESSION_ID.fullmatch(text) is not None


def session_folder(data: Path, session_id: str) -> Path:
    """The folder of a session; refuses any name that could not be ours."""
    if not is_session_id(session_id):
        raise NoSuchSession("a session id is 32 of the characters 0-9 and a-f")
    return data / "sessions" / session_id


def means_session(text: str) -> bool:
    """Where a video's path is possible, too."""
    given = Path(text)
    return given.is_dir() or (not given.exists() and ID_BEGINNING.fullmatch(text) is not None)


def has_beginning(text: str) -> bool:
    """Of an id; or the whole of one."""
    return ID_BEGINNING.fullmatch(text) is not None


def find_session(text: str, data: Path) -> Path:
    """The folder that a person means by a session's id, its beginning, or a path."""
    kept = _kept_as(text, data)
    if len(kept) == 1:
        return kept[0]
    if kept:
        raise NoSuchSession(
            f"{len(kept)} sessions in {data} begin with {text}; give more of the id"
        )
    given = Path(text)
    if given.is_dir() and run_files(given):
        return given
    if given.is_dir():
        raise NoSuchSession(f"{text} holds no session: there is no run-000.mcap in it")
    raise NoSuchSession(f"{text} is neither the id of a session in {data} nor a session's folder")


def _kept_as(text: str, data: Path) -> list[Path]:
    """Sessions whose id begins so: pages show the first four characters."""
    if not ID_BEGINNING.fullmatch(text):
        return []
    return [f for f in (data / "sessions").glob(f"{text}*") if is_session_id(f.name)]


def run_files(folder: Path) -> list[Path]:
    numbered = [(int(match[1]), path) for path in folder.iterdir() if (match := _run_name(path))]
    return [path for _, path in sorted(numbered)]


def new_run_file(folder: Path) -> Path:
    """Make the next run's file, empty; two processes never get the same one."""
    number = max(
        (int(match[1]) for path in folder.iterdir() if (match := _run_name(path))), default=-1
    )
    while True:
        number += 1
        path = folder / f"run-{number:03d}.mcap"
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
        except FileExistsError:
            continue
        return path


def is_open_to_others(folder: Path) -> bool:
    return folder.is_dir() and bool(folder.stat().st_mode & OF_OTHERS)


def refuse_open_to_others(data: Path) -> None:
    """Of the data folder that is there already; what is made here is private."""
    if is_open_to_others(data):
        raise FolderOpenToOthers(
            f"the folder {data} is open to others on this machine: chmod 700 {data}"
        )


def make_private_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that a crash leaves the old one or the new one, never a part."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, path)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_session_json(folder: Path, content: bytes) -> None:
    """Kept as the first run wrote it."""
    if not (folder / SESSION_JSON).exists():
        write_whole(folder / SESSION_JSON, content)


def _run_name(path: Path) -> re.Match[str] | None:
    return RUN_FILE.fullmatch(path.name)
