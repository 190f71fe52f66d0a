"""The folder that a batch fills: an item's folder is there when it is whole, or not at all.

DATASET/sessions/<id>/     a session folder, and item.json: what the manifest says of it
DATASET/manifest.json      all inputs, hashes and versions, and what failed
DATASET/.parts/            what is being written
DATASET/.lock              held while a batch writes
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from agent.batch.configuration import Configuration, hash_of
from agent.batch.outcome import Outcome
from agent.batch.sources import SESSIONS
from agent.errors import DatasetUnusable
from agent.record.folder import PRIVATE_FILE, make_private_folder, sync_folder, write_whole
from agent.record.locks import lock_alone

FORMAT = 1
PARTS, LOCK, MANIFEST = ".parts", ".lock", "manifest.json"


@contextmanager
def opened_dataset(folder: Path) -> Iterator[Dataset]:
    """For one batch at a time. What an earlier one left half done is removed."""
    try:
        for part in (folder, folder / SESSIONS):
            make_private_folder(part)
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        raise DatasetUnusable(f"{folder} cannot be written to: {error.strerror}") from error
    with os.fdopen(descriptor):
        try:
            lock_alone(descriptor)
        except BlockingIOError:
            raise DatasetUnusable(f"another batch is writing to {folder}; wait for it") from None
        shutil.rmtree(folder / PARTS, ignore_errors=True)
        try:
            yield Dataset(folder)
        finally:
            shutil.rmtree(folder / PARTS, ignore_errors=True)


class Dataset:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._configurations, self._items = _read_manifest(self.folder)

    @property
    def parts(self) -> Path:
        return self.folder / PARTS

    @property
    def manifest(self) -> Path:
        return self.folder / MANIFEST

    def describe(self, configuration: Configuration) -> None:
        self._configurations[hash_of(configuration)] = dict(configuration)

    def note(self, outcome: Outcome) -> None:
        """An item that is whole stays when its source is analysed with another configuration; a
        failure does not."""
        source = str(outcome.source.path)
        self._items = {
            key: item
            for key, item in self._items.items()
            if not (key[0] == source and "failed" in item)
        }
        told = {"source": source, "kind": outcome.source.kind.value, **outcome.told()}
        self._items[source, str(told.get("session", ""))] = told

    def write_manifest(self) -> None:
        """Raises OSError."""
        items = [self._items[key] for key in sorted(self._items)]
        used = {item.get("configuration") for item in items}
        manifest = {
            "format": FORMAT,
            "configurations": {k: v for k, v in sorted(self._configurations.items()) if k in used},
            "items": items,
        }
        text = json.dumps(manifest, indent=2, ensure_ascii=False)
        write_whole(self.manifest, text.encode("utf-8", "surrogateescape") + b"\n")


def _read_manifest(
    folder: Path,
) -> tuple[dict[str, Mapping[str, str]], dict[tuple[str, str], Mapping[str, Any]]]:
    """Items that were removed by hand are forgotten."""
    path = folder / MANIFEST
    if not path.exists():
        return {}, {}
    try:
        content = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
        if content["format"] != FORMAT:
            raise DatasetUnusable(
                f"{path} has the format {content['format']}, of another version of epedicare: "
                "name another folder"
            )
        items = {(item["source"], item.get("session", "")): item for item in content["items"]}
        there = {
            key: item for key, item in items.items() if not key[1] or _is_there(folder, key[1])
        }
        return dict(content["configurations"]), there
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetUnusable(
            f"{path} is no manifest of a batch; move it away, and it is made again"
        ) from error


def _is_there(folder: Path, session: str) -> bool:
    return (folder / SESSIONS / session).is_dir()


def put_in_place(part: Path, whole: Path) -> None:
    """The one step that makes an item; somebody else may have been quicker with the same."""
    try:
        part.rename(whole)
    except OSError:
        if not whole.is_dir():
            raise
    with suppress(OSError):
        sync_folder(whole.parent)
