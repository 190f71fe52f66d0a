"""Reason codes to and from their indices in the registry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from agent.measures.registry import REGISTRY
from agent.wire.generated import analysis_pb2 as pb

_KNOWN = frozenset(reason.id for reason in REGISTRY.reasons)


@lru_cache(maxsize=1024)
def reason_indices(ids: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(REGISTRY.index_of_reason(reason) for reason in ids)


def reason_ids(indices: Iterable[int]) -> tuple[str, ...]:
    return tuple(REGISTRY.reasons[index].id for index in indices)


def logged_reason_ids(indices: Iterable[int], logged: pb.Registry) -> tuple[str, ...]:
    """By the numbers of a log's own registry; a reason that no longer exists is left out."""
    ids = (logged.reasons[index].id for index in indices if index < len(logged.reasons))
    return tuple(reason for reason in ids if reason in _KNOWN)
