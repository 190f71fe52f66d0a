"""A run of a session, ready to be read: its log and the words that its numbers stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.errors import LogUnreadable, OtherSeal
from agent.record.folder import is_session_id, run_files
from agent.record.opening import opened
from agent.record.provenance import FILE_STARTS_MS
from agent.record.reader import LogReader
from agent.record.session_key import SessionKey
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry

KEEPING_NOT_ALLOWED = "keeping not allowed"  # why a log ended whose analysis went on

MILLISECONDS = re.compile(r"-?\d{1,9}")
MOST_MEASURES = 500  # nearly seven times what there is; each makes three columns
OPENING_TOPICS = {"/provenance", "/registry", "/observation", "/frame"}


@dataclass(frozen=True, slots=True)
class Run:
    log: LogReader
    provenance: pb.Provenance
    registry: pb.Registry

    @property
    def session_id(self) -> str:
        """The folder's name; of a folder that a person named, what the log says."""
        folder = self.log.path.absolute().parent.name
        return folder if is_session_id(folder) else self.provenance.session_id

    @property
    def file_starts_ms(self) -> int | None:
        """Of a video: what a player shows at the first picture."""
        told = self.provenance.configuration.get(FILE_STARTS_MS, "")
        return int(told) if MILLISECONDS.fullmatch(told) else None


def read_runs(folder: Path, key: SessionKey | None = None) -> list[Run]:
    """The runs of a session in their order; a run that holds nothing is left out."""
    runs = [run for path in run_files(folder) if (run := read_run(path, key)) is not None]
    if not runs:
        raise LogUnreadable(f"nothing can be read in {folder}{_why(folder, key)}")
    return runs


def _why(folder: Path, key: SessionKey | None) -> str:
    """As far as the seals tell."""
    for path in run_files(folder) if key else ():
        try:
            with opened(path, key):
                pass
        except OtherSeal as error:
            return f": {error}"
    return ""


def lost_parts(folder: Path, runs: list[Run]) -> Iterator[str]:
    """One line for each part of a session that its runs lack; known once all entries were read."""
    read = {run.log.path: run.log for run in runs}
    for path in run_files(folder):
        log = read.get(path)
        if log is None:
            yield f"{path.name}: nothing in it can be read"
        elif log.damage:
            yield from (f"{path.name}: {damage.what}" for damage in log.damage)
        elif not log.complete:
            yield f"{path.name} was cut off, or is still being written"


def read_run(path: Path, key: SessionKey | None = None) -> Run | None:
    log = LogReader(path, key)
    provenance: pb.Provenance | None = None
    registry: pb.Registry | None = None
    for entry in log.entries(OPENING_TOPICS):
        message = entry.message()
        if isinstance(message, pb.Provenance):
            provenance = message
        elif isinstance(message, pb.Registry):
            registry = message
        elif isinstance(message, pb.Observation | pb.FrameResult):
            provenance = provenance or pb.Provenance(run=message.origin.run)
            break
    if provenance is None:
        return None
    registry = registry or _same_registry(path, provenance)
    _check_names(path, registry)
    return Run(log, provenance, registry)


def _check_names(path: Path, registry: pb.Registry) -> None:
    measures = registry.measures
    if len(measures) > MOST_MEASURES:
        raise LogUnreadable(f"{path.name} names {len(measures)} measures; no registry has so many")
    if len({measure.id for measure in measures}) < len(measures):
        raise LogUnreadable(f"{path.name} contradicts itself: it names a measure twice")


def _same_registry(path: Path, provenance: pb.Provenance) -> pb.Registry:
    """The log's own registry is lost; ours will do only when it is known to be the same."""
    ours = encode_registry()
    if provenance.registry_hash != ours.hash:
        raise LogUnreadable(f"{path.name} has lost the names of its measures")
    return ours
