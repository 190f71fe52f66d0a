"""What a measure declares about itself. The registry is made of these, and of nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum

from agent.measures.conditions import Condition
from agent.measures.detectors import Detectors
from agent.measures.events import EventKind
from agent.measures.labels import Reason, Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene


class Group(IntEnum):
    """The order in which measures are listed; the name is the group on the wire."""

    PRESENCE = 0
    HEAD = 1
    ORIENTATION = 2
    EYES = 3
    FACE = 4
    MOVEMENT = 5
    HANDS = 6
    REPETITION = 7
    COMPLEXITY = 8

    @property
    def title(self) -> str:
        return self.name.capitalize()


class Landmarker(Enum):
    FACE = "face"
    POSE = "pose"
    HANDS = "hands"


class Over(Enum):
    """How a window's value is made of the frames' samples."""

    MEAN = "mean"  # weighted by time
    SHARE = "share"  # of measurable time, in percent; a frame's sample is 0.0 or 100.0
    RATE = "rate"  # events per measurable minute; samples are counts
    MAXIMUM = "maximum"
    DURATION = "duration"  # mean of the events' durations in seconds


NEVER_PER_FRAME = (Over.RATE, Over.MAXIMUM, Over.DURATION)  # they say nothing of a single one


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    id: str
    group: Group
    label: Text
    unit: str
    decimals: int
    low: float | None = None
    high: float | None = None
    over: Over = Over.MEAN
    display_window_ms: int = 1000
    headline: bool = False
    needs: Text
    limits: Text
    formula: str
    source: str
    tested: str = ""  # what its tests hold it to; how well it does is in evidence.json
    algorithm_version: int = 1
    landmarker: Landmarker = Landmarker.FACE
    minimum_hz: float  # of the landmarker, as really analysed; withheld below
    no_hands: Callable[[Scene], bool] | None = None  # when hands need no looking for
    longest_interval_ms: float = math.inf  # median between its results; withheld beyond
    most_missed: float = 0.0  # share of events, at worst, where quality is usable only
    minimum_seconds: float = 0.0  # of measurable time in a window; withheld below
    conditions: Condition
    hidden_by: tuple[Reason, ...] = ()  # in their time there may be just what is measured
    make: Callable[[Detectors], Sampler] | None = None
    counts: EventKind | None = None  # instead: these events, while their measure is measurable

    @property
    def per_frame(self) -> bool:
        return self.over not in NEVER_PER_FRAME
