"""Whom one job analyses and who may see it: what the dispatch says, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass

from agent.contract import DispatchMetadata
from agent.errors import NotOurRoom


@dataclass(frozen=True, slots=True)
class Assignment:
    session_id: str
    patient_identity: str
    practitioner_identities: frozenset[str] | None  # None: those whose role the service set
    sample: bool
    dispatch: int | None = None  # the service's count of the agents that it has called
    with_room_only: bool = False  # called because the machine of the agent before has no capacity

    @classmethod
    def from_dispatch(cls, metadata: str, room_name: str) -> Assignment:
        try:
            stated: DispatchMetadata = json.loads(metadata)
            assignment = cls(
                session_id=stated["session_id"],
                patient_identity=stated["patient_identity"],
                practitioner_identities=None,
                sample=bool(stated.get("sample", False)),
                dispatch=_count(stated.get("run")),
                with_room_only=bool(stated.get("with_room_only", False)),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NotOurRoom("the dispatch names no session and no patient") from error
        if assignment.session_id != room_name:
            raise NotOurRoom("the dispatch names another room")
        return assignment


def _count(stated: object) -> int | None:
    """A service that counts no dispatches states none."""
    if stated is None:
        return None
    if not isinstance(stated, int) or stated < 1:
        raise ValueError("a dispatch is counted from 1")
    return stated
