"""What separates a table's columns: a comma, a semicolon or a tab, as spreadsheets write it."""

from __future__ import annotations

import re

SEPARATORS = ",;\t"
SAID = re.compile(r'\ufeff?"?sep=(.)"?[,;\t]*\r?', re.IGNORECASE)  # as Excel does in a first line
QUOTED = re.compile(r'"[^"]*"')
IN_NUMBERS = re.compile(r"\d,(?=\d)")
ONE_NUMBER = re.compile(r"\s*[+-]?\d+(,\d+)?\s*")
DECIMAL_COMMA = re.compile(r"\s*([+-]?\d*),(\d+)\s*")


def separator_of(text: str, *, columns: int | None = None) -> tuple[str, str]:
    """The separator, and the text without the line that names it.

    columns: how many there are where there is no heading.
    """
    first, _, rest = text.partition("\n")
    if (said := SAID.fullmatch(first)) and said[1] in SEPARATORS:
        return said[1], f"\n{rest}"  # the blank line keeps the numbers of the others
    lines = [line for line in text.splitlines() if line.strip()]
    if columns == 1 and lines and all(map(ONE_NUMBER.fullmatch, lines)):
        return ";", text
    return (_guessed(lines[0]) if lines else ","), text


def with_decimal_point(text: str, separator: str) -> str:
    """A number's comma can be nothing else where commas do not separate."""
    if separator != "," and (number := DECIMAL_COMMA.fullmatch(text)):
        return f"{number[1]}.{number[2]}"
    return text


def _guessed(heading: str) -> str:
    bare = IN_NUMBERS.sub("", QUOTED.sub("", heading))
    others = [separator for separator in SEPARATORS[1:] if separator in bare]
    return others[0] if "," not in bare and len(others) == 1 else ","
