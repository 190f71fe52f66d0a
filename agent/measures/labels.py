"""Words for people: labels in both languages, and the reasons why a value is not shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    en: str
    fr: str


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """Answers "why is this not shown?" and says what happens next."""

    id: str
    label: Text
