"""What a reader must know to judge a log or to repeat it: the first message of each run."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry
from agent.wire.timing import timing_now
from models.bundles import BUNDLES

REPOSITORY = Path(__file__).resolve().parent.parent.parent
GIT_TIMEOUT_S = 5
CPU_INFO = Path("/proc/cpuinfo")
LIVE, FILE = "live", "file"
FILE_STARTS_MS = "picture_starts_ms"  # in the configuration: the first picture on a player's clock
BOOT = "boot"  # in the configuration: of the machine, whose steady clock began with it
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
NO_CONFIGURATION: Mapping[str, str] = {}


def describe_run(
    session_id: str,
    run: int,
    *,
    source: str,
    engine: str,
    sample: bool = False,
    video_sha256: str = "",
    configuration: Mapping[str, str] = NO_CONFIGURATION,
) -> pb.Provenance:
    """`source` is "live" or "file"; a file's run holds no clock, so that logs can be identical."""
    return pb.Provenance(
        session_id=session_id,
        run=run,
        code_version=code_version(),
        mediapipe_version=_version("mediapipe"),
        model_sha256={bundle.name: bundle.sha256 for bundle in BUNDLES},
        registry_hash=encode_registry().hash,
        cpu=cpu_model(),
        source=source,
        engine=engine,
        video_sha256=video_sha256,
        configuration={**configuration, **(_boot() if source == LIVE else {})},
        sample=sample,
        timing=timing_now() if source == LIVE else None,
    )


@cache
def code_version() -> str:
    """The release, and in a checkout the commit, marked when it was changed."""
    release = _version("epedicare")
    if not (REPOSITORY / ".git").exists():
        return release
    try:
        described = subprocess.run(
            ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=GIT_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return release
    return f"{release}+{described.stdout.strip()}"


def _boot() -> dict[str, str]:
    try:
        return {BOOT: BOOT_ID.read_text().strip()}
    except OSError:
        return {}


@cache
def _version(distribution: str) -> str:
    return importlib.metadata.version(distribution)


@cache
def cpu_model() -> str:
    """The same file gives the same results on the same family of CPU only."""
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
