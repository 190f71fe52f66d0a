"""A session's runs on one line of time, with the stretches of which nothing is known.

Each run counts its own media time from near 0. Its place on the session's line follows from the
clock of the machine it ran on; where that was set anew between two runs, the steady clock that both
of them tell says by how much. Runs never overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.message import Message

from agent.errors import LogUnreadable
from agent.record.joint_registry import JointRegistry
from agent.record.limits import Limit
from agent.record.provenance import BOOT
from agent.record.run import KEEPING_NOT_ALLOWED, Run
from agent.wire.generated import analysis_pb2 as pb
from models.digest import sha256_of

LATEST_MS = 2**32 - 1  # that a message can say
NOT_KEPT_AFTER = {KEEPING_NOT_ALLOWED, *(limit.value for limit in Limit)}
SILENCE_MS = 1500  # no result for so long is a gap
REASON_OF_STATE = {
    pb.AGENT_STATE_PAUSED: "paused",
    pb.AGENT_STATE_LOST: "camera_lost",
    pb.AGENT_STATE_WAITING: "no_camera",
    pb.AGENT_STATE_NO_CAPACITY: "no_capacity",
    pb.AGENT_STATE_ALONE: "alone",
}


@dataclass(frozen=True, slots=True)
class Gap:
    from_ms: int
    to_ms: int
    reason: str


@dataclass(slots=True)
class _Scan:
    """What one pass over a run tells about its time. Its own media time throughout."""

    first_ms: int | None = None
    last_ms: int | None = None
    first_unix_ms: int | None = None
    ahead_ms: int = 0  # of the machine's clock, before its steady clock
    video_ahead_ms: int = 0
    silences: list[tuple[int, int]] = field(default_factory=list)
    states: list[tuple[int, str]] = field(default_factory=list)
    ended: str = ""

    def observed(self, message: pb.Observation) -> None:
        self.first_ms = message.t_ms
        self.video_ahead_ms = round(message.media_us / 1000) - message.t_ms
        if message.HasField("timing"):
            timing = message.timing
            self.first_unix_ms = timing.received_unix_us // 1000
            self.ahead_ms = (timing.published_unix_us - timing.monotonic_us) // 1000

    def set_back(self, clock_set_ms: int) -> None:
        if self.first_unix_ms is not None:
            self.first_unix_ms -= clock_set_ms
            self.ahead_ms -= clock_set_ms

    def frame_at(self, t_ms: int) -> None:
        if self.first_ms is None:
            self.first_ms = t_ms
        if self.last_ms is not None and t_ms - self.last_ms > SILENCE_MS:
            self.silences.append((self.last_ms, t_ms))
        self.last_ms = t_ms

    def status_at(self, t_ms: int, status: pb.Status) -> None:
        if status.keeping == pb.KEEPING_FAILED:
            self.states.append((t_ms, "not_kept"))
        elif status.state in REASON_OF_STATE:
            self.states.append((t_ms, REASON_OF_STATE[status.state]))

    def state_between(self, from_ms: int, to_ms: int) -> str | None:
        return next((state for t_ms, state in self.states if from_ms <= t_ms <= to_ms), None)


@dataclass(frozen=True, slots=True)
class PlacedRun:
    run: Run
    offset_ms: int  # from the run's media time to the session's
    from_ms: int
    to_ms: int
    gaps: tuple[Gap, ...]
    video_ahead_ms: int
    ended: str  # why, in the log's words; empty: it was cut off


class Timeline:
    """Reads the whole log once: checksums, times and states."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs: list[PlacedRun] = []
        self.gaps: list[Gap] = []
        start: _Scan | None = None
        latest: tuple[Run, _Scan] | None = None
        for run in runs:
            scan = _scanned(run)
            if scan.first_ms is None:
                continue
            start = start or scan
            if latest is not None:
                scan.set_back(_clock_set_ms(*latest, run, scan))
            latest = run, scan
            placed = _placed(run, scan, start, self.runs[-1] if self.runs else None)
            if self.runs:
                self.gaps.append(_between(self.runs[-1], placed))
            elif placed.from_ms > SILENCE_MS:  # keeping was allowed later than the analysis
                self.gaps.append(Gap(0, placed.from_ms, "not_kept"))
            self.gaps.extend(placed.gaps)
            self.runs.append(placed)

        self._joint = JointRegistry([placed.run.registry for placed in self.runs])

    @property
    def duration_ms(self) -> int:
        return self.runs[-1].to_ms if self.runs else 0

    def was_made_from(self, video: Path) -> bool:
        """By the file's content; a live session was made from no file."""
        made_from = {placed.run.provenance.video_sha256 for placed in self.runs}
        return bool(made_from) and "" not in made_from and made_from == {sha256_of(video)}

    def messages(self, topic: str, from_ms: int = 0, to_ms: int | None = None) -> Iterator[bytes]:
        """One topic's messages, serialised, in the session's time and in one registry's places."""
        if topic == "/registry":
            if self.runs:
                yield self._joint.registry.SerializeToString(deterministic=True)
            return
        for placed in self.runs:
            offset_ms = placed.offset_ms
            before_ms = None if to_ms is None else to_ms - offset_ms
            for entry in placed.run.log.entries({topic}, from_ms - offset_ms, before_ms):
                if offset_ms == 0 and self._joint.is_of(placed.run.registry):
                    yield entry.data
                    continue
                with suppress(LogUnreadable):  # one message that is none costs no other
                    message = entry.message()
                    self._joint.rename(message, placed.run.registry)
                    yield _shifted(message, offset_ms)


