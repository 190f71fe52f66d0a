"""Makes agent/measures/evidence.json again, and the tables of docs/validation.md: make validation.

All that is said of how well the measures do comes from here: clips that people labelled, at their
own rate and thinned out; photographed faces turned by known angles; still photographs.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from typing import Any

import numpy as np
from changing import ANGLES, faces
from labelled_clips import CLIPS, KINDS, RATES, SHARES, TALKING, LabelledClip, agreements, observed
from numpy.typing import NDArray
from playing import Played, measured
from stills import SECONDS, STILLS, watched_still
from study_tables import write_tables
from turned_heads import TURNS, angle_errors

from agent.measures.evidence import EVIDENCE, kind_version
from agent.measures.registry import REGISTRY
from agent.observation import Observation
from agent.record.provenance import FILE, describe_run
from agent.validation.bootstrap import Estimate
from agent.validation.events import BOTH, EventAgreement, pooled, rate_bias
from agent.validation.least_rates import rate_tables
from agent.validation.thinning import thinned
from agent.validation.values import ValueAgreement, error_estimates, error_parts
from models.digest import sha256_of

Json = dict[str, Any]
THINNED_HZ = (20.0, 18.0, 15.0, 12.5)
PHASES = (0.0, 1 / 3, 2 / 3)
SMALL = "carphone_pristine.mp4"  # 30 px between the eye corners
DIGITS = 4


def study() -> Json:
    films = {clip.name: looked_at(clip) for clip in CLIPS}
    step("labels")
    judged = {clip.name: agreements(clip.labels(), films[clip.name]) for clip in CLIPS}
    kinds = {name: of for name, (of, _) in judged.items()}
    shares = {name: of for name, (_, of) in judged.items()}
    return {
        "made": made(),
        "material": material(films),
        "events": [event_evidence(kind, kinds) for kind in KINDS],
        "measures": [*rate_evidence(kinds), *share_evidence(kinds, shares)],
        "thinned": [*thinned_evidence(films)],
        "turned_heads": turned_heads(),
        "at_rest": at_rest(),
        "rates": rates(list(films.values())),
    }


def step(what: str) -> None:
    print(f"→ {what}", file=sys.stderr)


def looked_at(clip: LabelledClip) -> list[Observation]:
    step(clip.name)
    return observed(clip.path)


def made() -> Json:
    run = describe_run("", 0, source=FILE, engine="")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "release": version_of("epedicare"),  # each entry has its algorithm's version
        "mediapipe": run.mediapipe_version,
        "models": dict(sorted(run.model_sha256.items())),
        "cpu": run.cpu,
    }


def material(films: dict[str, list[Observation]]) -> Json:
    clips = [
        {
            "name": clip.name,
            "sha256": sha256_of(clip.path),
            "labels_sha256": sha256_of(clip.labels_path),
            "seconds": round(films[clip.name][-1].t_ms / 1000, 1),
            "person": clip.person,
            "labelled_for": list(clip.labelled_for),
            "tuned_on": clip.tuned_on,
        }
        for clip in CLIPS
    ]
    return {"sha256": digest_of(clips), "clips": clips}


def digest_of(clips: list[Json]) -> str:
    """Of all videos and labels."""
    hashes = "\n".join(f"{clip['sha256']} {clip['labels_sha256']}" for clip in clips)
    return hashlib.sha256(hashes.encode()).hexdigest()


def labelled_for(kind: str) -> list[LabelledClip]:
    return [clip for clip in CLIPS if kind in clip.labelled_for]


def event_evidence(kind: str, by_clip: dict[str, dict[str, EventAgreement]]) -> Json:
    clips = labelled_for(kind)
    of = [by_clip[clip.name][kind] for clip in clips]
    precision, recall, f1, kappa = pooled(of)
    return {
        "kind": kind,
        "algorithm_version": kind_version(kind),
        "people": people(clips, of),
        "seconds": seconds(of),
        **counts(of),
        "coverage": coverage(of),
        "precision": figures(precision),
        "recall": figures(recall),
        "f1": figures(f1),
        "kappa": figures(kappa),
        "clips": [
            clip_evidence(clip, agreement) for clip, agreement in zip(clips, of, strict=True)
        ],
    }


def people(clips: Sequence[LabelledClip], of: Sequence[EventAgreement]) -> int:
    """Of whom there is at least one label."""
    return len({clip.person for clip, a in zip(clips, of, strict=True) if a.labelled})


def seconds(of: Sequence[EventAgreement]) -> float:
    return round(sum(float(a.sums[:, BOTH:].sum()) / max(a.coverage, 1e-9) for a in of) / 1000, 1)


def coverage(of: Sequence[EventAgreement]) -> float:
    """Share of the clips' time, cartoons and empty pictures included."""
    measurable = sum(float(a.sums[:, BOTH:].sum()) for a in of)
    return round(measurable / (1000 * seconds(of)), 4)


