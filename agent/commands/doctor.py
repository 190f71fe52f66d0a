"""epedicare doctor: what is missing on this machine, and what mends it, one line each."""

from __future__ import annotations

import ctypes
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

import typer

from agent.errors import BundleUnusable, CannotStart
from agent.record.folder import is_open_to_others
from agent.record.limits import BYTES_PER_MB
from agent.record.place import free_bytes
from agent.settings import read_settings
from models.bundles import BUNDLES, bundles_folder
from models.clips import TALKING_FACE, clips_folder

# MediaPipe's and OpenCV's libraries link to these even when they compute on the CPU.
_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
}


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    mends: str | None = None  # None: nothing is wrong
    needed: bool = True


def doctor(
    production: Annotated[
        bool, typer.Option(help="Also what `serve` demands where EPEDICARE_ENV is production.")
    ] = False,
) -> None:
    """Say what is wrong on this machine and what mends it."""
    checks = (*_CHECKS, _production) if production else _CHECKS
    findings = [finding for check in checks for finding in check()]
    for finding in findings:
        typer.echo(_line(finding))
    if any(finding.mends and finding.needed for finding in findings):
        raise typer.Exit(1)


def _line(finding: Finding) -> str:
    if finding.mends is None:
        return f"ok       {finding.what}"
    return f"{'MISSING ' if finding.needed else 'optional'} {finding.what}; {finding.mends}"


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 13)
    yield Finding(f"Python {version}", None if fits else "needs 3.11 or 3.12; run: make setup")


def _shared_libraries() -> Iterator[Finding]:
    absent = [name for name in _LIBRARIES if not _loads(name)]
    if not absent:
        yield Finding("shared libraries")
        return
    packages = " ".join(_LIBRARIES[name] for name in absent)
    yield Finding(f"shared libraries {', '.join(absent)}", f"run: apt-get install -y {packages}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _models() -> Iterator[Finding]:
    for bundle in BUNDLES:
        absent = bundle.problem(bundles_folder()) is not None
        yield Finding(f"model {bundle.name}", "run: epedicare models fetch" if absent else None)


def _livekit() -> Iterator[Finding]:
    from agent.dev_stack.livekit_server import VERSION, find_livekit_server
    from agent.livekit_access import given_livekit

    try:
        given = given_livekit()
    except CannotStart as error:
        what, _, mends = str(error).partition("; ")
        yield Finding(what, mends)
        return
    if given is not None:
        yield Finding(f"LiveKit at {given.url}")
        return
    try:
        yield Finding(f"livekit-server {VERSION} at {find_livekit_server()}")
    except CannotStart as error:
        what, _, mends = str(error).partition("; ")
        yield Finding(what, mends)


def _public_url() -> Iterator[Finding]:
    given = read_settings()
    url = given.public_url
    if url is None:
        return
    if not url.opens_cameras:
        yield Finding(f"browsers open no camera at {url}", "serve it by https")
    elif url.is_https and not (given.livekit_url or "ws:").startswith(("wss:", "https:")):
        yield Finding(
            f"pages at {url} reach LiveKit by wss:// only", "set LIVEKIT_URL to such an address"
        )
    else:
        yield Finding(f"pages at {url}")


def _web() -> Iterator[Finding]:
    folder = read_settings().web
    built = (folder / "index.html").is_file()
    yield Finding("web pages", None if built else f"not built in {folder}; run: make setup")


def _data() -> Iterator[Finding]:
    folder = read_settings().data
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Finding(
            f"data directory {folder.resolve()} ({reason})",
            "make it writable, or set EPEDICARE_DATA to one that is",
        )
        return
    if is_open_to_others(folder):
        what = f"the folder {folder} is open to others on this machine"
        yield Finding(what, f"run: chmod 700 {folder}")
        return
    yield Finding(f"data directory {folder.resolve()}")
    free_mb, floor_mb = free_bytes(folder) // BYTES_PER_MB, read_settings().free_disk_mb
    low = free_mb < floor_mb
    yield Finding(
        f"{free_mb} MB free for what is kept of sessions",
        f"nothing is kept below {floor_mb}: make room, or set EPEDICARE_FREE_DISK_MB"
        if low
        else None,
    )


def _engine() -> Iterator[Finding]:
    from agent.perception.engines import given_engine

    with suppress(BundleUnusable):  # told above
        yield Finding(f"engine {given_engine().name}")


def _clips() -> Iterator[Finding]:
    folder = clips_folder()
    absent = not TALKING_FACE.present(folder)
    yield Finding(
        "sample patient",
        f"{TALKING_FACE.name} is not in {folder}; run: epedicare models clips" if absent else None,
        needed=False,
    )


def _production() -> Iterator[Finding]:
    from token_service.production import shortcomings

    missing = [Finding(one.what, one.mends) for one in shortcomings(read_settings())]
    yield from missing or [Finding("production")]


_CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _shared_libraries,
    _models,
    _livekit,
    _public_url,
    _web,
    _data,
    _engine,
    _clips,
)
