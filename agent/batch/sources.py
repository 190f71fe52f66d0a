"""What is to be analysed: videos and sessions, found in what a person named."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from agent.errors import EpedicareError, FileRefused, NoSuchSession, NotAVideo
from agent.record.folder import SESSION_JSON, find_session, has_beginning, run_files
from models.digest import sha256_of

SESSIONS = "sessions"  # in a dataset: what a batch has made
VIDEO_SUFFIXES = (
    *(".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg"),
    *(".mts", ".mxf", ".ogv", ".ts", ".webm", ".wmv"),
)

Stamp = tuple[tuple[str, int, int], ...]


class Kind(StrEnum):
    VIDEO = "video"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Source:
    path: Path  # absolute
    kind: Kind

    def stamp(self) -> Stamp:
        """Another one when something was written to it. Raises OSError when it is gone."""
        states = ((path.name, path.stat()) for path in self._files())
        return tuple((name, state.st_size, state.st_mtime_ns) for name, state in states)

    def sha256(self) -> str:
        """Of a session: of its files' names and hashes."""
        if self.kind is Kind.VIDEO:
            if not self.path.is_file():  # what else can be opened may have no end
                self.path.stat()
                raise NotAVideo(f"{self.path} is no file")
            return sha256_of(self.path)
        files = "".join(f"{path.name} {sha256_of(path)}\n" for path in self._files())
        return hashlib.sha256(files.encode()).hexdigest()

    def bytes(self) -> int:
        """0 when it is gone: whoever works on it will say so."""
        try:
            return sum(size for _, size, _ in self.stamp())
        except OSError:
            return 0

    def _files(self) -> list[Path]:
        if self.kind is Kind.VIDEO:
            return [self.path]
        about = self.path / SESSION_JSON
        return [*run_files(self.path), *([about] if about.exists() else [])]


@dataclass(slots=True)
class Found:
    sources: list[Source] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # what was named and gives nothing, and why


def find_sources(named: Iterable[str], data: Path, dataset: Path) -> Found:
    """Each once, however often it was named.

    What a batch has made in this dataset is left out of folders.
    """
    found = Found()
    made = (dataset / SESSIONS).resolve()
    seen: dict[Path, Source] = {}
    for text in named:
        try:
            meant = list(_meant_by(text, data, made, found.refused))
        except OSError as error:
            found.refused.append(f"{text}: {error.strerror}")
        except EpedicareError as error:
            found.refused.append(str(error))
        else:
            seen |= {source.path.resolve(): source for source in meant}
    found.sources = sorted(seen.values(), key=lambda source: source.path)
    return found


def _meant_by(text: str, data: Path, made: Path, refused: list[str]) -> Iterable[Source]:
    path = Path(text)
    if os.path.lexists(path):
        sources = list(_at(path, made, refused))
        if not sources:
            raise FileRefused(f"{text} holds no video and no session")
        return sources
    if glob.has_magic(text):
        matches = glob.iglob(text, recursive=True)
        sources = [source for match in matches for source in _at(Path(match), made, refused)]
        if not sources:
            raise FileRefused(f"nothing that {text} finds is a video or a session")
        return sources
    if has_beginning(text):
        return [_session(find_session(text, data))]
    raise NoSuchSession(f"{text} is no file, no folder and no session in {data}")


def _at(path: Path, made: Path, refused: list[str]) -> Iterator[Source]:
    if not path.is_dir():
        yield _video(path)
        return

    def cannot_read(error: OSError) -> None:
        refused.append(f"{error.filename}: {error.strerror}")

    for where, folders, files in os.walk(path, onerror=cannot_read):
        here = Path(where)
        if here.resolve().is_relative_to(made):
            folders.clear()
        elif run_files(here):
            folders.clear()
            yield _session(here)
        else:
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (_video(here / name) for name in files if _is_called_a_video(name))


def _is_called_a_video(name: str) -> bool:
    """Hidden files are none: some systems leave one beside each."""
    return not name.startswith(".") and Path(name).suffix.lower() in VIDEO_SUFFIXES


def _video(path: Path) -> Source:
    return Source(path.absolute(), Kind.VIDEO)


def _session(path: Path) -> Source:
    return Source(path.absolute(), Kind.SESSION)
