"""What a reader must know to judge a log or to repeat it: the first message of each run."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from agent.wire.generated import analysis_pb2 as pb

CPU_INFO = Path("/proc/cpuinfo")


def describe_run(
    *,
    session_id: str,
    run: int,
    source: str,
    registry_hash: str,
    model_sha256: Mapping[str, str],
    configuration: Mapping[str, str] | None = None,
    video_sha256: str = "",
    sample: bool = False,
    timing: pb.Timing | None = None,
) -> pb.Provenance:
    """`source` is "live" or "file"; timing is absent offline, so that logs can be identical."""
    return pb.Provenance(
        session_id=session_id,
        run=run,
        code_version=importlib.metadata.version("epedicare"),
        mediapipe_version=importlib.metadata.version("mediapipe"),
        model_sha256=dict(model_sha256),
        registry_hash=registry_hash,
        cpu=cpu_model(),
        source=source,
        video_sha256=video_sha256,
        configuration=dict(configuration or {}),
        sample=sample,
        timing=timing,
    )


@cache
def cpu_model() -> str:
    """The same file gives the same results on the same CPU family only."""
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
