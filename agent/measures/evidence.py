"""How well the measures do, as evidence.json has it: `make validation` makes that file again.

What was found by another version of an algorithm says nothing of today's, and is not told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from agent.measures.declarations import Measure
from agent.measures.events import EventKind
from agent.measures.registry import REGISTRY

EVIDENCE = Path(__file__).with_name("evidence.json")
LEAST_LABELS = 20  # made by people, that could be compared; with fewer, intervals mislead
UNTOLD = "On no material yet, beyond its tests."

Entry = dict[str, Any]


@cache
def evidence() -> Entry:
    told: Entry = json.loads(EVIDENCE.read_text("utf-8"))
    return told


def is_checked(measure: Measure) -> bool:
    """Whether people's labels say how good it is; else it is experimental, and said to be."""
    return any(entry["labels"] >= LEAST_LABELS for entry in _of_measure("measures", measure))


def kind_is_checked(kind: EventKind) -> bool:
    """As `is_checked`. A mark is a person's own."""
    return not kind.measure_id or any(
        entry["measurable"] >= LEAST_LABELS for entry in _of_kind(kind)
    )


def kind_version(kind_id: str) -> int:
    """Of the algorithm of the measure that the kind belongs to."""
    kind = REGISTRY.events[REGISTRY.index_of_event(kind_id)]
    return REGISTRY.measures[REGISTRY.index_of_measure(kind.measure_id)].algorithm_version


def measured(measure: Measure) -> str:
    """All that the file says of it, in sentences."""
    told = [
        *map(_against_labels, _of_measure("measures", measure)),
        *(_of_events(entry) for kind in _kinds_of(measure) for entry in _of_kind(kind)),
        *map(_turned, _of_measure("turned_heads", measure)),
        *_at_rest(measure),
    ]
    return " ".join(told) or UNTOLD


def _of_measure(part: str, measure: Measure) -> list[Entry]:
    entries = evidence()[part]
    if isinstance(entries, dict):
        entries = entries["measures"]
    return [
        entry
        for entry in entries
        if (entry["measure"], entry["algorithm_version"]) == (measure.id, measure.algorithm_version)
    ]


def _of_kind(kind: EventKind) -> list[Entry]:
    return [
        entry
        for entry in evidence()["events"]
        if (entry["kind"], entry["algorithm_version"]) == (kind.id, kind_version(kind.id))
    ]


def _kinds_of(measure: Measure) -> list[EventKind]:
    return [k for k in REGISTRY.events if k.measure_id == measure.id or k is measure.counts]


def _against_labels(entry: Entry) -> str:
    error = "" if entry["mae"] is None else f"mean error {number(entry['mae'], 1)}, "
    return (
        f"Against {entry['labels']} labels of `{entry['from']}` ({_adults(entry)}): {error}"
        f"bias {number(entry['bias'], 1)} {entry['unit']}, measurable in "
        f"{percent(entry['coverage'])} of the time.{_too_few(entry['labels'])}"
    )


def _of_events(entry: Entry) -> str:
    kappa = number(entry["kappa"], 2)
    return (
        f"`{entry['kind']}`, labelled in {entry['seconds']:.0f} s of {_adults(entry)}: "
        f"{entry['found']} of {entry['measurable']} found, {entry['false']} besides, "
        f"κ of time {kappa}.{_too_few(entry['measurable'])}"
    )


def _adults(entry: Entry) -> str:
    return f"{entry['people']} adult{'s' if entry['people'] > 1 else ''}"


def percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _too_few(labels: int) -> str:
    return " Too few labels to say how good it is." if labels < LEAST_LABELS else ""


def _turned(entry: Entry) -> str:
    return (
        f"Photographed faces turned by known angles ({entry['pairs']} pictures of "
        f"{evidence()['turned_heads']['faces']}): mean error {number(entry['mae'], 1)}, "
        f"bias {number(entry['bias'], 1)} {entry['unit']}."
    )


def _at_rest(measure: Measure) -> Iterator[str]:
    for entry in _of_measure("at_rest", measure):
        if measure.per_frame:
            yield f"At rest: {_level(entry, measure)}."
        if kinds := [kind.id for kind in _kinds_of(measure)]:
            at_rest: dict[str, int] = evidence()["at_rest"]["events"]
            seen = ", ".join(f"{at_rest[kind]} × `{kind}`" for kind in kinds if kind in at_rest)
            yield f"Events at rest: {seen or 'none'}."


def _level(entry: Entry, measure: Measure) -> str:
    if not entry["coverage"]:
        return "withheld"
    low, high = (f"{entry[which]:g}".replace("-", "−") for which in ("lowest_mean", "highest_mean"))
    if entry["sd"] == 0 and low == high:
        return low
    most = f", 95th percentile up to {entry['p95']:g}" if measure.low == 0 else ""
    return f"mean {low} to {high}, SD up to {entry['sd']:g}{most}"


def number(estimate: Entry, digits: int) -> str:
    """With its interval."""
    if estimate["value"] is None:
        return "–"
    value = _fixed(estimate["value"], digits)
    if estimate["low"] is None:
        return value
    return f"{value} ({_fixed(estimate['low'], digits)} to {_fixed(estimate['high'], digits)})"


def _fixed(value: float, digits: int) -> str:
    """Never a minus before zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
