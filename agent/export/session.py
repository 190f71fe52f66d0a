"""A session as every format takes it: its rows, its events on one line of time, its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from agent.errors import OtherVideo
from agent.export.columns import LABEL
from agent.export.rows import Row, event_rows, frame_rows, window_rows
from agent.record.folder import is_session_id
from agent.record.run import Run
from agent.record.session_json import visit_of
from agent.record.timeline import Gap, PlacedRun, Timeline
from agent.wire.generated import analysis_pb2 as pb

Progress = Callable[[int, int | None], None]  # rows done, rows expected if known

ROWS_AT_ONCE = 2000
MARK = "mark"
SECOND_MS = 1000
LEAST_MEASURABLE = 0.5  # of a second; with less of it, an event may have been missed there


@dataclass(frozen=True, slots=True)
class Medium:
    """The video that a session was made from."""

    path: Path
    starts_ms: int  # what a player shows at the session's first picture


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """An event or a mark. Times in ms on the session's line, as `session_ms` in the tables."""

    kind: pb.EventInfo
    run: int
    id: int
    onset_ms: int
    peak_ms: int | None
    offset_ms: int
    end_seen: bool  # False: offset_ms is where its run ends
    amplitude: float | None  # in kind.amplitude_unit
    side: str
    quality: str
    reasons: str
    label: str  # a mark's, as it was typed

    @property
    def words(self) -> str:
        """A mark's own, else the notes."""
        return self.label if self.kind.id == MARK else self.notes

    @property
    def notes(self) -> str:
        """All but its kind and times, in one line."""
        told = [self.side, self.quality, self.reasons.replace(";", ", ")]
        if self.amplitude is not None:
            unit = self.kind.amplitude_unit.removeprefix("1")
            decimals = self.kind.amplitude_decimals
            told.insert(0, f"{self.amplitude:.{decimals}f} {unit}".rstrip())
        if not self.end_seen:
            told.append("end not seen")
        return "; ".join(filter(None, told))


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A stretch in which too little of each second was measurable to say that nothing happened."""

    measure: str
    from_ms: int  # on the session's line
    to_ms: int
    valid_fraction: float
    reasons: str

    @property
    def notes(self) -> str:
        share = f"measurable {100 * self.valid_fraction:.0f} %"
        return "; ".join(filter(None, (share, self.reasons.replace(";", ", "))))


class ExportedSession:
    """After all rows were taken `lost_parts` of the runs is known."""

    def __init__(self, runs: list[Run], video: Path | None = None) -> None:
        self.runs = runs
        self.folder = runs[0].log.path.parent
        self.timeline = Timeline(runs)
        self.key = runs[0].log.key
        self.visit = visit_of(self.folder, self.key)
        self.medium = None if video is None else self._medium(video)

    @property
    def id(self) -> str:
        told = self.runs[0].session_id
        return told if is_session_id(told) else self.folder.absolute().name

    @property
    def provenance(self) -> pb.Provenance:
        return self.runs[0].provenance

    @property
    def facts(self) -> dict[str, str]:
        """Where it comes from. Of several runs the first one's, but for what they differ in."""

        def told(of: Callable[[pb.Provenance], str]) -> str:
            return ", ".join(dict.fromkeys(of(run.provenance) for run in self.runs))

        return {
            "session_id": self.id,
            "source": self.provenance.source,
            "sample": str(self.provenance.sample).lower(),
            "code_version": told(lambda p: p.code_version),
            "registry_hash": told(lambda p: p.registry_hash),
            "engine": told(lambda p: p.engine),
        }

    @property
    def visit_facts(self) -> dict[str, str]:
        """Those that are known, as texts."""
        return {name: str(fact) for name, fact in self.visit.items() if fact is not None}

    @property
    def measures(self) -> list[pb.MeasureInfo]:
        """Every measure of any run, once."""
        return list({m.id: m for run in self.runs for m in run.registry.measures}.values())

    @property
    def kinds(self) -> list[pb.EventInfo]:
        """Every kind of event of any run, once; marks last."""
        known = {k.id: k for run in self.runs for k in run.registry.events}
        return sorted(known.values(), key=lambda kind: kind.id == MARK)

    @property
    def gaps(self) -> list[Gap]:
        """Stretches of which nothing is known."""
        return self.timeline.gaps

    @property
    def end_ms(self) -> int:
        return self.timeline.duration_ms

    def frames(self) -> Iterator[Row]:
        return self._rows(frame_rows)

    def windows(self) -> Iterator[Row]:
        return self._rows(window_rows)

    def event_rows(self) -> Iterator[Row]:
        return self._rows(event_rows)

    def observations(self) -> Iterator[tuple[int, pb.Observation]]:
        """What was seen on each frame, after the ms from its run's time to the session's."""
        for placed in self.timeline.runs:
            for entry in placed.run.log.entries({"/observation"}):
                message = entry.message()
                if isinstance(message, pb.Observation):
                    yield placed.offset_ms, message

    @cached_property
    def events(self) -> list[SessionEvent]:
        """In the order of their onsets."""
        kinds = {kind.id: kind for kind in self.kinds}
        found = [
            _event(row, kinds[row["kind"]], placed)
            for placed in self.timeline.runs
            for row in event_rows(placed)
        ]
        return sorted(found, key=lambda event: (event.onset_ms, event.run, event.id))

    @cached_property
    def unmeasured(self) -> list[Unmeasured]:
        """Of the measures that events belong to."""
        wanted = {kind.measure_id for kind in self.kinds} - {""}
        found: list[Unmeasured] = []
        for measure in sorted(wanted):
            found.extend(_joined(self._bad_seconds.get(measure, [])))
        return found

    @cached_property
    def _bad_seconds(self) -> dict[str, list[Unmeasured]]:
        found: dict[str, list[Unmeasured]] = {measure.id: [] for measure in self.measures}
        for row in self.windows():
            share = row["valid_fraction"]
            to_ms = row["session_ms"]
            if (
                row["window_ms"] == SECOND_MS
                and to_ms > 0
                and share is not None
                and share < LEAST_MEASURABLE
            ):
                reasons = row["reasons"].replace("window_too_short", "").strip(";")
                found[row["measure"]].append(
                    Unmeasured(row["measure"], max(0, to_ms - SECOND_MS), to_ms, share, reasons)
                )
        return found

    def _rows(self, of: Callable[[PlacedRun], Iterator[Row]]) -> Iterator[Row]:
        return (row | self.visit for placed in self.timeline.runs for row in of(placed))

    def _medium(self, video: Path) -> Medium:
        if not video.is_file() or not self.timeline.was_made_from(video):
            raise OtherVideo(
                f"{video} is not the video that this session was made from: "
                "where its picture lies on the session's time is not known"
            )
        return Medium(video.absolute(), self.runs[0].file_starts_ms or 0)


