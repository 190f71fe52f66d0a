"""What a worker is told. It travels to the job processes in environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from agent.metrics_endpoint import MetricsAddress
from agent.perception.engines import EngineName
from agent.record.limits import KeepingLimits
from agent.room.job_report import SOCKET_VARIABLE


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    data: Path
    capacity: int
    idle_processes: int
    limits: KeepingLimits
    engine: EngineName
    host: str = "127.0.0.1"
    port: int = 8081
    metrics: MetricsAddress | None = None
    report_socket: Path | None = None  # where jobs tell what the metrics show
    automatic_dispatch: bool = False
    patient_identity: str | None = None
    practitioner_identities: frozenset[str] = frozenset()
    drain_timeout_s: int = 3600

    def export(self) -> None:
        """Before the fork server starts: job processes have the environment it started with."""
        # End-of-turn weights of voice agents, 244 MB that we have no use for.
        os.environ["LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE"] = "0"
        # LiveKit lets these decide over dispatch; here only the setting does.
        os.environ.pop("LIVEKIT_AGENT_NAME", None)
        os.environ.pop("LIVEKIT_AGENT_NAME_OVERRIDE", None)
        os.environ["EPEDICARE_DATA"] = str(self.data)
        os.environ["EPEDICARE_CAPACITY"] = str(self.capacity)
        os.environ["EPEDICARE_SESSION_QUOTA_MB"] = str(self.limits.session_mb)
        os.environ["EPEDICARE_FREE_DISK_MB"] = str(self.limits.free_mb)
        os.environ["EPEDICARE_ENGINE"] = self.engine
        if self.report_socket is not None:
            os.environ[SOCKET_VARIABLE] = str(self.report_socket)
        # A job believes these before its dispatch; only the setting may have put them there.
        os.environ.pop("EPEDICARE_PATIENT_IDENTITY", None)
        os.environ.pop("EPEDICARE_PRACTITIONER_IDENTITIES", None)
        if self.automatic_dispatch:
            os.environ["EPEDICARE_PATIENT_IDENTITY"] = self.patient_identity or ""
            os.environ["EPEDICARE_PRACTITIONER_IDENTITIES"] = "\n".join(
                sorted(self.practitioner_identities)
            )
