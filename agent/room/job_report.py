"""What a job tells its worker of its work each second, as one datagram: numbers, and no names.

A job is confined and decodes a stranger's video. So it writes no file that others would read: it
holds one end of a socket, opened before it was confined, and its worker believes only what has the
shape below.
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    StringConstraints,
)

from agent.contract import AgentState

SOCKET_VARIABLE = "EPEDICARE_REPORT_SOCKET"
MOST_DELAYS = 200  # a second's frames, and those of a second that was missed

LANDMARKERS = ("face", "crop", "pose", "hands")
Landmarker = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(LANDMARKERS)})$")]


class Work(BaseModel):
    """Of one landmarker, since the report before."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    images: NonNegativeInt
    took_s: NonNegativeFloat


class JobReport(BaseModel):
    """Counts are of the time since the report before."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    process: int
    state: AgentState
    holds_slot: bool  # is analysed, or could be at once
    arrived: NonNegativeInt
    analysed: NonNegativeInt
    dropped: NonNegativeInt
    delays_ms: Annotated[list[NonNegativeFloat], Field(max_length=MOST_DELAYS)]
    landmarkers: dict[Landmarker, Work]
    refusals: NonNegativeInt  # for want of capacity
    log_failures: NonNegativeInt
    is_last: bool


class ReportLine:
    """The job's end. Nothing waits for the worker: what it does not take is lost."""

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection

    @classmethod
    def open(cls) -> ReportLine:
        """To nobody, where the worker shows no metrics."""
        path = os.environ.get(SOCKET_VARIABLE)
        if path is None:
            return cls(None)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        connection.setblocking(False)
        connection.connect(path)
        return cls(connection)

    def tell(self, report: JobReport) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.send(report.model_dump_json().encode())
        except OSError:
            return False
        return True


def new_report_socket() -> Path:
    """Where a worker listens to its jobs: in a folder that only its user may open."""
    return Path(tempfile.mkdtemp(prefix="epedicare-")) / "reports"
