"""docs/measures.md and the command print what the registry holds."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.commands.measures import measures
from agent.measures.documentation import markdown, markdown_table
from agent.measures.registry import REGISTRY

pytestmark = pytest.mark.unit

DOCUMENT = Path(__file__).parents[2] / "docs" / "measures.md"


def test_the_document_is_current() -> None:
    renew = "run: epedicare measures --markdown > docs/measures.md"
    assert DOCUMENT.read_text() == markdown(), renew


def test_the_command_lists_every_measure() -> None:
    app = typer.Typer()
    app.command()(measures)
    table = CliRunner(env={"COLUMNS": "200"}).invoke(app)
    assert table.exit_code == 0
    for measure in REGISTRY.measures:
        assert measure.id in table.stdout
    printed = CliRunner().invoke(app, ["--markdown"])
    assert printed.stdout == markdown()


def test_every_measure_has_a_row_and_speaks_two_languages() -> None:
    table = markdown_table()
    for measure in REGISTRY.measures:
        assert f"`{measure.id}`" in table
        for text in (measure.label, measure.needs, measure.limits):
            assert text.en and text.fr and text.en != text.fr
    for reason in REGISTRY.reasons:
        assert reason.label.en != reason.label.fr


def test_a_practitioner_looks_at_five_or_six_things() -> None:
    assert 5 <= len([m for m in REGISTRY.measures if m.headline]) <= 6


def test_movement_words_only() -> None:
    words = markdown().lower()
    for forbidden in ("happy", "sad", "anxious", "attention", "engagement", "eye contact", "pain"):
        assert f" {forbidden}" not in words
