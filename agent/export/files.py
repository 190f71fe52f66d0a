"""Files that get their names when all of them are whole, or none does. Private, as the log is."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from agent.errors import CannotExport
from agent.record.folder import PRIVATE_FILE, PRIVATE_FOLDER, make_private_folder


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    rows: int
    of: str = "rows"  # what they are called in this format


class NewFiles:
    """What is being written to a folder."""

    def __init__(self, folder: Path, parts: ExitStack, *, replace: bool) -> None:
        self.folder = folder
        self._parts = parts
        self._replace = replace
        self._paths: list[Path] = []

    def open(self, name: str, *, replace: bool = False) -> BinaryIO:
        """`name` may hold folders, which are made."""
        path = self.folder / name
        if path.exists() and not (self._replace or replace):
            raise CannotExport(
                f"{path} is there already and may have been worked on: "
                "move it away, or name another folder with --output"
            )
        for above in reversed(path.relative_to(self.folder).parents[:-1]):
            self._make(self.folder / above)
        self._paths.append(path)
        return self._parts.enter_context(_part_of(path))

    def path(self, name: str) -> Path:
        """For a library that writes to a path of its own."""
        self.open(name).close()
        return _part_name(self.folder / name)

    def _make(self, folder: Path) -> None:
        """Gone at the end when nothing came into it."""
        if not folder.exists():
            folder.mkdir(PRIVATE_FOLDER)
            self._parts.callback(_remove_if_empty, folder)

    @contextmanager
    def text(self, name: str, *, replace: bool = False) -> Iterator[TextIO]:
        opened = self.open(name, replace=replace)
        with io.TextIOWrapper(opened, "utf-8", newline="") as stream:
            yield stream

    def json(self, name: str, content: Any) -> None:
        with self.text(name) as stream:
            json.dump(content, stream, indent=2, ensure_ascii=False, allow_nan=False)
            stream.write("\n")

    def name_them(self) -> None:
        for path in self._paths:
            os.replace(_part_name(path), path)


@contextmanager
def new_files(folder: Path, *, replace: bool = False) -> Iterator[NewFiles]:
    """Without `replace`, no file that is there already is touched."""
    try:
        make_private_folder(folder)
        with ExitStack() as parts:
            files = NewFiles(folder, parts, replace=replace)
            yield files
            files.name_them()
    except OSError as error:
        raise CannotExport(f"{folder}: {error.strerror or error}") from error


@contextmanager
def _part_of(path: Path) -> Iterator[BinaryIO]:
    """Gone at the end unless it was given its name."""
    part = _part_name(path)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
    finally:
        part.unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _part_name(path: Path) -> Path:
    return path.with_name(path.name + ".part")