def counts(of: Iterable[EventAgreement]) -> Json:
    agreements = list(of)
    return {
        "labelled": sum(a.labelled for a in agreements),
        "measurable": sum(a.measurable for a in agreements),
        "found": sum(a.correct for a in agreements),
        "missed": sum(a.missed for a in agreements),
        "false": sum(a.invented for a in agreements),
    }


def clip_evidence(clip: LabelledClip, agreement: EventAgreement) -> Json:
    return {
        "clip": clip.name,
        **counts([agreement]),
        "coverage": round(agreement.coverage, 4),
        "kappa": figures(agreement.kappa),
        "failures": [
            [failure.outcome.value, failure.onset_ms / 1000, failure.offset_ms / 1000]
            for failure in agreement.failures
        ],
    }


def rate_evidence(by_clip: dict[str, dict[str, EventAgreement]]) -> Iterator[Json]:
    for measure, kind in RATES.items():
        of = [by_clip[clip.name][kind] for clip in labelled_for(kind)]
        yield measure_evidence(measure, kind, of) | {
            "coverage": coverage(of),
            "mae": None,  # of a rate there is one number for each clip
            "bias": figures(rate_bias(of)),
        }


def share_evidence(
    by_clip: dict[str, dict[str, EventAgreement]], shares: dict[str, dict[str, ValueAgreement]]
) -> Iterator[Json]:
    for measure, kind in SHARES.items():
        clips = labelled_for(kind)
        of = [shares[clip.name][measure] for clip in clips]
        mae, bias, _, _ = error_estimates(np.concatenate([a.sums for a in of]))
        yield measure_evidence(measure, kind, [by_clip[clip.name][kind] for clip in clips]) | {
            "coverage": round(sum(a.pairs for a in of) / sum(a.labelled for a in of), 4),
            "mae": figures(mae),
            "bias": figures(bias),
        }


def measure_evidence(measure_id: str, kind: str, of: Sequence[EventAgreement]) -> Json:
    measure = REGISTRY.measures[REGISTRY.index_of_measure(measure_id)]
    return {
        "measure": measure_id,
        "algorithm_version": measure.algorithm_version,
        "unit": measure.unit,
        "from": kind,
        "people": people(labelled_for(kind), of),
        "labels": sum(a.measurable for a in of),
    }


def thinned_evidence(films: dict[str, list[Observation]]) -> Iterator[Json]:
    """Blinks in three phases at each rate; the small face apart."""
    step("the clips thinned out")
    small = [clip for clip in CLIPS if clip.name == SMALL]
    long = [clip for clip in CLIPS if clip.name == TALKING or not clip.tuned_on]
    for clips in (long, small):
        rows = {}
        for hz in THINNED_HZ:
            of = [
                agreements(clip.labels(), list(thinned(films[clip.name], hz, phase)))[0]["blink"]
                for clip in clips
                for phase in PHASES
            ]
            rows[f"{hz:g}"] = counts(of)
        whole = [agreements(clip.labels(), films[clip.name])[0]["blink"] for clip in clips]
        yield {
            "kind": "blink",
            "algorithm_version": kind_version("blink"),
            "clips": [clip.name for clip in clips],
            "whole": counts(whole),
            "at_hz": rows,
        }


