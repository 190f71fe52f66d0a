"""docs/session-folder.md names each column of the tables, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.export.columns import EVENT, FRAME, WHERE, WINDOW, Column

pytestmark = pytest.mark.unit

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "session-folder.md"


def documented(section: str) -> set[str]:
    """The first cells' names in the table of columns that follows the section's first words."""
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text[text.index(section) :].split("|---|---|---|\n", 1)[1].split("\n\n", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines()]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize(
    ("section", "columns"),
    [
        ("In each table:", WHERE),
        ("**`frames`**", FRAME[len(WHERE) :]),
        ("**`windows`**", WINDOW[len(WHERE) :]),
        ("**`events`**", EVENT[len(WHERE) :]),
    ],
)
def test_every_column_is_described(section: str, columns: tuple[Column, ...]) -> None:
    assert documented(section) == {column.name for column in columns}
