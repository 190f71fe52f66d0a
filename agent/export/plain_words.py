"""A value of the whole session as a person reads it who has never seen the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.export.rows import Row
from agent.record.words import EXPERIMENTAL, evidence
from agent.wire.french import typeset
from agent.wire.generated import analysis_pb2 as pb

MOST_DECIMALS = 9  # a spoilt log may ask for any number
SECOND_MS, MINUTE_MS = 1000, 60_000
Reasons = Mapping[str, pb.ReasonInfo]


@dataclass(frozen=True, slots=True)
class PlainWords:
    language: str
    interval: str
    experimental: str  # a measure, or a kind of event
    units: Mapping[str, str]  # others stand as they are

    def of(self, label: pb.Text) -> str:
        told: str = getattr(label, self.language)
        return told

    def named(self, info: pb.MeasureInfo | pb.EventInfo) -> str:
        label = self.of(info.label)
        return self.experimental.format(label=label) if evidence(info) == EXPERIMENTAL else label

    def printed(self, text: str) -> str:
        return typeset(text) if self.language == "fr" else text

    def number(self, value: float, decimals: int) -> str:
        decimals = min(decimals, MOST_DECIMALS)
        told = f"{round(value, decimals) + 0.0:.{decimals}f}"  # no "-0"
        return told.replace(".", ",") if self.language == "fr" else told

    def minutes(self, span_ms: int) -> str:
        return self.number(span_ms / MINUTE_MS, 1)

    def value(self, row: Row, measure: pb.MeasureInfo) -> str:
        """With its interval, where it has one. The row's value is not None."""
        value, low, high = (
            None if row[name] is None else self.number(row[name], measure.decimals)
            for name in ("value", "ci_low", "ci_high")
        )
        unit = self.units.get(measure.unit, measure.unit)
        if low is None or high is None:
            return f"{value} {unit}".rstrip()
        told = self.interval.format(value=value, unit=unit, low=low, high=high)
        return told.replace(" ,", ",").rstrip()

    def share(self, row: Row) -> str:
        """How much of the time could be measured."""
        share = row["valid_fraction"]
        return "" if share is None else f"{self.number(100 * share, 0)} %"

    def why_withheld(self, row: Row, reasons: Reasons) -> list[str]:
        """The first sentence of each reason: the others say when a value comes back in a call."""
        known = (reasons[one].label for one in row["reasons"].split(";") if one)
        return [self.of(label).partition(". ")[0].rstrip(".") for label in known]


def clock(t_ms: int) -> str:
    minutes, seconds = divmod(t_ms // SECOND_MS, 60)
    return f"{minutes}:{seconds:02}"


def units(eyes: str, shoulders: str, a_second: str, a_minute: str) -> dict[str, str]:
    return {
        "1": "",
        "faces": "",
        "deg": "°",
        "deg/s": "°/s",
        "/min": a_minute,
        "IOD": eyes,
        "IOD/s": f"{eyes} {a_second}",
        "IOD/s²": f"{eyes} {a_second}, {a_second}",
        "SW": shoulders,
        "SW/s": f"{shoulders} {a_second}",
    }


ENGLISH = PlainWords(
    "en",
    "{value} {unit}, between {low} and {high}",
    "{label} (experimental)",
    units(
        "times the distance between the eyes",
        "times the width of the shoulders",
        "a second",
        "a minute",
    ),
)
FRENCH = PlainWords(
    "fr",
    "{value} {unit}, entre {low} et {high}",
    "{label} (expérimental)",
    units("fois l'écart des yeux", "fois la largeur des épaules", "par seconde", "par minute"),
)
