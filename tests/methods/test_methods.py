"""The methods paragraph: what it must not leave out, in both languages, and its sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kept_sessions import cut_in_last_chunk, keep_live_run
from synthetic import Child, film
from typer.testing import CliRunner

from agent.commands.cli import app
from agent.errors import CannotExport
from agent.export.session import ExportedSession
from agent.measures.references import MODELS, SOURCES, cited_in
from agent.measures.registry import REGISTRY
from agent.methods.facts import facts_of
from agent.methods.text import english, french, methods
from agent.record.run import read_runs
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit

PERSON_AND_YEAR = re.compile(
    r"[A-ZÀ-Ž][\w]+(?: [A-ZÀ-Ž]\w+)?(?: & [A-ZÀ-Ž]\w+| et al\.)? (?:19|20)\d\d"
)
KEY = re.compile(r"^@\w+\{(\w+),$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("session")
    keep_live_run(folder, film(12, child=lambda t: Child(yaw=10) if t < 9 else None), run=1)
    keep_live_run(folder, film(3), run=2, start_unix_us=1_800_000_030_000_000)
    return folder


@pytest.fixture(scope="module")
def session(folder: Path) -> ExportedSession:
    return ExportedSession(read_runs(folder))


def test_whoever_a_source_names_has_a_full_reference() -> None:
    known = {reference.cited_as for reference in SOURCES}
    for measure in REGISTRY.measures:
        named = set(PERSON_AND_YEAR.findall(measure.source))
        assert named <= known, measure.id
        assert {reference.cited_as for reference in cited_in(measure.source)} == named
    for reference in (*MODELS, *SOURCES):
        told = dict(reference.fields)
        assert told["author"] and told["title"] and told["year"]
        assert {"doi", "url", "booktitle", "institution"} & told.keys()
    keys = [reference.key for reference in (*MODELS, *SOURCES)]
    assert len(keys) == len(set(keys))


def test_every_source_is_cited_by_a_measure() -> None:
    cited = {r.key for measure in REGISTRY.measures for r in cited_in(measure.source)}
    assert cited == {reference.key for reference in SOURCES}


@pytest.mark.parametrize("written", [english, french])
def test_the_paragraph_holds_versions_rates_coverage_and_exclusions(
    session: ExportedSession, written: object
) -> None:
    assert callable(written)
    facts = facts_of(session, ("head_yaw", "blink_rate"))
    text = written(facts)
    provenance = session.provenance
    for told in (session.id, provenance.code_version, provenance.mediapipe_version, provenance.cpu):
        assert told in text
    for name, sha256 in provenance.model_sha256.items():
        assert f"{name} {sha256[:12]}" in text
    assert facts.frames == 450 and "450" in text
    (gap,) = session.gaps
    assert f"{gap.reason} (1" in text
    yaw = next(m for m in REGISTRY.measures if m.id == "head_yaw")
    assert yaw.formula in text and f"{yaw.algorithm_version}" in text
    assert "@umeyama1991" in text
    coverage = facts.measures[0].valid_fraction
    assert coverage is not None and coverage == pytest.approx(0.8, abs=0.02)
    assert f"{100 * coverage:.0f} %" in text


def test_what_is_cited_is_in_the_bibtex_and_nothing_twice(session: ExportedSession) -> None:
    text = methods(facts_of(session, ()))
    keys = KEY.findall(text)
    assert len(keys) == len(set(keys))
    assert set(re.findall(r"@(\w+)[;\]]", text)) == set(keys)
    assert text.count("{") == text.count("}")


def test_what_cites_nobody_is_our_own_choice(session: ExportedSession) -> None:
    facts = facts_of(session, ("smile_time",))
    assert "the software's own choice" in english(facts)
    assert "choix propre au logiciel" in french(facts)


def test_a_value_that_no_run_has_says_why(session: ExportedSession) -> None:
    facts = facts_of(session, ("complexity_head",))
    assert "withheld for the session as a whole" in english(facts)
    assert facts.measures[0].withheld


def test_an_algorithm_of_another_version_is_not_described_as_ours(tmp_path: Path) -> None:
    other = encode_registry()
    changed = type(other)()
    changed.CopyFrom(other)
    place = REGISTRY.index_of_measure("head_yaw")
    changed.measures[place].algorithm_version += 1
    keep_live_run(tmp_path, film(2), registry=changed)
    facts = facts_of(ExportedSession(read_runs(tmp_path)), ("head_yaw",))
    assert "an algorithm of another version" in english(facts)


def test_an_unknown_measure_is_one_line(session: ExportedSession) -> None:
    with pytest.raises(CannotExport, match=r"'head_jaw' is no measure .*did you mean head_yaw"):
        facts_of(session, ("head_jaw",))


def test_the_command_works_on_a_log_that_was_cut_off(tmp_path: Path) -> None:
    run = keep_live_run(tmp_path / "session", film(12))
    run.write_bytes(cut_in_last_chunk(run.read_bytes()))
    ran = CliRunner().invoke(
        app, ["methods", str(tmp_path / "session"), "--data", str(tmp_path / "data")]
    )
    assert ran.exit_code == 0, ran.output
    assert "## Méthodes" in ran.output and "@software{epedicare" in ran.output


def test_it_says_which_measures_are_experimental(session: ExportedSession) -> None:
    facts = facts_of(session, ["blink_rate", "smile_time"])
    told = [text(facts).split("*")[1:] for text in (english, french)]
    for words, (checked, experimental) in zip(
        told,
        (
            ("labels made by people (docs", "experimental"),
            ("annotations humaines (docs", "expérimental"),
        ),
        strict=True,
    ):
        blinks, smiles = words[1], words[3]
        assert checked in blinks and experimental not in blinks
        assert experimental in smiles and checked not in smiles