def counted(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % ROWS_AT_ONCE == 0:
            progress(done, None)


def lane_name(kind: str, lane: int) -> str:
    return kind if lane == 1 else f"{kind} ({lane})"


def lanes(
    events: Iterable[SessionEvent], shortest_ms: int = 0
) -> dict[tuple[str, int], list[SessionEvent]]:
    """Events by kind and lane: those of one lane do not overlap. The first lane is 1."""
    found: dict[tuple[str, int], list[SessionEvent]] = {}
    for event in events:
        lane = 1
        while (before := found.get((event.kind.id, lane))) and event.onset_ms < max(
            before[-1].offset_ms, before[-1].onset_ms + shortest_ms
        ):
            lane += 1
        found.setdefault((event.kind.id, lane), []).append(event)
    return found


def _event(row: Row, kind: pb.EventInfo, placed: PlacedRun) -> SessionEvent:
    def on_session_line(t_ms: int | None) -> int | None:
        return None if t_ms is None else max(0, t_ms + placed.offset_ms)

    onset_ms = on_session_line(row["onset_ms"]) or 0
    offset_ms = on_session_line(row["offset_ms"])
    return SessionEvent(
        kind=kind,
        run=row["run"],
        id=row["id"],
        onset_ms=onset_ms,
        peak_ms=on_session_line(row["peak_ms"]),
        offset_ms=max(onset_ms, placed.to_ms if offset_ms is None else offset_ms),
        end_seen=offset_ms is not None,
        amplitude=row["amplitude"],
        side=row["side"],
        quality=row["quality"],
        reasons=row["reasons"],
        label=row[LABEL],
    )


def _joined(seconds: list[Unmeasured]) -> Iterator[Unmeasured]:
    """Seconds that follow each other for the same reasons are one stretch; none lies on another."""
    last: Unmeasured | None = None
    for second in seconds:
        if last is None or second.from_ms > last.to_ms or second.reasons != last.reasons:
            if last is not None:
                yield last
                second = replace(second, from_ms=max(second.from_ms, last.to_ms))
            last = second
            continue
        old_ms, new_ms = last.to_ms - last.from_ms, max(0, second.to_ms - last.to_ms)
        share = (last.valid_fraction * old_ms + second.valid_fraction * new_ms) / (old_ms + new_ms)
        last = replace(last, to_ms=last.to_ms + new_ms, valid_fraction=share)
    if last is not None:
        yield last
