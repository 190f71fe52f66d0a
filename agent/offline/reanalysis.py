"""The measures computed again from the observations of a log."""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from pathlib import Path

from agent.errors import LogUnreadable
from agent.observation import Mark, Observation
from agent.offline.analysed_session import (
    AnalysedSession,
    Progress,
    failures,
    no_progress,
    refuse_used_folder,
)
from agent.offline.plausible import why_implausible
from agent.pipeline import KIND_OF_MARKS, ResultStream
from agent.record import SessionLog
from agent.record.provenance import code_version
from agent.record.run import Run, lost_parts, read_runs
from agent.record.session_json import (
    DURATION_MS,
    VIDEO_NAME,
    add_to_session_json,
    read_session_json,
    visit_of,
)
from agent.record.session_key import SessionKey, SessionLock
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.observations import decode_observation
from agent.wire.registry import encode_registry

TOPICS = {"/observation", "/event", "/status", "/network", "/summary"}
CUT_OFF = "the log ends without a summary"


def analyse_session(
    folder: Path,
    out_dir: Path,
    progress: Progress = no_progress,
    key: SessionKey | None = None,
    lock: SessionLock | None = None,
) -> AnalysedSession:
    """Every run again: the messages that were sent live, unless the measures have changed."""
    refuse_used_folder(out_dir)
    runs = read_runs(folder, key)
    if not any(any(run.log.entries({"/observation"})) for run in runs):
        raise LogUnreadable(f"{folder} holds no observations to analyse again")
    was_there = out_dir.exists()
    try:
        parts = [_Repetition(run).write(out_dir, progress, lock) for run in runs]
    except LogUnreadable:
        if not was_there:
            shutil.rmtree(out_dir, ignore_errors=True)
        raise
    frames = sum(part.frames for part in parts)
    duration_ms = sum(part.duration_ms for part in parts)
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    lost = lost_parts(folder, runs)
    if VIDEO_NAME in (facts := read_session_json(folder, key)):
        with suppress(OSError):
            facts_of_video = {VIDEO_NAME: facts[VIDEO_NAME], DURATION_MS: duration_ms}
            add_to_session_json(out_dir, facts_of_video)
    with suppress(OSError):
        add_to_session_json(out_dir, visit_of(folder, key))
    return AnalysedSession(out_dir, frames, duration_ms, parts[-1].summary, (*notes, *lost))


class _Repetition:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._stream = ResultStream(run.provenance.run)
        self._missing = 0
        self._before_ms: int | None = None
        self._seen: tuple[int, int] = (0, 0)  # track and seq of the last observation
        self._marked: list[pb.Event] = []  # since the last observation
        self._marks_of_observation = 0
        self._ended: pb.Summary | None = None

    def write(self, out_dir: Path, progress: Progress, lock: SessionLock | None) -> AnalysedSession:
        log = SessionLog(out_dir, self._provenance(), encode_registry(), wait=True, lock=lock)
        with closing(log):
            for entry in self._run.log.entries(TOPICS):
                message = entry.message()
                if isinstance(message, pb.Observation):
                    self._repeat(message, log)
                    progress(self._stream.frames, None)
                elif isinstance(message, pb.Summary):
                    self._ended = message
                elif isinstance(message, pb.Event):
                    self._remember_mark(message)
                else:
                    log.write(message, entry.t_ms)
            summary = self._keep_summary(log)
        return AnalysedSession(
            out_dir, self._stream.frames, summary.duration_ms, summary, self._notes()
        )

    def _repeat(self, message: pb.Observation, log: SessionLog) -> None:
        self._count_missing(message.origin)
        timing = message.timing if message.HasField("timing") else None
        observation = self._decoded(message)
        self._marked.clear()
        self._marks_of_observation = len(_marks(observation))
        results = self._stream.process(observation, timing)
        log.write_all(results.messages, message.t_ms)

    def _remember_mark(self, event: pb.Event) -> None:
        kinds = self._run.registry.events
        if event.kind < len(kinds) and kinds[event.kind].id == KIND_OF_MARKS:
            self._marked.append(event)

    def _marks_of_ending(self) -> list[Mark]:
        """What no picture came for stands in the log as events only."""
        return [
            Mark(event.label, self._stream.t_ms - event.onset_ms)
            for event in self._marked[self._marks_of_observation :]
        ]

    def _decoded(self, message: pb.Observation) -> Observation:
        try:
            observation = decode_observation(message, self._run.registry)
        except (ValueError, OverflowError) as error:
            raise LogUnreadable(f"{self._run.log.path.name}: {error}") from error
        if why := why_implausible(observation, self._before_ms):
            raise LogUnreadable(f"{self._run.log.path.name} contradicts itself: {why}")
        self._before_ms = observation.t_ms
        return observation

    def _count_missing(self, origin: pb.Origin) -> None:
        track, seq = self._seen
        expected = seq + 1 if origin.track == track else 1
        self._missing += origin.seq - expected
        self._seen = (origin.track, origin.seq)

    def _provenance(self) -> pb.Provenance:
        """Where the observations came from stays; which code computed the measures is said."""
        provenance = pb.Provenance()
        provenance.CopyFrom(self._run.provenance)
        provenance.configuration["observed_with_code_version"] = provenance.code_version
        provenance.configuration["observed_with_registry_hash"] = provenance.registry_hash
        provenance.code_version = code_version()
        provenance.registry_hash = encode_registry().hash
        return provenance

    def _keep_summary(self, log: SessionLog) -> pb.Summary:
        ended, timing = CUT_OFF, None
        if self._ended is not None:
            ended = self._ended.ended
            timing = self._ended.timing if self._ended.HasField("timing") else None
        ending = self._stream.finish(ended, timing, self._marks_of_ending())
        log.write_all(ending.messages, self._stream.t_ms)
        return ending.summary

    def _notes(self) -> tuple[str, ...]:
        notes = list(failures(self._stream))
        name = self._run.log.path.name
        if self._run.registry.hash != encode_registry().hash:
            notes.append("the measures have changed since this session, so values may differ")
        if self._missing:
            notes.append(
                f"{name} lacks {self._missing} observations; "
                "measures that look back differ after the gap"
            )
        return tuple(notes)


def _marks(observation: Observation) -> list[Mark]:
    return [command for command in observation.commands if isinstance(command, Mark)]
