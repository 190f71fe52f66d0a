"""The two pages are read as any program reads a PDF, and say what the tables say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from kept_sessions import keep_live_run
from lively_session import keep_lively
from pypdf import PdfReader
from synthetic import film

from agent.export.format import Format
from agent.export.formats import export_session
from agent.measures.evidence import is_checked
from agent.measures.registry import REGISTRY
from agent.observation import Mark

pytestmark = pytest.mark.unit

LANGUAGES = {"summary.pdf": "en", "resume.pdf": "fr"}


def pages(path: Path) -> list[str]:
    """Lines apart, and spaces of any kind as one."""
    return [
        "\n".join(re.sub(r"\s+", " ", line) for line in page.extract_text().splitlines())
        for page in PdfReader(path).pages
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("summary")
    kept = keep_lively(tmp_path_factory.mktemp("kept"))
    export_session(kept, Format.SUMMARY, out)
    export_session(kept, Format.CSV, out)
    return out


def whole_of_first_run(folder: Path) -> list[dict[str, str]]:
    with (folder / "windows.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row for row in rows if row["window_ms"] == "0" and row["run"] == "1"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_value_of_the_longest_part_is_there_or_said_to_be_withheld(
    made: Path, name: str
) -> None:
    _, values = pages(made / name)
    line_of = values.replace("’", "'").splitlines()
    prose = " ".join(line_of)
    given = withheld = 0
    for row in whole_of_first_run(made):
        measure = next(m for m in REGISTRY.measures if m.id == row["measure"])
        label = getattr(measure.label, LANGUAGES[name])
        if not row["value"]:
            withheld += 1
            assert label in prose
            continue
        given += 1
        number = f"{round(float(row['value']), measure.decimals) + 0.0:.{measure.decimals}f}"
        if LANGUAGES[name] == "fr":
            number = number.replace(".", ",")
        share = f"{round(100 * float(row['valid_fraction']))} %"
        assert any(
            line.startswith(label if is_checked(measure) else f"* {label}")
            and f" {number}" in line
            and share in line
            for line in line_of
        ), label
    assert given > 10 < withheld


def test_the_first_page_says_whose_it_is_what_was_noticed_and_what_it_is_not(made: Path) -> None:
    first = " ".join(pages(made / "summary.pdf")[0].split())
    assert "patient KTR-FWJ, visit 2, 31 months old" in first
    assert "in 2 parts" in first
    assert "no diagnosis and no score of a person" in first
    assert "Blink · 4" in first
    assert 'name called, "loudly" <& again>' in first
    assert "tab here then" in first


def test_a_session_with_more_than_two_pages_can_hold_says_what_is_left_out(
    tmp_path: Path,
) -> None:
    marks = tuple(Mark(f"{'very ' * 60}long {number}") for number in range(40))
    keep_live_run(tmp_path, film(2, commands={5: marks}), run=1)
    export_session(tmp_path, Format.SUMMARY, tmp_path)
    first, second = pages(tmp_path / "summary.pdf")
    assert "28 more marks are in the tables." in first
    assert second


def test_a_session_in_which_nothing_was_measured_has_its_two_pages(tmp_path: Path) -> None:
    keep_live_run(tmp_path, film(0.1, child=lambda _: None), run=1)
    export_session(tmp_path, Format.SUMMARY, tmp_path)
    assert len(pages(tmp_path / "resume.pdf")) == 2
