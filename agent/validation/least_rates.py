"""How far the measures still say at fewer pictures a second what they say at all of them.

python -m agent.validation.least_rates VIDEO|SESSION ...     two tables, of your own material

Nobody knows the truth of most of them. What is asked is whether a number depends on the camera's
rate: a value is right as long as it is what the same film gives at its full rate.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from agent.measures.analyser import Analyser
from agent.measures.declarations import Landmarker, Measure, Over
from agent.measures.events import EventKind
from agent.measures.registry import REGISTRY, Registry
from agent.measures.results import Event
from agent.observation import Observation
from agent.offline.analysed_session import no_progress
from agent.validation import TOLERANCE_MS
from agent.validation.frames import Float64
from agent.validation.matching import match
from agent.validation.material import Material, SessionMaterial, VideoMaterial
from agent.validation.thinning import thinned, with_fewer_poses

FACE_RATES_HZ = (20.0, 18.0, 15.0, 12.5, 10.0, 8.0)
POSE_RATES_HZ = (6.5, 5.0, 4.0, 3.0, 2.0)
PHASES = (0.0, 1 / 3, 2 / 3)
WINDOW_MS = 10_000
FEWEST_WINDOWS = 4
NONE = "–"

Thin = Callable[[Iterable[Observation], float, float], Iterator[Observation]]
Runs = list[tuple["Told", "Told"]]  # of each film: at its full rate, and thinned


@dataclass(frozen=True, slots=True)
class Told:
    windows: dict[tuple[str, int], float] = field(default_factory=dict)  # by measure, end in ms
    events: dict[str, Float64] = field(default_factory=dict)  # by kind, (n, 2) onset, offset in ms


def without_least_rates(measure: Measure) -> Measure:
    """As if nothing were withheld for its rate, and windows of 10 s were enough for all."""
    return replace(measure, minimum_hz=0.0, longest_interval_ms=math.inf, minimum_seconds=0.0)


def told_by(observations: Iterable[Observation], registry: Registry) -> Told:
    analyser = Analyser(registry)
    told = Told()
    ended: dict[str, list[tuple[int, int]]] = {}

    def keep(events: Iterable[Event]) -> None:
        for event in events:
            if event.offset_ms is not None:
                ended.setdefault(event.kind, []).append((event.onset_ms, event.offset_ms))

    for observation in observations:
        analysis = analyser.update(observation)
        keep(analysis.events)
        for window in analysis.windows:
            if window.window_ms == WINDOW_MS and window.t_ms % WINDOW_MS == 0:
                told.windows.update({(v.measure, window.t_ms): v.value for v in window.values})
    analyser.finish()
    keep(analyser.closing_events)
    told.events.update({kind: np.array(spans, np.float64) for kind, spans in ended.items()})
    return told


class Study:
    """Films at their full rate and thinned, in each phase."""

    def __init__(self, films: Sequence[Sequence[Observation]], rates_hz: Sequence[float]) -> None:
        self._films = films
        self._registry = REGISTRY.changed(without_least_rates)
        self._full = [told_by(film, self._registry) for film in films]
        self.rates_hz = rates_hz

    def thinned_by(self, thin: Thin) -> Iterator[list[Runs]]:
        """Of each rate: its phases."""
        for hz in self.rates_hz:
            yield [
                [
                    (full, told_by(thin(film, hz, phase), self._registry))
                    for full, film in zip(self._full, self._films, strict=True)
                ]
                for phase in PHASES
            ]


def difference(measure: Measure, phases: list[Runs]) -> str:
    """Mean of what windows differ by, in the worst phase: shares in points, others in percent."""
    return max((_apart(measure, runs) for runs in phases), key=lambda told: told[0])[1]


def _apart(measure: Measure, runs: Runs) -> tuple[float, str]:
    pairs = np.array(
        [
            (value, thin.windows.get(place, math.nan))
            for full, thin in runs
            for place, value in full.windows.items()
            if place[0] == measure.id
        ]
    ).reshape(-1, 2)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    if len(pairs) < FEWEST_WINDOWS:
        return -1.0, NONE
    apart = float(np.abs(pairs[:, 1] - pairs[:, 0]).mean())
    if measure.over is Over.SHARE:
        return apart, f"{apart:.1f} pt"
    signed = measure.low is None or measure.low < 0
    scale = float(pairs[:, 0].std() if signed else pairs[:, 0].mean())
    if not scale:
        return apart, NONE
    return apart, f"{100 * apart / scale:.0f} %"


def found_again(kind: EventKind, phases: list[Runs]) -> str:
    """Of the events at the full rate, in all phases; and those that are told besides."""
    empty = np.empty((0, 2))
    of_full = found = besides = 0
    for full, thin in (run for runs in phases for run in runs):
        before, after = full.events.get(kind.id, empty), thin.events.get(kind.id, empty)
        pairs = len(match(before, after, TOLERANCE_MS))
        of_full, found, besides = (
            of_full + len(before),
            found + pairs,
            besides + len(after) - pairs,
        )
    if not of_full and not besides:
        return NONE
    return f"{found} of {of_full}" + (f", +{besides}" if besides else "")


@dataclass(frozen=True, slots=True)
class RateTable:
    unit: str  # what is seen less often
    rates_hz: Sequence[float]
    rows: tuple[tuple[str, ...], ...]  # what it is and its least rate, then a cell for each rate

    def markdown(self) -> str:
        heading = (f"{self.unit}: least", *(f"{hz:g}" for hz in self.rates_hz))
        lines = (heading, ("---",) * len(heading), *self.rows)
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def rate_tables(films: Sequence[Sequence[Observation]]) -> tuple[RateTable, RateTable]:
    return (
        _table(Study(films, FACE_RATES_HZ), thinned, Landmarker.FACE, "pictures a second"),
        _table(Study(films, POSE_RATES_HZ), with_fewer_poses, Landmarker.POSE, "poses a second"),
    )


def _table(study: Study, thin: Thin, landmarker: Landmarker, unit: str) -> RateTable:
    """Without the rows that the films have nothing to tell of."""
    columns = [*study.thinned_by(thin)]
    rows = [row for row in _rows(columns, landmarker) if {*row[1:]} != {NONE}]
    return RateTable(unit, study.rates_hz, tuple(rows))


def _rows(columns: list[list[Runs]], landmarker: Landmarker) -> Iterator[tuple[str, ...]]:
    measures = [m for m in REGISTRY.measures if m.landmarker is landmarker]
    for measure in measures:
        if measure.per_frame:
            cells = [difference(measure, phases) for phases in columns]
            yield f"`{measure.id}`: {measure.minimum_hz:g}", *cells
    for kind in REGISTRY.events:
        owner = next((m for m in measures if m.id == kind.measure_id), None)
        if owner is not None:
            cells = [found_again(kind, phases) for phases in columns]
            yield f"event `{kind.id}`: {owner.minimum_hz:g}", *cells


def observations_of(path: Path) -> list[Observation]:
    material: Material = SessionMaterial(path) if path.is_dir() else VideoMaterial(path)
    with closing(material.parts(no_progress)) as parts:
        _, observations = next(parts)
        return list(observations)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("films", nargs="+", type=Path, metavar="VIDEO|SESSION")
    films = [observations_of(path) for path in parser.parse_args().films]
    print("\n\n".join(table.markdown() for table in rate_tables(films)))


if __name__ == "__main__":
    main()
