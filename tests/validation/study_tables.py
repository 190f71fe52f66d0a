"""The tables of docs/validation.md, of what agent/measures/evidence.json says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from agent.measures.evidence import LEAST_LABELS, evidence, number, percent
from agent.validation.least_rates import RateTable

DOCUMENT = Path(__file__).parents[2] / "docs" / "validation.md"
PART = re.compile(r"(<!-- made by make validation: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)
Json = dict[str, Any]


def write_tables() -> None:
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text("utf-8")), "utf-8")


def with_tables(document: str) -> str:
    """Each part between its marks, made again."""
    return PART.sub(lambda part: part[1] + PARTS[part[2]]() + part[3], document)


def sources() -> str:
    made, material = evidence()["made"], evidence()["material"]
    return (
        f"Made on {made['date']} with e-PediCare {made['release']}, MediaPipe {made['mediapipe']}, "
        f"on {made['cpu']}; videos and labels have the SHA-256 `{material['sha256'][:12]}…`."
    )


def labelled() -> str:
    headings = (
        "label",
        "labelled, in so many s",
        "measurable",
        "found",
        "missed",
        "false",
        "precision",
        "recall",
        "F1",
        "κ of time",
        "",
    )
    return table(headings, map(labelled_row, evidence()["events"]))


def labelled_row(entry: Json) -> tuple[str, ...]:
    return (
        f"`{entry['kind']}`",
        f"{entry['labelled']}, {entry['seconds']:.0f} s",
        f"{entry['measurable']}, {percent(entry['coverage'])} of time",
        *(str(entry[which]) for which in ("found", "missed", "false")),
        *(number(entry[which], 2) for which in ("precision", "recall", "f1", "kappa")),
        "experimental" if entry["measurable"] < LEAST_LABELS else "",
    )


def by_clip() -> str:
    clips = {clip["name"]: clip for clip in evidence()["material"]["clips"]}
    kinds = [entry["kind"] for entry in evidence()["events"]]
    cells = {
        (of["clip"], entry["kind"]): of for entry in evidence()["events"] for of in entry["clips"]
    }
    return table(
        ("clip", "person", *(f"`{kind}`" for kind in kinds)),
        (
            (
                f"`{name}`, {clip['seconds']:.0f} s{'' if clip['tuned_on'] else ' *'}",
                clip["person"],
                *(clip_cell(cells.get((name, kind))) for kind in kinds),
            )
            for name, clip in clips.items()
        ),
    )


def clip_cell(of: Json | None) -> str:
    if of is None:
        return "not labelled"
    kappa = of["kappa"]["value"]
    told = f"{of['found']} of {of['measurable']}, {of['false']} false"
    return told if kappa is None else f"{told}, κ {kappa:.2f}"


def values() -> str:
    return table(
        ("measure", "against labels of", "labels", "measurable", "mean error", "bias"),
        (
            (
                f"`{entry['measure']}`, {entry['unit']}",
                f"`{entry['from']}`",
                str(entry["labels"]),
                f"{percent(entry['coverage'])} of time",
                "–" if entry["mae"] is None else number(entry["mae"], 1),
                number(entry["bias"], 1),
            )
            for entry in evidence()["measures"]
        ),
    )


def thinned() -> str:
    rows = evidence()["thinned"]
    rates = list(rows[0]["at_hz"])
    return table(
        ("blinks found of labelled, pictures a second", "all", *rates),
        (
            (
                ", ".join(f"`{name}`" for name in row["clips"]),
                found_of(row["whole"]),
                *(found_of(row["at_hz"][hz]) for hz in rates),
            )
            for row in rows
        ),
    )


def found_of(of: Json) -> str:
    false = f", +{of['false']} false" if of["false"] else ""
    return f"{of['found']} of {of['measurable']}{false}"


def turned() -> str:
    heads = evidence()["turned_heads"]
    rows = [
        (f"{at['yaw_deg']}°".replace("-", "−"), figures(at["bias"]), figures(at["mae"]))
        for at in heads["by_yaw"]
    ]
    whole = [
        ", ".join(number(of[which], 1) for of in heads["measures"]) for which in ("bias", "mae")
    ]
    return table(
        ("yaw", "bias of yaw, pitch, roll (°)", "mean error (°)"), [*rows, ("all", *whole)]
    )


def figures(values: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values).replace("-", "−")


def rates(place: int) -> str:
    of = evidence()["rates"][place]
    return RateTable(of["unit"], of["hz"], tuple(map(tuple, of["rows"]))).markdown()


def table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (headings, ("---",) * len(headings), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


PARTS: dict[str, Callable[[], str]] = {
    "sources": sources,
    "labelled": labelled,
    "by_clip": by_clip,
    "values": values,
    "thinned": thinned,
    "turned": turned,
    "picture_rates": lambda: rates(0),
    "pose_rates": lambda: rates(1),
}
