"""Events: their kinds, and those of one session."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.measures.labels import Reason, Text
from agent.measures.results import Event, Quality
from agent.observation import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    id: str
    label: Text
    measure_id: str = ""  # the measure whose quality and conditions it shares; marks have none
    amplitude: str = ""  # what it is the greatest of, for the documentation
    amplitude_unit: str = ""
    amplitude_decimals: int = 2
    lasting: bool = False  # sent at its start and again at its end


class EventLog:
    """Numbers the events of a session, and closes even those that could not be followed."""

    def __init__(self) -> None:
        self._next_id = 1
        self._new: list[Event] = []
        self._open: dict[int, tuple[EventKind, Event]] = {}

    def add(
        self,
        kind: EventKind,
        onset_ms: int,
        *,
        peak_ms: int | None = None,
        offset_ms: int | None = None,
        amplitude: float | None = None,
        side: Side = Side.UNSPECIFIED,
        quality: Quality = Quality.GOOD,
        label: str = "",
    ) -> Event:
        event = Event(
            id=self._next_id,
            kind=kind.id,
            onset_ms=onset_ms,
            peak_ms=peak_ms,
            offset_ms=offset_ms,
            amplitude=amplitude,
            side=side,
            quality=quality,
            label=label,
        )
        self._next_id += 1
        self._new.append(event)
        return event

    def begin(
        self,
        kind: EventKind,
        onset_ms: int,
        *,
        side: Side = Side.UNSPECIFIED,
        quality: Quality = Quality.GOOD,
    ) -> int:
        event = self.add(kind, onset_ms, side=side, quality=quality)
        self._open[event.id] = (kind, event)
        return event.id

    def end(
        self,
        event_id: int,
        offset_ms: int,
        *,
        peak_ms: int | None = None,
        amplitude: float | None = None,
        side: Side | None = None,
        quality: Quality | None = None,
        reason: Reason | None = None,
    ) -> None:
        _, event = self._open.pop(event_id)
        self._new.append(
            replace(
                event,
                peak_ms=peak_ms,
                offset_ms=offset_ms,
                amplitude=amplitude,
                side=event.side if side is None else side,
                quality=event.quality if quality is None else quality,
                reasons=(reason.id,) if reason else (),
            )
        )

    def end_all(self, offset_ms: int, reason: Reason, measure_id: str) -> None:
        """End what is going on of one measure."""
        for event_id, (kind, _) in tuple(self._open.items()):
            if kind.measure_id == measure_id:
                self.end(event_id, offset_ms, reason=reason)

    def durations_now_s(self, kind: EventKind) -> list[float]:
        """Of the events of a kind that came to an end in this frame, followed to it."""
        return [
            (event.offset_ms - event.onset_ms) / 1000
            for event in self._new
            if event.kind == kind.id and event.offset_ms is not None and not event.reasons
        ]

    def counted_now(self, kind: EventKind) -> int:
        """How many of a kind this frame told of. Those that last count when they begin."""
        return sum(
            1
            for event in self._new
            if event.kind == kind.id and not (kind.lasting and event.offset_ms is not None)
        )

    def drain(self) -> tuple[Event, ...]:
        new, self._new = tuple(self._new), []
        return new
