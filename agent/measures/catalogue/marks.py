"""The practitioner's hot-key annotations, on the same time axis as what is measured."""

from __future__ import annotations

from agent.measures.events import EventKind
from agent.measures.labels import Text

MARK = EventKind(id="mark", label=Text("Mark", "Repère"))
