"""What is handed to a worker, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from agent.batch.sources import Source
from agent.record.session_key import SessionKey


class State(Enum):
    ANALYSED = "analysed"
    THERE = "there already"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Task:
    source: Source
    part: Path  # a folder of this task's own, for what is not whole yet
    sessions: Path  # where it goes when it is
    key: SessionKey | None = None  # of a sealed session


@dataclass(frozen=True, slots=True)
class Outcome:
    source: Source
    state: State
    item: Mapping[str, Any] = field(default_factory=dict)  # what its item.json says
    reason: str = ""  # in one line, why it failed

    @classmethod
    def failed(cls, source: Source, reason: str) -> Outcome:
        return cls(source, State.FAILED, reason=" ".join(reason.split()))

    def told(self) -> dict[str, Any]:
        """As in the manifest."""
        return {"failed": self.reason} if self.state is State.FAILED else dict(self.item)
