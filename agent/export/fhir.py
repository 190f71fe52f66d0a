"""A bundle of FHIR R4: an Observation for each measure of each run, and the system of their codes.

The codes name movements and are our own: no code of LOINC or SNOMED CT means the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from agent.export.files import Exported, new_files
from agent.export.rows import Row
from agent.export.session import ExportedSession, Progress
from agent.record.session_json import PATIENT_CODE
from agent.record.words import QUALITY, evidence
from agent.wire.generated import analysis_pb2 as pb

OURS = f"urn:uuid:{uuid5(NAMESPACE_URL, 'e-PediCare measures')}"
PSEUDONYMS = f"urn:uuid:{uuid5(NAMESPACE_URL, 'e-PediCare patient codes')}"
SESSIONS = f"urn:uuid:{uuid5(NAMESPACE_URL, 'e-PediCare sessions')}"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
# Units of the child's own size (IOD, SW) and counts of things have none.
UCUM_CODES = {"1", "%", "deg", "deg/s", "s", "Hz", "/min"}
STATISTICS = {
    "valid_fraction": "Share of the run that could be measured",
    "n": "Samples, or events",
    "ci_low": "Lower end of the 95 % interval",
    "ci_high": "Upper end of the 95 % interval",
    "quality": "How far the value can be trusted",
    "reasons": "Why the value was withheld",
}
US_PER_S = 1_000_000

Resource = dict[str, Any]


def write_fhir(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    name = f"{session.id}-fhir.json"
    observations = list(_observations(session))
    resources = [_code_system(session), _device(session), *_patient(session), *observations]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": SESSIONS, "value": session.id},
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "entry": [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources],
    }
    with new_files(out_dir) as files:
        files.json(name, bundle)
    return [Exported(out_dir / name, len(observations), "observations")]


def _id(session: ExportedSession, *of: object) -> str:
    return str(uuid5(NAMESPACE_URL, " ".join(map(str, (session.id, *of)))))


def _reference(session: ExportedSession, what: str) -> dict[str, str]:
    return {"reference": f"urn:uuid:{_id(session, what)}"}


def _observations(session: ExportedSession) -> Iterator[Resource]:
    measures = {measure.id: measure for measure in session.measures}
    ended = {placed.run.provenance.run: bool(placed.ended) for placed in session.timeline.runs}
    periods = _periods(session)
    labels = {reason.id: reason.label.en for reason in _reasons(session)}
    for row in session.windows():
        if row["window_ms"] == 0:
            measure = measures[row["measure"]]
            yield _observation(session, row, measure, ended.get(row["run"], False), periods, labels)


def _observation(
    session: ExportedSession,
    row: Row,
    measure: pb.MeasureInfo,
    ended: bool,
    periods: dict[int, tuple[int, int]],
    labels: dict[str, str],
) -> Resource:
    resource: Resource = {
        "resourceType": "Observation",
        "id": _id(session, row["run"], row["measure"]),
        "status": "final" if ended else "preliminary",
        "category": [_concept(f"{HL7}/observation-category", "procedure", "Procedure")],
        "code": _concept(OURS, measure.id, measure.label.en),
        "device": _reference(session, "device"),
        "method": {"text": f"algorithm version {row['algorithm_version']}"},
    }
    if session.visit[PATIENT_CODE] is not None:
        resource["subject"] = _reference(session, "patient")
    if row["run"] in periods:
        begin_us, end_us = periods[row["run"]]
        resource["effectivePeriod"] = {"start": _instant(begin_us), "end": _instant(end_us)}
    if row["value"] is None:
        absent = _concept(f"{HL7}/data-absent-reason", "unknown", "Unknown")
        resource["dataAbsentReason"] = absent | {"text": "withheld, not guessed"}
    else:
        resource["valueQuantity"] = _quantity(row["value"], measure.unit)
    if components := list(_components(row, measure.unit, labels)):
        resource["component"] = components
    return resource | _narrative(
        f"{measure.label.en} ({evidence(measure)}): {_in_words(row, measure)}"
    )


def _in_words(row: Row, measure: pb.MeasureInfo) -> str:
    if row["value"] is None:
        return f"withheld ({row['reasons'].replace(';', ', ')})"
    return f"{row['value']:.{measure.decimals}f} {measure.unit.removeprefix('1')}".rstrip()


def _narrative(text: str) -> Resource:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(text)}</div>'
    return {"text": {"status": "generated", "div": div}}


def _components(row: Row, unit: str, labels: dict[str, str]) -> Iterator[Resource]:
    values: dict[str, Resource] = {}
    if row["valid_fraction"] is not None:
        values["valid_fraction"] = {"valueQuantity": _quantity(row["valid_fraction"], "1")}
    if row["n"] is not None:
        values["n"] = {"valueInteger": row["n"]}
    for name in ("ci_low", "ci_high"):
        if row[name] is not None:
            values[name] = {"valueQuantity": _quantity(row[name], unit)}
    if row["quality"]:
        quality = row["quality"]
        told = _concept(OURS, f"quality.{quality}", quality.replace("_", " "))
        values["quality"] = {"valueCodeableConcept": told}
    if row["reasons"]:
        values["reasons"] = {"valueCodeableConcept": _reason_concept(row["reasons"], labels)}
    for name, value in values.items():
        yield {"code": _concept(OURS, f"statistic.{name}", STATISTICS[name])} | value


def _reason_concept(reasons: str, labels: dict[str, str]) -> Resource:
    codes = reasons.split(";")
    return {
        "coding": [{"system": OURS, "code": f"reason.{c}", "display": labels[c]} for c in codes]
    }


def _quantity(value: float, unit: str) -> Resource:
    quantity: Resource = {"value": float(f"{value:.9g}"), "unit": unit}
    return quantity | ({"system": UCUM, "code": unit} if unit in UCUM_CODES else {})


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _periods(session: ExportedSession) -> dict[int, tuple[int, int]]:
    """When each run's frames were received; of a video nobody knows."""
    found: dict[int, tuple[int, int]] = {}
    for row in session.frames():
        if (at_us := row["received_unix_us"]) is not None:
            begin_us, end_us = found.get(row["run"], (at_us, at_us))
            found[row["run"]] = min(begin_us, at_us), max(end_us, at_us)
    return found


