"""What a worker does, whichever machine it is on: it keeps the models, and takes one task after
another."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.batch.configuration import (
    Configuration,
    configuration_of,
    first_difference,
    hash_of,
    item_id,
)
from agent.batch.dataset import put_in_place
from agent.batch.outcome import Outcome, State, Task
from agent.batch.sources import Kind
from agent.errors import EpedicareError, FileRefused, LogUnreadable, WorkerUnusable
from agent.offline import AnalysedSession, analyse_session, analyse_video
from agent.perception.engines import given_engine
from agent.record.folder import make_private_folder, write_whole
from agent.record.provenance import cpu_model

log = logging.getLogger(__name__)

ITEM = "item.json"
TELL_EVERY_S = 0.5

Share = Callable[[float], None]  # of the task, from 0 to 1, that is done


class Analyst:
    """Raises WorkerUnusable where it would give other results than those that are wanted."""

    def __init__(self, wanted: Configuration) -> None:
        self._engine = given_engine()
        self._configuration_sha256 = hash_of(wanted)
        if told := first_difference(configuration_of(self._engine), wanted):
            raise WorkerUnusable(f"its results would be others: {told}")

    def work(self, task: Task, share: Share) -> Outcome:
        """Whatever happens, it is told in one line, and nothing half done stays."""
        try:
            return self._analysed(task, share)
        except EpedicareError as error:
            return Outcome.failed(task.source, str(error))
        except FileNotFoundError as error:
            return Outcome.failed(task.source, f"{error.filename} is gone")
        except OSError as error:
            where = error.filename or task.source.path
            return Outcome.failed(task.source, f"{where}: {error.strerror or error}")
        except Exception as error:
            log.exception("%s", task.source.path)
            return Outcome.failed(task.source, f"unexpected {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(task.part, ignore_errors=True)

    def _analysed(self, task: Task, share: Share) -> Outcome:
        source = task.source
        before = source.stamp()
        source_sha256 = source.sha256()
        name = item_id(source_sha256, self._configuration_sha256)
        whole = task.sessions / name
        if whole.exists():
            return Outcome(source, State.THERE, _read_item(whole))
        make_private_folder(task.part)
        analysed = self._analyse(task, task.part / name, share)
        if source.stamp() != before:
            raise FileRefused(f"{source.path} was written to while it was analysed")
        item = {
            "session": name,
            "source_sha256": source_sha256,
            "configuration": self._configuration_sha256,
            "cpu": cpu_model(),
            "frames": analysed.frames,
            "duration_ms": analysed.duration_ms,
            "notes": list(analysed.notes),
        }
        write_whole(analysed.folder / ITEM, json.dumps(item, indent=2).encode() + b"\n")
        put_in_place(analysed.folder, whole)
        return Outcome(source, State.ANALYSED, item)

    def _analyse(self, task: Task, folder: Path, share: Share) -> AnalysedSession:
        told_s = time.monotonic()

        def progress(done: int, expected: int | None) -> None:
            nonlocal told_s
            if (now_s := time.monotonic()) - told_s >= TELL_EVERY_S:
                told_s = now_s
                share(min(1.0, done / expected) if expected else 0.0)

        path = task.source.path
        if task.source.kind is Kind.SESSION:
            return analyse_session(path, folder, progress, task.key)
        return analyse_video(path, folder, progress, engine=self._engine)


def _read_item(folder: Path) -> dict[str, Any]:
    try:
        item = json.loads((folder / ITEM).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise LogUnreadable(
            f"{folder} has lost its {ITEM}; remove the folder, and it is made again"
        ) from error
    if not isinstance(item, dict) or item.get("session") != folder.name:
        raise LogUnreadable(f"{folder / ITEM} is of another item; remove the folder")
    return item
