"""Reason codes to and from their indices in the registry."""

from __future__ import annotations

from collections.abc import Iterable

from agent.measures.registry import REGISTRY


def reason_indices(ids: Iterable[str]) -> list[int]:
    return [REGISTRY.index_of_reason(reason) for reason in ids]


def reason_ids(indices: Iterable[int]) -> tuple[str, ...]:
    return tuple(REGISTRY.reasons[index].id for index in indices)
