"""What the measures say: values, events and windows, each with how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from agent.measures.geometry import Matrix
from agent.observation import Side


class Quality(IntEnum):
    GOOD = 1
    USABLE = 2
    NOT_MEASURABLE = 3


class BaselineState(IntEnum):
    NONE = 0
    LEARNING = 1
    READY = 2
    STALE = 3


class Value(NamedTuple):
    """One measure's value, NaN with reasons when withheld. A tuple: there are many each frame.

    n, valid_fraction (0-1) and the 95 % interval are given for windows only.
    """

    measure: str
    value: float
    quality: Quality
    reasons: tuple[str, ...] = ()
    n: int | None = None
    valid_fraction: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    baseline_state: BaselineState = BaselineState.NONE


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Sent at its start (offset_ms None) when it lasts, and at its end."""

    id: int
    kind: str
    onset_ms: int
    peak_ms: int | None = None
    offset_ms: int | None = None
    amplitude: float | None = None
    side: Side = Side.UNSPECIFIED
    quality: Quality = Quality.GOOD
    reasons: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    t_ms: int  # the window's end
    window_ms: int  # 0: the session so far
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that one observation led to."""

    values: tuple[Value, ...]
    windows: tuple[Window, ...] = ()
    events: tuple[Event, ...] = ()
    head_rotation: Matrix = ()  # (3, 3) to the line of sight; empty: no face
