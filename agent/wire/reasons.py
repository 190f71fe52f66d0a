"""Reason codes to and from their indices in the registry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from agent.measures.registry import REGISTRY


@lru_cache(maxsize=1024)
def reason_indices(ids: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(REGISTRY.index_of_reason(reason) for reason in ids)


def reason_ids(indices: Iterable[int]) -> tuple[str, ...]:
    return tuple(REGISTRY.reasons[index].id for index in indices)