def _instant(unix_us: int) -> str:
    return datetime.fromtimestamp(unix_us / US_PER_S, UTC).isoformat(timespec="milliseconds")


def _patient(session: ExportedSession) -> Iterable[Resource]:
    code = session.visit[PATIENT_CODE]
    if code is not None:
        yield {
            "resourceType": "Patient",
            "id": _id(session, "patient"),
            "identifier": [{"use": "secondary", "system": PSEUDONYMS, "value": code}],
        } | _narrative(str(code))


def _device(session: ExportedSession) -> Resource:
    facts, provenance = session.facts, session.provenance
    told = {
        "e-PediCare": facts["code_version"],
        "MediaPipe": provenance.mediapipe_version,
        "engine": facts["engine"],
        "registry": facts["registry_hash"],
    }
    return {
        "resourceType": "Device",
        "id": _id(session, "device"),
        "deviceName": [{"name": "e-PediCare", "type": "user-friendly-name"}],
        "type": {"text": "research software that measures movements on video; no medical device"},
        "version": [
            {"type": {"text": name}, "value": value} for name, value in told.items() if value
        ],
    } | _narrative(f"e-PediCare {facts['code_version']}")


def _code_system(session: ExportedSession) -> Resource:
    concepts = [
        *(_measure(measure) for measure in session.measures),
        *({"code": f"statistic.{name}", "display": text} for name, text in STATISTICS.items()),
        *(
            {"code": f"quality.{word}", "display": word.replace("_", " ")}
            for word in filter(None, QUALITY.values())
        ),
        *(
            {"code": f"reason.{r.id}", "display": r.label.en} | _in_french(r.label)
            for r in _reasons(session)
        ),
    ]
    return {
        "resourceType": "CodeSystem",
        "id": _id(session, "codes"),
        "url": OURS,
        "version": session.provenance.registry_hash,
        "name": "EPediCareMeasures",
        "title": "Movements that e-PediCare measures",
        "status": "draft",
        "experimental": True,
        "caseSensitive": True,
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    } | _narrative(f"{len(concepts)} codes of e-PediCare")


def _measure(measure: pb.MeasureInfo) -> Resource:
    told = (
        f"Unit: {measure.unit}.",
        measure.needs.en,
        measure.limits.en,
        "" if measure.checked else "Experimental: few labels made by people say how good it is.",
    )
    definition = " ".join(filter(None, told))
    concept = {"code": measure.id, "display": measure.label.en, "definition": definition}
    return concept | _in_french(measure.label)


def _in_french(label: pb.Text) -> Resource:
    return {"designation": [{"language": "fr", "value": label.fr}]} if label.fr else {}


def _reasons(session: ExportedSession) -> list[pb.ReasonInfo]:
    """Every reason of any run, once."""
    return list({r.id: r for run in session.runs for r in run.registry.reasons}.values())