def _scanned(run: Run) -> _Scan:
    scan = _Scan()
    for entry in run.log.entries({"/observation", "/frame", "/status", "/summary"}):
        if entry.topic == "/frame":
            scan.frame_at(entry.t_ms)
        elif entry.topic != "/observation" or scan.first_ms is None:
            message = entry.message()
            if isinstance(message, pb.Status):
                scan.status_at(entry.t_ms, message)
            elif isinstance(message, pb.Observation):
                scan.observed(message)
            elif isinstance(message, pb.Summary):
                scan.ended = message.ended
    return scan


def _clock_set_ms(before: Run, before_scan: _Scan, run: Run, scan: _Scan) -> int:
    """By how much the machine's clock was set ahead between the beginnings of two runs."""
    boots = {each.provenance.configuration.get(BOOT, "") for each in (before, run)}
    if "" in boots or len(boots) > 1 or before_scan.first_unix_ms is None:
        return 0
    return scan.ahead_ms - before_scan.ahead_ms


def _placed(run: Run, scan: _Scan, start: _Scan, before: PlacedRun | None) -> PlacedRun:
    first_ms = scan.first_ms or 0
    offset_ms = 0 if before is None else _offset_ms(scan, start, before)
    reason = "damaged" if run.log.damage else "no_frames"
    gaps = tuple(
        Gap(a + offset_ms, b + offset_ms, scan.state_between(a, b) or reason)
        for a, b in scan.silences
    )
    last_ms = first_ms if scan.last_ms is None else scan.last_ms
    return PlacedRun(
        run,
        offset_ms,
        first_ms + offset_ms,
        last_ms + offset_ms,
        gaps,
        scan.video_ahead_ms,
        scan.ended,
    )


def _offset_ms(scan: _Scan, start: _Scan, before: PlacedRun) -> int:
    first_ms, start_ms = scan.first_ms or 0, start.first_ms or 0
    if scan.first_unix_ms is not None and start.first_unix_ms is not None:
        offset_ms = (scan.first_unix_ms - start.first_unix_ms) - (first_ms - start_ms)
    else:
        offset_ms = before.to_ms + SILENCE_MS - first_ms
    return max(offset_ms, before.to_ms + 1 - first_ms)


def _between(before: PlacedRun, after: PlacedRun) -> Gap:
    reason = "not_kept" if before.ended in NOT_KEPT_AFTER else "agent_restarted"
    return Gap(before.to_ms, after.from_ms, reason)


def _shifted(message: Message, offset_ms: int) -> bytes:
    def later(t_ms: int) -> int:
        return min(max(t_ms + offset_ms, 0), LATEST_MS)  # a pose may be older than the session

    match message:
        case pb.FrameResult():
            message.t_ms = later(message.t_ms)
            if message.HasField("pose"):
                message.pose.t_ms = later(message.pose.t_ms)
            if message.HasField("hands"):
                message.hands.t_ms = later(message.hands.t_ms)
        case pb.WindowResult() | pb.Status() | pb.NetworkStats():
            message.t_ms = later(message.t_ms)
        case pb.Event():
            message.onset_ms = later(message.onset_ms)
            if message.HasField("peak_ms"):
                message.peak_ms = later(message.peak_ms)
            if message.HasField("offset_ms"):
                message.offset_ms = later(message.offset_ms)
    return message.SerializeToString(deterministic=True)
