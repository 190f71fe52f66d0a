"""The columns of the exported tables: names, types, units, and what each one means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from agent.wire.generated import analysis_pb2 as pb


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: pa.DataType
    unit: str = ""
    meaning: str = ""

    def field(self) -> pa.Field:
        facts = {"unit": self.unit, "meaning": self.meaning}
        return pa.field(self.name, self.kind, metadata={k: v for k, v in facts.items() if v})


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    return pa.schema([column.field() for column in columns])


WHERE = (
    Column("run", pa.uint32(), "", "the agent's run within the session"),
    Column("track", pa.uint32(), "", "counts up when the camera is republished or switched"),
    Column("seq", pa.uint32(), "", "counts up within run and track; a gap is a lost message"),
    Column("t_ms", pa.uint32(), "ms", "media time since the run began"),
)
TRUST = (
    Column("quality", pa.string(), "", "good, usable or not_measurable"),
    Column("reasons", pa.string(), "", "why the quality is not better; codes, separated by ;"),
)
FRAME = (
    *WHERE,
    Column("width", pa.uint32(), "px", "of the upright picture"),
    Column("height", pa.uint32(), "px", "of the upright picture"),
    Column("rotation_deg", pa.uint32(), "deg", "clockwise turn that made the picture upright"),
    Column("received_unix_us", pa.uint64(), "us", "when the agent received the frame; live only"),
)
WINDOW = (
    *WHERE,
    Column("window_ms", pa.uint32(), "ms", "length of the window that ends at t_ms; 0: all so far"),
    Column("measure", pa.string(), "", "the measure's id"),
    Column("unit", pa.string(), "", "of value, ci_low and ci_high"),
    Column("value", pa.float32(), "see unit", "empty when withheld"),
    *TRUST,
    Column("n", pa.uint32(), "", "samples, or events"),
    Column("valid_fraction", pa.float32(), "1", "share of the window that could be measured"),
    Column("ci_low", pa.float32(), "see unit", "95 % interval"),
    Column("ci_high", pa.float32(), "see unit", "95 % interval"),
    Column("baseline_state", pa.string(), "", "none, learning, ready or stale"),
)
EVENT = (
    *WHERE,
    Column("id", pa.uint32(), "", "the same for the start and the end of one event"),
    Column("kind", pa.string(), "", "the event's id in the registry"),
    Column("onset_ms", pa.uint32(), "ms", "media time"),
    Column("peak_ms", pa.uint32(), "ms", "media time"),
    Column("offset_ms", pa.uint32(), "ms", "media time; empty when the end was never seen"),
    Column("amplitude", pa.float32(), "see amplitude_unit", "at the peak"),
    Column("amplitude_unit", pa.string(), "", "of amplitude"),
    Column("side", pa.string(), "", "the subject's: left, right or both"),
    *TRUST,
    Column("label", pa.string(), "", "the practitioner's own word, for marks"),
)


def measure_columns(measures: Iterable[pb.MeasureInfo]) -> tuple[Column, ...]:
    """Of the frame table: each measure's value, beside how far it can be trusted."""
    return tuple(
        column
        for measure in measures
        for column in (
            Column(measure.id, pa.float32(), measure.unit, measure.label.en),
            Column(f"{measure.id}.quality", pa.string(), "", TRUST[0].meaning),
            Column(f"{measure.id}.reasons", pa.string(), "", TRUST[1].meaning),
        )
    )
