"""A session's file, sealed or not, opened to be read: the one way for all that read one."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import LogUnreadable, OtherSeal, SealedWithoutKey
from agent.record.folder import SESSION_JSON, is_session_id, run_files
from agent.record.sealed_bytes import Bytes, SealedBytes, is_sealed, sealed_for
from agent.record.session_key import SessionKey


@contextmanager
def opened(path: Path, key: SessionKey | None) -> Iterator[Bytes]:
    """Raises SealedWithoutKey, OtherSeal, or LogUnreadable when the disk gives nothing."""
    try:
        with _mapped(path) as data:
            yield _unsealed(data, path.name, key)
    except OSError as error:
        raise LogUnreadable(f"{path.name} cannot be read: {error.strerror}") from error


def sealed_session(folder: Path) -> str | None:
    """Whose key opens the folder's files; None where none is sealed."""
    for path in (*run_files(folder), folder / SESSION_JSON):
        try:
            with _mapped(path) as data:
                told = sealed_for(data)
        except OSError:
            continue
        if told is not None:
            return folder.absolute().name if is_session_id(folder.absolute().name) else told
    return None


def is_sealed_file(path: Path) -> bool:
    with _mapped(path) as data:
        return is_sealed(data)


def _unsealed(data: mmap.mmap | bytes, name: str, key: SessionKey | None) -> Bytes:
    if not is_sealed(data):
        return data
    if key is None:
        raise SealedWithoutKey(
            f"{name} is sealed, and the session's key is not here: it was destroyed, or is kept "
            "by another service"
        )
    content = SealedBytes.opened(data, key, name)
    if content is None:
        raise OtherSeal(
            f"{name} does not open with the session's key: it was sealed with another one, as "
            "another file, or its beginning is spoilt"
        )
    return content


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size == 0:
            yield b""  # what cannot be mapped
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data
