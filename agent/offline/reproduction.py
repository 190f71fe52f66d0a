"""A log's results computed once more and compared with those that were sent, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.offline.analysed_session import Progress, no_progress
from agent.offline.reanalysis import analyse_session
from agent.record import new_session_id
from agent.record.run import Run, read_runs
from agent.record.session_key import SessionKey
from agent.record.words import Words
from agent.wire.generated import analysis_pb2 as pb

RESULTS = ("/frame", "/window", "/event", "/summary")
EVENTS, OVERLAYS = "events", "overlays"  # that differ, beside measures
Result = pb.FrameResult | pb.WindowResult | pb.Event | pb.Summary
Key = tuple[str, int, int]  # topic, its time or id, the window's length


@dataclass(slots=True)
class Difference:
    """Of one measure, of the events or of the overlays."""

    what: str
    run: str  # its file
    first_ms: int  # of the run's own time
    logged: str  # what the log has there
    again: str
    count: int = 1


@dataclass(slots=True)
class Reproduction:
    code_then: str
    code_now: str
    compared: int = 0  # messages
    differences: dict[tuple[str, str], Difference] = field(default_factory=dict)
    versions: dict[str, tuple[int, int]] = field(default_factory=dict)  # then and now, that differ
    notes: tuple[str, ...] = ()

    def differs(self, what: str, run: str, t_ms: int, logged: str, again: str) -> None:
        known = self.differences.get((run, what))
        if known is None:
            self.differences[run, what] = Difference(what, run, t_ms, logged, again)
        else:
            known.count += 1


def reproduce(
    folder: Path, progress: Progress = no_progress, key: SessionKey | None = None
) -> Reproduction:
    """What is computed again is sealed, too, while it lies on the disk."""
    apart = SessionKey.new(new_session_id())
    with TemporaryDirectory(prefix="epedicare-") as made:
        again = Path(made) / "again"
        analysed = analyse_session(folder, again, progress, key, apart.lock)
        then, now = read_runs(folder, key), read_runs(analysed.folder, apart)
        found = Reproduction(then[0].provenance.code_version, now[0].provenance.code_version)
        found.notes = analysed.notes
        for logged, repeated in zip(then, now, strict=True):
            found.versions |= _other_versions(logged.registry, repeated.registry)
            _compare(logged, repeated, found)
    return found


def _other_versions(then: pb.Registry, now: pb.Registry) -> dict[str, tuple[int, int]]:
    ours = {measure.id: measure.algorithm_version for measure in now.measures}
    return {
        m.id: (m.algorithm_version, ours.get(m.id, 0))
        for m in then.measures
        if ours.get(m.id) != m.algorithm_version
    }


def _compare(logged: Run, again: Run, found: Reproduction) -> None:
    """Both are in order of time; what stands in one of them alone differs, too."""
    name = logged.log.path.name
    then, now = Words(logged), Words(again)
    results = _keyed(again)
    computed = next(results, None)
    waiting: dict[Key, tuple[Result, int]] = {}
    for key, sent, _ in _keyed(logged):
        found.compared += 1
        while key not in waiting and computed is not None:
            waiting[computed[0]] = computed[1:]
            computed = next(results, None)
        other, _ = waiting.pop(key, (None, 0))
        if other is None:
            found.differs(_kind(sent), name, _time(sent, key), "there", "missing")
        elif sent != other or logged.registry != again.registry:
            _differences(sent, then, other, now, name, key, found)
    while computed is not None:
        waiting[computed[0]] = computed[1:]
        computed = next(results, None)
    end_ms = _cut_off_at_ms(logged)
    for key, (extra, at_ms) in waiting.items():
        if end_ms is None or at_ms < end_ms:
            found.differs(_kind(extra), name, _time(extra, key), "missing", "there")


def _cut_off_at_ms(run: Run) -> int | None:
    """Of its last observation, whose results may not have been written; None of a whole log."""
    times = [entry.t_ms for entry in run.log.entries({"/observation"})]
    return None if run.log.complete else max(times, default=0)


def _keyed(run: Run) -> Iterator[tuple[Key, Result, int]]:
    """And when it was written, in ms. An event's start and its end are two messages of one id."""
    for entry in run.log.entries(RESULTS):
        message = entry.message()
        if isinstance(message, pb.Event):
            key = entry.topic, message.id, int(message.HasField("offset_ms"))
            yield key, message, entry.t_ms
        elif isinstance(message, pb.WindowResult):
            yield (entry.topic, message.t_ms, message.window_ms), message, entry.t_ms
        elif isinstance(message, pb.FrameResult):
            yield (entry.topic, message.t_ms, 0), message, entry.t_ms
        elif isinstance(message, pb.Summary):
            yield (entry.topic, 0, 0), message, entry.t_ms


def _kind(message: Result) -> str:
    return EVENTS if isinstance(message, pb.Event) else f"{type(message).__name__} messages"


def _time(message: Result, key: Key) -> int:
    return message.onset_ms if isinstance(message, pb.Event) else key[1]


def _differences(
    sent: Result,
    then: Words,
    again: Result,
    now: Words,
    run: str,
    key: Key,
    found: Reproduction,
) -> None:
    t_ms = _time(sent, key)
    if isinstance(sent, pb.Event) or isinstance(again, pb.Event):
        told = _event(sent, then), _event(again, now)
        if told[0] != told[1]:
            found.differs(EVENTS, run, t_ms, *told)
        return
    before, after = _values(sent, then), _values(again, now)
    for measure in before.keys() | after.keys():
        pair = before.get(measure, "not measured"), after.get(measure, "not measured")
        if pair[0] != pair[1]:
            found.differs(measure, run, t_ms, *pair)
    if isinstance(sent, pb.FrameResult) and isinstance(again, pb.FrameResult):
        drawn = [(m.face, m.pose, m.hands) for m in (sent, again)]
        if drawn[0] != drawn[1]:
            found.differs(OVERLAYS, run, t_ms, "other points", "other points")


def _event(message: Result, words: Words) -> str:
    assert isinstance(message, pb.Event)
    copy = pb.Event()
    copy.CopyFrom(message)
    copy.ClearField("timing")
    copy.ClearField("origin")
    told = [words.event(copy.kind).id, words.reasons(copy.reasons)]
    copy.ClearField("kind")
    copy.ClearField("reasons")
    return " ".join([*filter(None, told), *str(copy).split()])


def _values(message: pb.FrameResult | pb.WindowResult | pb.Summary, words: Words) -> dict[str, str]:
    """Exact: a float32 is told by nine digits."""
    told = {}
    for measure, value in words.measured(message.values):
        number = f"{value.value:.9g} {measure.unit}" if value.HasField("value") else "withheld"
        rest = [f"{value.n}", f"{value.valid_fraction:.9g}", f"{value.ci_low:.9g}"]
        rest += [f"{value.ci_high:.9g}", words.baseline_state(value.baseline_state)]
        quality, reasons = words.quality(value.quality), words.reasons(value.reasons)
        told[measure.id] = " ".join(filter(None, (number, quality, reasons, *rest)))
    return told
