"""Labelled values: a measure as somebody else measured it, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from agent.errors import FileRefused
from agent.measures.declarations import Measure
from agent.measures.registry import REGISTRY
from agent.offline.csv_table import CsvTable, Row, refused
from agent.validation.event_labels import EVENT_COLUMNS
from agent.validation.frames import BEYOND_MS, FrameTimes

TIME, FRAME = "t_s", "frame"

MEASURES = {measure.id: measure for measure in REGISTRY.measures if measure.per_frame}


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

    def shifted(self, by_ms: int) -> ValueLabels:
        """The same labels at times that count from elsewhere."""
        if self.place != TIME:
            raise FileRefused(f"{self.path.name} has no column {TIME}: its rows are not shifted")
        return replace(self, places=self.places + by_ms / 1000)

    def check(self, frames: FrameTimes) -> None:
        """Raises FileRefused when a row has no place in the material."""
        if self.place == TIME:
            t_ms = self.places * 1000
            beyond = (t_ms > frames.end_ms + BEYOND_MS) | (t_ms < -BEYOND_MS)
            self._refuse_beyond(beyond, frames)
        elif self.place == FRAME:
            self._refuse_beyond(self.places >= len(frames.t_ms), frames)
        elif len(self.lines) != len(frames.t_ms):
            self._refuse_count(len(frames.t_ms))

    def times_ms(self, frames: FrameTimes) -> NDArray[np.float64]:
        """(rows,) from the material's beginning."""
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


def value_labels(table: CsvTable) -> ValueLabels:
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


def _places(table: CsvTable, place: str) -> NDArray[np.float64]:
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


def _value(table: CsvTable, row: Row, name: str) -> float:
    """An empty cell is a frame that was not labelled."""
    return table.number(row, name) if table.cell(row, name) else np.nan
