"""The columns of the exported tables: names, types, units, and what each one means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from agent.record.session_json import AGE_MONTHS, PATIENT_CODE, VISIT_NUMBER
from agent.record.words import evidence
from agent.wire.generated import analysis_pb2 as pb


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: pa.DataType
    unit: str = ""
    meaning: str = ""
    algorithm_version: str = ""  # of the measure that the values come from

    def field(self) -> pa.Field:
        facts = {
            "unit": self.unit,
            "meaning": self.meaning,
            "algorithm_version": self.algorithm_version,
        }
        return pa.field(self.name, self.kind, metadata={k: v for k, v in facts.items() if v})


def schema_of(columns: Iterable[Column], facts: Mapping[str, str]) -> pa.Schema:
    """`facts` tell of the whole table where it comes from."""
    return pa.schema([column.field() for column in columns], metadata=dict(facts))


INTEGER = pa.int64()  # signed: a difference of two columns must not wrap
LABEL = "label"  # the one text that a person typed
WHERE = (
    Column("session_id", pa.string(), "", "as the session's folder is named"),
    Column(
        "run",
        INTEGER,
        "",
        "the agent's run: of a call, the second (Unix time) in which it began",
    ),
    Column("track", INTEGER, "", "counts up when the camera is republished or switched"),
    Column("seq", INTEGER, "", "counts up within run and track; a gap is a lost message"),
    Column("t_ms", INTEGER, "ms", "the run's own time, from the agent's first picture"),
    Column(
        "session_ms",
        INTEGER,
        "ms",
        "the same moment on the one line of time of all runs, as the replay shows it",
    ),
    Column(
        "file_ms",
        INTEGER,
        "ms",
        "the same moment as a player shows it of the video; empty for a call, or times from a file",
    ),
    Column(PATIENT_CODE, pa.string(), "", "the patient's pseudonym; empty where none was given"),
    Column(VISIT_NUMBER, INTEGER, "", "which of the patient's visits, as the practitioner counts"),
    Column(AGE_MONTHS, INTEGER, "months", "of the patient, at this visit"),
)
TRUST = (
    Column("quality", pa.string(), "", "good, usable or not_measurable"),
    Column(
        "reasons",
        pa.string(),
        "",
        "why it was withheld, or an event cut short; codes, separated by ;",
    ),
)
EVIDENCE = Column(
    "evidence",
    pa.string(),
    "",
    "checked: enough labels made by people say how good it is; else experimental",
)
FRAME = (
    *WHERE,
    Column("media_us", INTEGER, "us", "the frame's own time stamp: a file's, as it has it"),
    Column("width", INTEGER, "px", "of the upright picture"),
    Column("height", INTEGER, "px", "of the upright picture"),
    Column(
        "rotation_deg",
        INTEGER,
        "deg",
        "clockwise turn that made the picture upright, after a mirrored one was turned back",
    ),
    Column("received_unix_us", INTEGER, "us", "when the agent received the frame; live only"),
)
WINDOW = (
    *WHERE,
    Column("window_ms", INTEGER, "ms", "length of the window that ends at t_ms; 0: the whole run"),
    Column("measure", pa.string(), "", "the measure's id"),
    Column("unit", pa.string(), "", "of value, ci_low and ci_high"),
    Column("value", pa.float32(), "see unit", "empty when withheld"),
    *TRUST,
    Column("n", INTEGER, "", "samples, or events"),
    Column("valid_fraction", pa.float32(), "1", "share of the window that could be measured"),
    Column("ci_low", pa.float32(), "see unit", "95 % interval"),
    Column("ci_high", pa.float32(), "see unit", "95 % interval"),
    Column("baseline_state", pa.string(), "", "none, learning, ready or stale"),
    Column("algorithm_version", INTEGER, "", "of the measure; values of two do not compare"),
    EVIDENCE,
)
EVENT = (
    *WHERE,
    Column("id", INTEGER, "", "the same for the start and the end of one event"),
    Column("kind", pa.string(), "", "the event's id in the registry"),
    EVIDENCE,
    Column("onset_ms", INTEGER, "ms", "in the run's own time, as t_ms"),
    Column("peak_ms", INTEGER, "ms", "in the run's own time, as t_ms"),
    Column(
        "offset_ms",
        INTEGER,
        "ms",
        "in the run's own time, as t_ms; empty when the end was never seen",
    ),
    Column("amplitude", pa.float32(), "see amplitude_unit", "at the peak"),
    Column("amplitude_unit", pa.string(), "", "of amplitude"),
    Column("side", pa.string(), "", "the subject's: left, right or both"),
    *TRUST,
    Column(LABEL, pa.string(), "", "the practitioner's own word, for marks"),
)


def measure_columns(measures: Iterable[pb.MeasureInfo]) -> tuple[Column, ...]:
    """Of the frame table: each measure's value, beside how far it can be trusted."""
    return tuple(
        column
        for measure in measures
        for column in (
            Column(
                measure.id,
                pa.float32(),
                measure.unit,
                f"{measure.label.en}; {evidence(measure)}",
                str(measure.algorithm_version),
            ),
            Column(f"{measure.id}.quality", pa.string(), "", TRUST[0].meaning),
            Column(f"{measure.id}.reasons", pa.string(), "", TRUST[1].meaning),
        )
    )
