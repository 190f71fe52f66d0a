"""Labels that people made: events with a begin and an end, or one value per frame.

A file with the columns onset_s, offset_s and label holds events; its other columns are left alone.
Any other holds values: columns named by measures, and t_s or frame (counted from 0), or neither
when there is a row for each frame. Times count from the first frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from agent.errors import EpedicareError
from agent.measures.declare import EventKind, Measure, Over
from agent.measures.registry import REGISTRY
from agent.offline.written import FileRefused, Row, WrittenTable, read_table, refused
from agent.validation.frames import FrameTimes

ONSET, OFFSET, LABEL = EVENT_COLUMNS = ("onset_s", "offset_s", "label")
TIME, FRAME = "t_s", "frame"
BEYOND_MS = 100  # how far past the last frame's end a label may go, for rounding and players

KINDS = {kind.id: kind for kind in REGISTRY.events if kind.measure_id}
MEASURES = {measure.id: measure for measure in REGISTRY.measures if measure.over is not Over.RATE}


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

    def check(self, frames: FrameTimes) -> None:
        """Raises FileRefused when an event lies outside the material."""
        for event in self.events:
            if event.offset_ms > frames.end_ms + BEYOND_MS:
                raise refused(
                    self.path,
                    event.line,
                    f"{event.kind} ends at {event.offset_ms / 1000:g} s, "
                    f"and the video at {frames.end_ms / 1000:g} s",
                )


@dataclass(frozen=True, slots=True)
class ValueLabels:
    path: Path
    columns: tuple[Measure, ...]
    lines: tuple[int, ...]
    place: str  # t_s, frame, or nothing: the rows are the frames
    places: NDArray[np.float64]  # (rows,), s or frames
    values: NDArray[np.float64]  # (rows, columns), NaN: not labelled

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(measure.id for measure in self.columns)

    def check(self, frames: FrameTimes) -> None:
        """Raises FileRefused when a row has no place in the material."""
        if self.place == TIME:
            self._refuse_beyond(self.places * 1000 > frames.end_ms + BEYOND_MS, frames)
        elif self.place == FRAME:
            self._refuse_beyond(self.places >= len(frames.t_ms), frames)
        elif len(self.lines) != len(frames.t_ms):
            self._refuse_count(len(frames.t_ms))

    def times_ms(self, frames: FrameTimes) -> NDArray[np.float64]:
        """(rows,) from the material's first frame."""
        if self.place == TIME:
            return self.places * 1000
        return frames.t_ms[self.places.astype(np.intp)].astype(np.float64)

    def _refuse_beyond(self, beyond: NDArray[np.bool_], frames: FrameTimes) -> None:
        if beyond.any():
            first = int(np.argmax(beyond))
            raise refused(
                self.path,
                self.lines[first],
                f"{self.place} {self.places[first]:g} is out of the "
                f"video, which has {len(frames.t_ms)} frames in {frames.end_ms / 1000:g} s",
            )

    def _refuse_count(self, frames: int) -> NoReturn:
        rows = len(self.lines)
        line = self.lines[min(rows, frames + 1) - 1]
        raise refused(
            self.path,
            line,
            f"there are {rows} rows, and the video has {frames} frames; "
            f"for fewer rows name their place in a column {TIME} or {FRAME}",
        )


Labels = EventLabels | ValueLabels


class UnknownKind(EpedicareError):
    """A label that is no kind of event."""


def read_labels(path: Path, also: Iterable[str] = ()) -> Labels:
    """`also`: kinds that were looked for, and of which the file may hold no event.

    Raises FileRefused with the file's line.
    """
    table = read_table(path)
    kinds = tuple(_kind(name) for name in also)
    if set(EVENT_COLUMNS) & set(table.heading):
        return _event_labels(table, kinds)
    if kinds:
        raise FileRefused(f"{path.name} holds values per frame, and --label is for events")
    return _value_labels(table)


def _kind(name: str) -> str:
    kind = name.strip().lower().replace(" ", "_").replace("-", "_")
    if kind not in KINDS:
        raise UnknownKind(f"{name!r} is no label; labels are {', '.join(KINDS)}")
    return kind


def _event_labels(table: WrittenTable, also: tuple[str, ...]) -> EventLabels:
    missing = [column for column in EVENT_COLUMNS if column not in table.heading]
    if missing:
        raise refused(
            table.path,
            table.heading_line,
            f"events need the columns {', '.join(EVENT_COLUMNS)}; missing: {', '.join(missing)}",
        )
    events = tuple(_event(table, row) for row in table.rows)
    _check_order(table.path, events)
    kinds = {*also, *(event.kind for event in events)}
    if not kinds:
        raise FileRefused(
            f"{table.path.name} holds no events; name what was looked for with --label"
        )
    return EventLabels(table.path, tuple(KINDS[kind] for kind in KINDS if kind in kinds), events)


def _event(table: WrittenTable, row: Row) -> LabelledEvent:
    onset_s, offset_s = table.number(row, ONSET), table.number(row, OFFSET)
    if onset_s < 0:
        raise table.refused(row, f"{ONSET} {onset_s:g} is before the video's first frame")
    if offset_s < onset_s:
        raise table.refused(row, f"{OFFSET} {offset_s:g} is before {ONSET} {onset_s:g}")
    try:
        kind = _kind(table.cell(row, LABEL))
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
        if before is not None and event.onset_ms < before.offset_ms:
            raise refused(
                path, event.line, f"{event.kind} begins before that of line {before.line} ends"
            )
        open_until[event.kind] = event


def _value_labels(table: WrittenTable) -> ValueLabels:
    places = [name for name in table.heading if name in (TIME, FRAME)]
    names = [name for name in table.heading if name not in (TIME, FRAME)]
    if len(places) > 1:
        raise refused(table.path, table.heading_line, f"{TIME} or {FRAME}, not both")
    unknown = next((name for name in names if name not in MEASURES), None)
    if unknown is not None:
        raise refused(table.path, table.heading_line, _why_no_column(unknown))
    if not names:
        raise refused(table.path, table.heading_line, "no column is named by a measure")
    if not table.rows:
        raise FileRefused(f"{table.path.name} has a heading and no rows")
    place = places[0] if places else ""
    return ValueLabels(
        path=table.path,
        columns=tuple(MEASURES[name] for name in names),
        lines=tuple(row.line for row in table.rows),
        place=place,
        places=_places(table, place) if place else np.arange(len(table.rows), dtype=np.float64),
        values=np.array([[_value(table, row, name) for name in names] for row in table.rows]),
    )


def _why_no_column(name: str) -> str:
    if any(measure.id == name for measure in REGISTRY.measures):
        return f"{name} has no value per frame; label its events (onset_s, offset_s, label)"
    return (
        f"{name!r} is no column; for events: {', '.join(EVENT_COLUMNS)}; for values: {TIME} or "
        f"{FRAME}, and {', '.join(MEASURES)}"
    )


def _places(table: WrittenTable, place: str) -> NDArray[np.float64]:
    last = -1.0
    places = []
    for row in table.rows:
        at = table.number(row, place)
        if at < 0 or (place == FRAME and at != int(at)):
            raise table.refused(row, f"{place} {table.cell(row, place)} is no place in a video")
        if at <= last:
            raise table.refused(row, f"not sorted: {place} {at:g} comes after {last:g}")
        last = at
        places.append(at)
    return np.array(places)


def _value(table: WrittenTable, row: Row, name: str) -> float:
    """An empty cell is a frame that was not labelled."""
    return table.number(row, name) if table.cell(row, name) else np.nan
