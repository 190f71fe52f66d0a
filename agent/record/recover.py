"""A clean file in the place of a damaged or cut-off one; the original stays beside it."""

from __future__ import annotations

import errno
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from agent.errors import CannotRecover
from agent.record.channels import ID_OF_TOPIC
from agent.record.damage import Damage
from agent.record.file import LogFile
from agent.record.folder import PRIVATE_FILE, run_files, sync_folder
from agent.record.locks import lock_for_reading
from agent.record.opening import is_sealed_file
from agent.record.reader import LogReader
from agent.record.session_key import SessionKey

# FAT, and some network file systems, give a file one name only.
NO_SECOND_NAME = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK}
SYNC_EVERY_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class Recovered:
    path: Path
    original: Path | None  # None: the file is whole, or holds nothing, and was left alone
    messages: Counter[str]  # by topic
    damage: tuple[Damage, ...]


def recover_session(folder: Path, key: SessionKey | None = None) -> list[Recovered]:
    """What was sealed is sealed again."""
    return [recover_run(path, key) for path in run_files(folder)]


def recover_run(path: Path, key: SessionKey | None = None) -> Recovered:
    try:
        with path.open("rb") as held:
            lock_for_reading(held.fileno())
            return _recover(path, key)
    except BlockingIOError as error:
        raise CannotRecover(f"{path.name} is still being written") from error
    except OSError as error:
        raise CannotRecover(f"{path} cannot be recovered: {error.strerror}") from error


def _recover(path: Path, key: SessionKey | None) -> Recovered:
    log = LogReader(path, key)
    log.check()
    if log.complete:
        return Recovered(path, None, Counter(), ())
    clean = path.with_name(path.name + ".part")
    try:
        messages = _copy(log, clean)
        if not messages:
            return Recovered(path, None, messages, log.damage)
        original = _kept_aside(path)
        os.replace(clean, path)
    finally:
        clean.unlink(missing_ok=True)
    sync_folder(path.parent)
    return Recovered(path, original, messages, log.damage)


def _copy(log: LogReader, target: Path) -> Counter[str]:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE))
    messages: Counter[str] = Counter()
    sealed = log.key is not None and is_sealed_file(log.path)
    file = LogFile(target.parent, target, log.key.lock if log.key and sealed else None)
    try:
        for entry in log.entries():
            file.append(ID_OF_TOPIC[entry.topic], entry.t_ms, entry.published_ns, entry.data)
            messages[entry.topic] += 1
            if messages.total() % SYNC_EVERY_MESSAGES == 0:
                file.sync()
        file.finish()
        file.sync()
    finally:
        file.close()
    return messages


def _kept_aside(path: Path) -> Path:
    """A second name for the original, or a copy of it, so that no crash can lose it."""
    for number in count(1):
        aside = path.with_name(f"{path.name}.original-{number}")
        try:
            os.link(path, aside)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in NO_SECOND_NAME:
                raise
            if not _copied_aside(path, aside):
                continue
        return aside
    raise AssertionError("unreachable: numbers do not end")


def _copied_aside(path: Path, aside: Path) -> bool:
    """False when the name is taken. A copy is under its name only when it is whole."""
    if aside.exists():
        return False
    part = aside.with_name(aside.name + ".part")
    try:
        target = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with path.open("rb") as source, os.fdopen(target, "wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        os.replace(part, aside)
    finally:
        part.unlink(missing_ok=True)
    return True
