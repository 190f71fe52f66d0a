"""A run's messages as rows of the exported tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agent.export.columns import LABEL
from agent.record.timeline import PlacedRun
from agent.wire.generated import analysis_pb2 as pb

Row = dict[str, Any]
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def frame_rows(placed: PlacedRun) -> Iterator[Row]:
    media_us: dict[int, int] = {}
    for entry in placed.run.log.entries({"/observation", "/frame"}):
        message = entry.message()
        if isinstance(message, pb.Observation):  # comes just before its frame's results
            media_us = {message.t_ms: message.media_us}
        elif isinstance(message, pb.FrameResult):
            yield (
                _where(message.origin, message.t_ms, placed)
                | {
                    "media_us": media_us.get(message.t_ms),
                    "width": message.width,
                    "height": message.height,
                    "rotation_deg": message.rotation_deg,
                    "received_unix_us": message.timing.received_unix_us or None,
                }
                | _beside_each_other(message.values, placed.run.registry)
            )


def window_rows(placed: PlacedRun) -> Iterator[Row]:
    """Of the whole run once: its summary, or where that is missing the last taken on the way."""
    whole: tuple[pb.WindowResult | pb.Summary, int] | None = None
    for entry in placed.run.log.entries({"/window", "/summary"}):
        message = entry.message()
        if isinstance(message, pb.WindowResult) and message.window_ms:
            yield from _window(message, message.t_ms, message.window_ms, placed)
        elif isinstance(message, (pb.WindowResult, pb.Summary)):
            whole = message, entry.t_ms
    if whole is not None:
        yield from _window(*whole, 0, placed)


def _window(
    message: pb.WindowResult | pb.Summary, t_ms: int, window_ms: int, placed: PlacedRun
) -> Iterator[Row]:
    where = _where(message.origin, t_ms, placed) | {"window_ms": window_ms}
    return (where | _value(value, placed.run.registry) for value in message.values)


def event_rows(placed: PlacedRun) -> Iterator[Row]:
    """One row for each event: its end when there was one, else its start."""
    latest: dict[int, pb.Event] = {}
    for entry in placed.run.log.entries({"/event"}):
        message = entry.message()
        if isinstance(message, pb.Event):
            latest[message.id] = message
    for event in latest.values():
        kind = placed.run.registry.events[event.kind]
        yield _where(event.origin, event.onset_ms, placed) | {
            "id": event.id,
            "kind": kind.id,
            "onset_ms": event.onset_ms,
            "peak_ms": event.peak_ms if event.HasField("peak_ms") else None,
            "offset_ms": event.offset_ms if event.HasField("offset_ms") else None,
            "amplitude": event.amplitude if event.HasField("amplitude") else None,
            "amplitude_unit": kind.amplitude_unit,
            "side": _word(pb.Side.Name(event.side), "SIDE_"),
            "quality": _quality(event.quality),
            "reasons": _reasons(event.reasons, placed.run.registry),
            LABEL: event.label,
        }


def for_spreadsheets(row: Row) -> Row:
    """A typed text that a spreadsheet would run as a formula is kept from it by an apostrophe."""
    text = row.get(LABEL)
    return row | {LABEL: f"'{text}"} if text and text.startswith(FORMULA_BEGINS) else row


def _where(origin: pb.Origin, t_ms: int, placed: PlacedRun) -> Row:
    return {
        "run": origin.run,
        "track": origin.track,
        "seq": origin.seq,
        "t_ms": t_ms,
        "session_ms": t_ms + placed.offset_ms,
    }


def _beside_each_other(values: Iterable[pb.Value], registry: pb.Registry) -> Row:
    row: Row = {}
    for value in values:
        measure = registry.measures[value.measure].id
        row[measure] = value.value if value.HasField("value") else None
        row[f"{measure}.quality"] = _quality(value.quality)
        row[f"{measure}.reasons"] = _reasons(value.reasons, registry)
    return row


def _value(value: pb.Value, registry: pb.Registry) -> Row:
    measure = registry.measures[value.measure]
    return {
        "measure": measure.id,
        "unit": measure.unit,
        "value": value.value if value.HasField("value") else None,
        "quality": _quality(value.quality),
        "reasons": _reasons(value.reasons, registry),
        "n": value.n if value.HasField("n") else None,
        "valid_fraction": value.valid_fraction if value.HasField("valid_fraction") else None,
        "ci_low": value.ci_low if value.HasField("ci_low") else None,
        "ci_high": value.ci_high if value.HasField("ci_high") else None,
        "baseline_state": _word(pb.BaselineState.Name(value.baseline_state), "BASELINE_STATE_"),
        "algorithm_version": measure.algorithm_version,
    }


def _reasons(indices: Iterable[int], registry: pb.Registry) -> str:
    return ";".join(registry.reasons[index].id for index in indices)


def _quality(quality: pb.Quality) -> str:
    return _word(pb.Quality.Name(quality), "QUALITY_")


def _word(name: str, prefix: str) -> str:
    word = name.removeprefix(prefix).lower()
    return "" if word == "unspecified" else word
