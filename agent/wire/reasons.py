"""Reason codes to and from their indices in the registry."""

from __future__ import annotations

from collections.abc import Iterable

from agent.measures.registry import REGISTRY

_INDEX = {reason.id: index for index, reason in enumerate(REGISTRY.reasons)}


def reason_indices(ids: Iterable[str]) -> list[int]:
    return [_INDEX[reason] for reason in ids]


def reason_ids(indices: Iterable[int]) -> tuple[str, ...]:
    return tuple(REGISTRY.reasons[index].id for index in indices)
