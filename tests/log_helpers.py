"""Small real logs for the tests of writing, reading and recovery."""

from __future__ import annotations

import random
from pathlib import Path

from google.protobuf.message import Message

from agent.record import describe_run, run_files
from agent.record.channels import ID_OF_TYPE
from agent.record.file import LogFile
from agent.record.session_key import SessionLock
from agent.wire.generated import analysis_pb2 as pb

FRAME_MS = 33


def provenance(run: int = 0, *, sample: bool = False) -> pb.Provenance:
    return describe_run("0123456789abcdef" * 2, run, source="file", engine="none", sample=sample)


def registry() -> pb.Registry:
    return pb.Registry(
        hash="hash",
        measures=[pb.MeasureInfo(id="head.yaw", unit="deg")],
        reasons=[pb.ReasonInfo(id="no_face")],
    )


def frame(number: int) -> pb.FrameResult:
    return pb.FrameResult(
        origin=pb.Origin(seq=number + 1),
        t_ms=number * FRAME_MS,
        width=640,
        height=360,
        values=[pb.Value(measure=0, value=number / 7, quality=pb.QUALITY_GOOD)],
    )


def observation(number: int) -> pb.Observation:
    noise = random.Random(number).randbytes(600)
    return pb.Observation(
        origin=pb.Origin(seq=number + 1),
        t_ms=number * FRAME_MS,
        face=pb.FaceObservation(landmarks=noise),
    )


def write_run(
    folder: Path,
    frames: int,
    *,
    per_chunk: int = 10,
    ended: bool = True,
    lock: SessionLock | None = None,
) -> Path:
    """A log in chunks of `per_chunk` frames; without its end it is what a killed process leaves."""
    file = LogFile(folder, lock=lock)
    keep(file, provenance(), 0)
    keep(file, registry(), 0)
    for number in range(frames):
        keep(file, observation(number), number * FRAME_MS)
        keep(file, frame(number), number * FRAME_MS)
        if (number + 1) % per_chunk == 0:
            file.sync()
    if ended:
        keep(file, pb.Summary(ended="test", frames=frames), frames * FRAME_MS)
        file.finish()
    file.sync()
    file.close()
    return run_files(folder)[-1]


def keep(file: LogFile, message: Message, t_ms: int) -> None:
    file.append(ID_OF_TYPE[type(message)], t_ms, 0, message.SerializeToString(deterministic=True))
