"""What the family is handed is read without our software: by a browser and a spreadsheet."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lively_session import ODD_MARKS, keep_lively

from agent.export.format import Format
from agent.export.formats import export_session
from agent.export.session import ExportedSession
from agent.measures.declarations import Measure
from agent.measures.events import EventKind
from agent.measures.evidence import is_checked, kind_is_checked
from agent.measures.registry import REGISTRY
from agent.record.run import read_runs
from agent.wire.french import typeset

pytestmark = pytest.mark.unit


class Page(HTMLParser):
    """Its table rows, and all of its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.items: list[str] = []
        self.open: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "img", "link", "iframe")
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "li":
            self.items.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
        elif "li" in self.open:
            self.items[-1] += data


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def handed(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("handed")
    export_session(kept, Format.FAMILY, out)
    return out


def test_every_file_that_the_pages_speak_of_is_there(handed: Path) -> None:
    for name in ("read-me.html", "lisez-moi.html"):
        told = {item.partition(":")[0] for item in Page(handed / name).items if ".csv" in item}
        assert told == {path.name for path in handed.glob("*.csv")}


def named(declared: Measure | EventKind, checked: bool, language: str) -> str:
    label = typeset(declared.label.fr) if language == "fr" else declared.label.en
    word = "expérimental" if language == "fr" else "experimental"
    return label if checked else f"{label} ({word})"


@pytest.mark.parametrize(("name", "language"), [("read-me.html", "en"), ("lisez-moi.html", "fr")])
def test_a_value_is_told_as_the_table_has_it_and_a_withheld_one_with_its_reason(
    handed: Path, name: str, language: str
) -> None:
    rows = {cells[0]: cells for cells in reversed(Page(handed / name).rows)}  # of the first run
    with (handed / "windows.csv").open(newline="") as stream:
        whole = [row for row in csv.DictReader(stream) if row["window_ms"] == "0"]
    withheld = given = 0
    for row in (row for row in whole if row["run"] == "1"):
        measure = next(m for m in REGISTRY.measures if m.id == row["measure"])
        _, told, seen = rows[named(measure, is_checked(measure), language)]
        assert seen.split("\u00a0")[0].split()[0] == f"{100 * float(row['valid_fraction']):.0f}"
        if row["value"]:
            given += 1
            number = told.replace("\u00a0", " ").split(",")[0] if language == "en" else told
            expected = f"{float(row['value']):.{measure.decimals}f}"
            if float(expected) == 0:
                expected = expected.removeprefix("-")
            assert number.startswith(expected.replace(".", "," if language == "fr" else "."))
        else:
            withheld += 1
            reason = row["reasons"].split(";")[0]
            label = next(r.label for r in REGISTRY.reasons if r.id == reason)
            assert getattr(label, language).split()[0] in told.replace("’", "'")
    assert withheld > 5 and given > 5


def test_events_are_counted_and_marks_stand_as_they_were_typed(kept: Path, handed: Path) -> None:
    page = Page(handed / "read-me.html")
    counted = {cells[0]: cells[1] for cells in page.rows if len(cells) == 2}
    events = ExportedSession(read_runs(kept)).events
    for kind in REGISTRY.events:
        if kind.id != "mark":
            name = named(kind, kind_is_checked(kind), "en")
            assert counted[name] == str(sum(e.kind.id == kind.id for e in events))
    assert sum(int(count) for count in counted.values()) > 3
    assert any(item.endswith(ODD_MARKS[0]) for item in page.items)
