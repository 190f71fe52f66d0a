"""A run's messages as rows of the exported tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from agent.export.columns import LABEL
from agent.record.timeline import PlacedRun
from agent.record.words import Words, evidence
from agent.wire.generated import analysis_pb2 as pb

Row = dict[str, Any]
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def frame_rows(placed: PlacedRun) -> Iterator[Row]:
    words = Words(placed.run)
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
                    "received_unix_us": words.time_us(message.timing.received_unix_us),
                }
                | _beside_each_other(message.values, words)
            )


def window_rows(placed: PlacedRun) -> Iterator[Row]:
    """Of the whole run once: its summary, or where that is missing the last taken on the way."""
    words = Words(placed.run)
    whole: tuple[pb.WindowResult | pb.Summary, int] | None = None
    for entry in placed.run.log.entries({"/window", "/summary"}):
        message = entry.message()
        if isinstance(message, pb.WindowResult) and message.window_ms:
            yield from _window(message, message.t_ms, message.window_ms, placed, words)
        elif isinstance(message, (pb.WindowResult, pb.Summary)):
            whole = message, entry.t_ms
    if whole is not None:
        yield from _window(*whole, 0, placed, words)


def _window(
    message: pb.WindowResult | pb.Summary,
    t_ms: int,
    window_ms: int,
    placed: PlacedRun,
    words: Words,
) -> Iterator[Row]:
    where = _where(message.origin, t_ms, placed) | {"window_ms": window_ms}
    return (where | _value(*one, words) for one in words.measured(message.values))


def event_rows(placed: PlacedRun) -> Iterator[Row]:
    """One row for each event: its end when there was one, else its start."""
    words = Words(placed.run)
    latest: dict[int, pb.Event] = {}
    for entry in placed.run.log.entries({"/event"}):
        message = entry.message()
        if isinstance(message, pb.Event):
            latest[message.id] = message
    for event in latest.values():
        kind = words.event(event.kind)
        yield _where(event.origin, event.onset_ms, placed) | {
            "id": event.id,
            "kind": kind.id,
            "evidence": evidence(kind),
            "onset_ms": event.onset_ms,
            "peak_ms": event.peak_ms if event.HasField("peak_ms") else None,
            "offset_ms": event.offset_ms if event.HasField("offset_ms") else None,
            "amplitude": _number(event, "amplitude"),
            "amplitude_unit": kind.amplitude_unit,
            "side": words.side(event.side),
            "quality": words.quality(event.quality),
            "reasons": words.reasons(event.reasons),
            LABEL: event.label,
        }


def for_spreadsheets(row: Row) -> Row:
    """A typed text that a spreadsheet would run as a formula is kept from it by an apostrophe."""
    text = row.get(LABEL)
    return row | {LABEL: f"'{text}"} if text and text.startswith(FORMULA_BEGINS) else row


def _where(origin: pb.Origin, t_ms: int, placed: PlacedRun) -> Row:
    starts_ms = placed.run.file_starts_ms
    return {
        "session_id": placed.run.session_id,
        "run": origin.run,
        "track": origin.track,
        "seq": origin.seq,
        "t_ms": t_ms,
        "session_ms": t_ms + placed.offset_ms,
        "file_ms": None if starts_ms is None else t_ms + starts_ms,
    }


def _number(message: pb.Value | pb.Event, field: str) -> float | None:
    """Empty when it is absent, and when it is none: no measure sends infinity, a spoilt log may."""
    number: float = getattr(message, field)
    return number if message.HasField(field) and math.isfinite(number) else None


def _beside_each_other(values: Sequence[pb.Value], words: Words) -> Row:
    row: Row = {}
    for measure, value in words.measured(values):
        row[measure.id] = _number(value, "value")
        row[f"{measure.id}.quality"] = words.quality(value.quality)
        row[f"{measure.id}.reasons"] = words.reasons(value.reasons)
    return row


def _value(measure: pb.MeasureInfo, value: pb.Value, words: Words) -> Row:
    return {
        "measure": measure.id,
        "unit": measure.unit,
        "value": _number(value, "value"),
        "quality": words.quality(value.quality),
        "reasons": words.reasons(value.reasons),
        "n": value.n if value.HasField("n") else None,
        "valid_fraction": _number(value, "valid_fraction"),
        "ci_low": _number(value, "ci_low"),
        "ci_high": _number(value, "ci_high"),
        "baseline_state": words.baseline_state(value.baseline_state),
        "algorithm_version": measure.algorithm_version,
        "evidence": evidence(measure),
    }
