"""FHIR R4 bundles: what they say of values and of what was withheld, and what HAPI says of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kept_sessions import keep_live_run
from lively_session import keep_lively, keep_of_video
from other_programs import PROGRAMS, installed
from synthetic import film

from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.session import ExportedSession
from agent.record.run import read_runs

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="module")
def bundle(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (exported,) = export_session(folder, Format.FHIR, tmp_path_factory.mktemp("fhir"))
    return exported.path


def resources(bundle: Path, kind: str) -> Iterator[dict[str, Any]]:
    for entry in json.loads(bundle.read_text("utf-8"))["entry"]:
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
        if entry["resource"]["resourceType"] == kind:
            yield entry["resource"]


def code_of(concept: dict[str, Any]) -> str:
    return str(concept["coding"][0]["code"])


def components(observation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {code_of(part["code"]): part for part in observation["component"]}


def test_each_measure_has_its_value_with_coverage_or_the_reasons(
    bundle: Path, folder: Path
) -> None:
    rows = {
        r["measure"]: r for r in ExportedSession(read_runs(folder)).windows() if r["window_ms"] == 0
    }
    observations = {code_of(o["code"]): o for o in resources(bundle, "Observation")}
    assert observations.keys() == rows.keys()
    for measure, row in rows.items():
        observation, parts = observations[measure], components(observations[measure])
        assert observation["method"]["text"] == f"algorithm version {row['algorithm_version']}"
        assert parts["statistic.n"]["valueInteger"] == row["n"]
        share = parts["statistic.valid_fraction"]["valueQuantity"]["value"]
        assert share == pytest.approx(row["valid_fraction"])
        if row["value"] is None:
            assert "valueQuantity" not in observation and observation["dataAbsentReason"]
            told = parts["statistic.reasons"]["valueCodeableConcept"]["coding"]
            assert [c["code"] for c in told] == [f"reason.{r}" for r in row["reasons"].split(";")]
        else:
            assert observation["valueQuantity"]["value"] == pytest.approx(row["value"])
            assert observation["valueQuantity"]["unit"] == row["unit"]


def test_every_code_of_ours_stands_in_the_system_that_goes_along(bundle: Path) -> None:
    (system,) = resources(bundle, "CodeSystem")
    known = {concept["code"] for concept in system["concept"]}
    assert len(known) == system["count"] == len(system["concept"])

    def used(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if node.get("system") == system["url"] and "code" in node:
                yield node["code"]
            node = list(node.values())
        if isinstance(node, list):
            for inner in node:
                yield from used(inner)

    assert set(used(list(resources(bundle, "Observation")))) <= known
    assert "loinc" not in bundle.read_text("utf-8").lower()


def test_the_patient_is_a_code_and_nothing_more(bundle: Path) -> None:
    (patient,) = resources(bundle, "Patient")
    assert patient.keys() == {"resourceType", "id", "identifier", "text"}
    assert patient["identifier"][0]["value"] == "KTR-FWJ"
    for observation in resources(bundle, "Observation"):
        assert observation["subject"] == {"reference": f"urn:uuid:{patient['id']}"}
        assert observation["effectivePeriod"]["start"].startswith("2027-01-15T")


def validated(*bundles: Path) -> list[tuple[str, str]]:
    """(severity, message) of all that HAPI says."""
    jars = installed("hapi/pom.xml").parent / "*"
    program = PROGRAMS / "hapi" / "Validate.java"
    ran = subprocess.run(
        ["java", "-cp", str(jars), program, *bundles], capture_output=True, text=True, timeout=170
    )
    assert ran.returncode == 0, ran.stderr
    lines = [line.split("\t") for line in ran.stdout.splitlines()]
    return [(severity, message) for _, severity, _, message in lines]


def test_hapi_finds_no_error_and_nothing_but_what_is_not_known(
    bundle: Path, tmp_path: Path
) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(b"its content tells which one it is")
    keep_of_video(tmp_path / "of_video", video, starts_ms=0)
    keep_live_run(tmp_path / "cut", film(0.5), ended=None)
    others = [
        exported.path
        for name in ("of_video", "cut")
        for exported in export_session(tmp_path / name, Format.FHIR, tmp_path / f"{name}-out")
    ]
    said = validated(bundle, *others)
    assert {severity for severity, _ in said} <= {"WARNING", "INFORMATION"}
    assert all(message.startswith("Best Practice Recommendation") for _, message in said)


def test_hapi_would_find_what_is_wrong(bundle: Path, tmp_path: Path) -> None:
    content = json.loads(bundle.read_text("utf-8"))
    observation = next(
        entry["resource"] for entry in content["entry"] if "valueQuantity" in entry["resource"]
    )
    observation["status"] = "certain"
    observation["code"]["coding"][0]["code"] = "mood"
    (tmp_path / "wrong.json").write_text(json.dumps(content))
    errors = [
        message for severity, message in validated(tmp_path / "wrong.json") if severity == "ERROR"
    ]
    assert any("certain" in message for message in errors)
    assert any("mood" in message for message in errors)