def turned_heads() -> Json:
    step("turned heads")
    names = list(faces())
    errors = [angle_errors(name) for name in names]
    of_faces = np.stack([parts.sum(axis=0) for parts in map(all_parts, errors)])
    yaw = np.array([yaw for yaw, _, _ in TURNS])
    together = np.stack(errors)  # (faces, turns, 3)
    return {
        "faces": len(names),
        "turns": len(TURNS),
        "measures": [
            {
                "measure": measure,
                "algorithm_version": version(measure),
                "unit": "deg",
                "pairs": len(names) * len(TURNS),
                **dict(
                    zip(
                        ("mae", "bias"),
                        map(figures, error_estimates(of_faces[:, place])[:2]),
                        strict=True,
                    )
                ),
            }
            for place, measure in enumerate(ANGLES)
        ],
        "by_yaw": [
            {
                "yaw_deg": int(at),
                "bias": rounded(together[:, yaw == at].mean(axis=(0, 1)), 1),
                "mae": rounded(np.abs(together[:, yaw == at]).mean(axis=(0, 1)), 1),
            }
            for at in np.unique(yaw)
        ],
    }


def all_parts(error: NDArray[np.float64]) -> NDArray[np.float64]:
    """(turns, 3) to (turns, 3, SUMS)."""
    return np.stack([error_parts(column) for column in error.T], axis=1)


def version(measure_id: str) -> int:
    return REGISTRY.measures[REGISTRY.index_of_measure(measure_id)].algorithm_version


def at_rest() -> Json:
    step("photographs at rest")
    played = [watched_still(name, scale) for name, scale in STILLS]
    return {
        "photographs": len({name for name, _ in STILLS}),
        "films": len(STILLS),
        "seconds": 2 * SECONDS * len(STILLS),
        "measures": [
            {"measure": m.id, "algorithm_version": m.algorithm_version}
            | (rest_of(m.id, played) if m.per_frame else {})
            for m in REGISTRY.measures
        ],
        "events": dict(sorted(Counter(e.kind for of in played for e in ended(of)).items())),
    }


def ended(played: Played) -> Iterator[Any]:
    return (e for e in played.events if e.offset_ms is not None)


def rest_of(measure: str, films: Sequence[Played]) -> Json:
    """Of all films together: the lowest and highest mean, and the greatest SD and P95 of one."""
    known = [np.array(values) for played in films if (values := measured(played.series(measure)))]
    pictures = sum(len(played.frames) for played in films)
    coverage = round(sum(map(len, known)) / pictures, 3)
    if not known:
        return {"coverage": coverage}
    means = [float(values.mean()) for values in known]
    return {
        "coverage": coverage,
        "lowest_mean": significant(min(means)),
        "highest_mean": significant(max(means)),
        "sd": significant(max(float(values.std()) for values in known)),
        "p95": significant(max(float(np.percentile(np.abs(values), 95)) for values in known)),
    }


def significant(value: float) -> float:
    """Two digits that say something."""
    if value == 0:
        return 0.0
    return round(value, 1 - math.floor(math.log10(abs(value))))


def rates(films: Sequence[Sequence[Observation]]) -> list[Json]:
    step("all measures at fewer pictures a second")
    return [
        {"unit": table.unit, "hz": list(table.rates_hz), "rows": [list(row) for row in table.rows]}
        for table in rate_tables(films)
    ]


def figures(of: Estimate) -> Json:
    """NaN is null."""
    names = {"value": of.value, "low": of.low, "high": of.high}
    return {name: None if math.isnan(v) else round(v, DIGITS) + 0.0 for name, v in names.items()}


def rounded(values: NDArray[np.float64], digits: int) -> list[float]:
    return [round(float(value), digits) + 0.0 for value in values]


def main() -> None:
    if sys.argv[1:] != ["--tables"]:
        EVIDENCE.write_text(json.dumps(study(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_tables()


if __name__ == "__main__":
    main()
