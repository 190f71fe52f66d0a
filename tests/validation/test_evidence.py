"""How well the measures do is read from one file, which the documents agree with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from labelled_clips import CLIPS
from study_tables import DOCUMENT, with_tables
from typer.testing import CliRunner

from agent.commands.cli import app
from agent.measures import evidence as module
from agent.measures.documentation import markdown_table
from agent.measures.evidence import UNTOLD, evidence, is_checked, kind_is_checked, measured
from agent.measures.registry import REGISTRY
from agent.wire.registry import encode_registry
from models.clips import CLIPS as PINNED
from models.digest import sha256_of

pytestmark = pytest.mark.unit

BLINK_RATE = REGISTRY.measures[REGISTRY.index_of_measure("blink_rate")]
EMPTY = {
    "events": [],
    "measures": [],
    "turned_heads": {"measures": []},
    "at_rest": {"measures": [], "events": {}, "photographs": 0, "seconds": 0},
}


@pytest.fixture
def without_evidence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(EMPTY))
    monkeypatch.setattr(module, "EVIDENCE", path)
    evidence.cache_clear()
    yield
    evidence.cache_clear()


def test_the_document_is_current() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert with_tables(document) == document, "run: make validation"


def test_the_file_is_of_these_labels_and_clips() -> None:
    pinned = {clip.name: clip.sha256 for clip in PINNED}
    told = {clip["name"]: clip for clip in evidence()["material"]["clips"]}
    for clip in CLIPS:
        assert told[clip.name]["labels_sha256"] == sha256_of(clip.labels_path), clip.name
        assert told[clip.name]["sha256"] == pinned[clip.name], clip.name


def test_the_file_is_of_these_algorithms() -> None:
    """One that changed is experimental until it was looked at again."""
    versions = {m.id: m.algorithm_version for m in REGISTRY.measures}
    for part in ("measures", "turned_heads", "at_rest"):
        entries = evidence()[part]
        for entry in entries if isinstance(entries, list) else entries["measures"]:
            assert entry["algorithm_version"] == versions[entry["measure"]], "run: make validation"


def test_no_number_of_how_well_a_measure_does_is_typed_anywhere_else(
    without_evidence: None,
) -> None:
    for measure in REGISTRY.measures:
        assert measured(measure) == UNTOLD
        assert not is_checked(measure)
        assert "At rest" not in measure.tested and "abelled" not in measure.tested
    assert all(not kind_is_checked(kind) for kind in REGISTRY.events if kind.measure_id)
    assert all(kind_is_checked(kind) for kind in REGISTRY.events if not kind.measure_id)


def test_what_another_version_of_an_algorithm_found_says_nothing_of_this_one() -> None:
    assert is_checked(BLINK_RATE)
    assert "labels of `blink`" in measured(BLINK_RATE)
    changed = replace(BLINK_RATE, algorithm_version=BLINK_RATE.algorithm_version + 1)
    assert not is_checked(changed)
    assert "labels of" not in measured(changed)


def test_experimental_is_said_wherever_the_registry_is_read() -> None:
    message = encode_registry()
    document = markdown_table()
    listed = CliRunner(env={"COLUMNS": "240"}).invoke(app, ["measures"]).stdout
    for measure, info in zip(REGISTRY.measures, message.measures, strict=True):
        assert info.checked == is_checked(measure)
        word = "checked" if info.checked else "experimental"
        (row,) = (
            line for line in listed.splitlines() if f" {measure.id} " in line.replace("│", " ")
        )
        assert word in row
        (line,) = (line for line in document.splitlines() if line.startswith(f"| `{measure.id}` |"))
        assert line.endswith(f"| {word} |")
    for kind, told in zip(REGISTRY.events, message.events, strict=True):
        assert told.checked == kind_is_checked(kind)
    assert any(info.checked for info in message.measures)
    assert any(not info.checked for info in message.measures)
