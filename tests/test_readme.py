"""The README says what is so."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from agent.commands.cli import app
from agent.measures.documentation import readme_table

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text()


def test_its_table_of_measures_is_current() -> None:
    table = README.partition("<!-- measures -->")[2].partition("<!-- /measures -->")[0]
    assert table.strip() == readme_table().strip(), "epedicare measures --readme prints it"


def test_every_command_that_it_names_exists() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    assert set(re.findall(r"`?epedicare ([a-z][a-z-]+)", README)) <= set(known)


def test_every_file_that_it_links_is_there() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (REPOSITORY / link).exists(), link
