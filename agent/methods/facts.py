"""What the paragraph tells of a session, counted once for both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from agent.errors import CannotExport
from agent.export.rows import Row
from agent.export.session import ExportedSession
from agent.measures.evidence import is_checked
from agent.measures.references import Reference, cited_in
from agent.measures.registry import REGISTRY
from agent.wire.generated import analysis_pb2 as pb

MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class UsedMeasure:
    info: pb.MeasureInfo
    checked: bool  # against people's labels, this version of its algorithm; else experimental
    formula: str  # empty: this version of e-PediCare has another algorithm
    valid_fraction: float | None  # of all runs, by their lengths; None: no window tells
    withheld: tuple[str, ...]  # reasons, when no run has a value
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Stretches of which nothing is known, for one reason."""

    reason: str
    times: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Facts:
    session: ExportedSession
    frames: int
    seconds: float  # of the runs, without what lies between them
    face_hz: float
    pose_hz: float
    hands_hz: float
    measures: tuple[UsedMeasure, ...]
    exclusions: tuple[Exclusion, ...]


def facts_of(session: ExportedSession, wanted: Sequence[str]) -> Facts:
    """`wanted`: ids of measures; none: those that a practitioner sees first."""
    infos = _chosen(session.measures, wanted)
    whole: dict[str, list[Row]] = {info.id: [] for info in infos}
    for row in session.windows():
        if row["window_ms"] == 0 and row["measure"] in whole:
            whole[row["measure"]].append(row)
    lengths_ms = {
        placed.run.provenance.run: placed.to_ms - placed.from_ms for placed in session.timeline.runs
    }
    rates = [
        (o.rates.face_hz, o.rates.pose_hz, o.rates.hands_hz) for _, o in session.observations()
    ]
    face_hz, pose_hz, hands_hz = (
        (sum(of) / len(of) for of in zip(*rates, strict=True)) if rates else (0.0, 0.0, 0.0)
    )
    return Facts(
        session,
        len(rates),
        sum(lengths_ms.values()) / MS_PER_S,
        face_hz,
        pose_hz,
        hands_hz,
        tuple(_used(info, whole[info.id], lengths_ms) for info in infos),
        _exclusions(session),
    )


def _chosen(known: list[pb.MeasureInfo], wanted: Sequence[str]) -> list[pb.MeasureInfo]:
    ids = [info.id for info in known]
    for name in wanted:
        if name not in ids:
            near = "".join(f" (did you mean {like}?)" for like in get_close_matches(name, ids, 1))
            raise CannotExport(f"{name!r} is no measure of this session{near}")
    return [info for info in known if (info.id in wanted if wanted else info.headline)]


def _used(info: pb.MeasureInfo, rows: list[Row], lengths_ms: dict[int, int]) -> UsedMeasure:
    ours = {measure.id: measure for measure in REGISTRY.measures}.get(info.id)
    same = ours is not None and ours.algorithm_version == info.algorithm_version
    shares = [
        (row["valid_fraction"], lengths_ms[row["run"]])
        for row in rows
        if row["valid_fraction"] is not None
    ]
    total_ms = sum(length_ms for _, length_ms in shares)
    reasons = (reason for row in rows for reason in row["reasons"].split(";") if reason)
    return UsedMeasure(
        info,
        is_checked(ours) if ours is not None and same else info.checked,
        ours.formula if ours is not None and same else "",
        sum(share * length_ms for share, length_ms in shares) / total_ms if total_ms else None,
        () if any(row["value"] is not None for row in rows) else tuple(dict.fromkeys(reasons)),
        cited_in(ours.source if ours is not None and same else info.source),
    )


def _exclusions(session: ExportedSession) -> tuple[Exclusion, ...]:
    times: Counter[str] = Counter()
    lasted_ms: Counter[str] = Counter()
    for gap in session.gaps:
        times[gap.reason] += 1
        lasted_ms[gap.reason] += gap.to_ms - gap.from_ms
    return tuple(Exclusion(r, n, lasted_ms[r] / MS_PER_S) for r, n in times.items())
