"""Whom one job analyses and who may see it: what the dispatch says, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass

from agent.errors import NotOurRoom


@dataclass(frozen=True, slots=True)
class Assignment:
    session_id: str
    patient_identity: str
    practitioner_identities: frozenset[str] | None  # None: those whose role the service set
    sample: bool

    @classmethod
    def from_dispatch(cls, metadata: str, room_name: str) -> Assignment:
        try:
            stated = json.loads(metadata)
            assignment = cls(
                session_id=stated["session_id"],
                patient_identity=stated["patient_identity"],
                practitioner_identities=None,
                sample=bool(stated.get("sample", False)),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NotOurRoom("the dispatch names no session and no patient") from error
        if assignment.session_id != room_name:
            raise NotOurRoom("the dispatch names another room")
        return assignment
