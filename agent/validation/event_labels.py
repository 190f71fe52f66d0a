"""Labelled events: what somebody saw, from when until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from agent.errors import FileRefused, UnknownKind
from agent.measures.events import EventKind
from agent.measures.registry import REGISTRY
from agent.offline.csv_table import CsvTable, Row, refused
from agent.validation.frames import BEYOND_MS, FrameTimes

ONSET, OFFSET, LABEL = EVENT_COLUMNS = ("onset_s", "offset_s", "label")

KINDS = {kind.id: kind for kind in REGISTRY.events if kind.measure_id}


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    line: int
    kind: str
    onset_ms: int
    offset_ms: int


@dataclass(frozen=True, slots=True)
class EventLabels:
    path: Path
    kinds: tuple[EventKind, ...]  # in the registry's order
    events: tuple[LabelledEvent, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """What tells whether an event could have been found."""
        return tuple(dict.fromkeys(kind.measure_id for kind in self.kinds))

    def shifted(self, by_ms: int) -> EventLabels:
        """The same labels at times that count from elsewhere."""
        moved = (
            replace(e, onset_ms=e.onset_ms + by_ms, offset_ms=e.offset_ms + by_ms)
            for e in self.events
        )
        return replace(self, events=tuple(moved))

    def check(self, frames: FrameTimes) -> None:
        """Raises FileRefused when an event lies outside the material."""
        for event in self.events:
            if event.onset_ms < -BEYOND_MS:
                raise refused(
                    self.path,
                    event.line,
                    f"{event.kind} begins {-event.onset_ms / 1000:g} s before the first picture",
                )
            if event.offset_ms > frames.end_ms + BEYOND_MS:
                raise refused(
                    self.path,
                    event.line,
                    f"{event.kind} ends at {event.offset_ms / 1000:g} s, "
                    f"and the video at {frames.end_ms / 1000:g} s",
                )


def event_labels(table: CsvTable, also: Iterable[str]) -> EventLabels:
    """`also`: kinds that the file need not hold."""
    missing = [column for column in EVENT_COLUMNS if column not in table.heading]
    if missing:
        raise refused(
            table.path,
            table.heading_line,
            f"events need the columns {', '.join(EVENT_COLUMNS)}; missing: {', '.join(missing)}",
        )
    events = tuple(_event(table, row) for row in table.rows)
    _check_order(table.path, events)
    kinds = {*map(kind_named, also), *(event.kind for event in events)}
    if not kinds:
        raise FileRefused(
            f"{table.path.name} holds no events; name what was looked for with --label"
        )
    return EventLabels(table.path, tuple(KINDS[kind] for kind in KINDS if kind in kinds), events)


def _event(table: CsvTable, row: Row) -> LabelledEvent:
    onset_s, offset_s = table.number(row, ONSET), table.number(row, OFFSET)
    if onset_s < 0:
        raise table.refused(row, f"{ONSET} {onset_s:g} is before the video's first frame")
    if offset_s < onset_s:
        raise table.refused(row, f"{OFFSET} {offset_s:g} is before {ONSET} {onset_s:g}")
    try:
        kind = kind_named(table.cell(row, LABEL))
    except UnknownKind as error:
        raise table.refused(row, str(error)) from error
    return LabelledEvent(row.line, kind, round(onset_s * 1000), round(offset_s * 1000))


def _check_order(path: Path, events: tuple[LabelledEvent, ...]) -> None:
    last_ms = 0
    open_until: dict[str, LabelledEvent] = {}
    for event in events:
        if event.onset_ms < last_ms:
            raise refused(
                path,
                event.line,
                f"not sorted: {ONSET} {event.onset_ms / 1000:g} comes after {last_ms / 1000:g}",
            )
        last_ms = event.onset_ms
        before = open_until.get(event.kind)
        if before is not None and event.onset_ms < max(before.offset_ms, before.onset_ms + 1):
            raise refused(
                path, event.line, f"{event.kind} begins before that of line {before.line} ends"
            )
        open_until[event.kind] = event


def kind_named(name: str) -> str:
    kind = name.strip().lower().replace(" ", "_").replace("-", "_")
    if kind not in KINDS:
        near = "".join(f" (did you mean {like}?)" for like in get_close_matches(kind, KINDS, 1))
        raise UnknownKind(f"{name!r} is no label{near}; labels are {', '.join(KINDS)}")
    return kind
