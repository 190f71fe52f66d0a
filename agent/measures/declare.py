"""What a measure declares about itself. The registry is made of these, and of nothing else."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from agent.measures.conditions import Condition
from agent.measures.results import BaselineState
from agent.measures.text import Reason, Text

if TYPE_CHECKING:
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
    SHARE = "share"  # of measurable time, in percent; samples are 0 or 100
    RATE = "rate"  # events per measurable minute; samples are counts
    MAXIMUM = "maximum"
    DURATION = "duration"  # mean of the events' durations in seconds


NEVER_PER_FRAME = (Over.RATE, Over.MAXIMUM, Over.DURATION)  # they say nothing of a single one


class Sampler(ABC):
    """One measure at work in one session.

    The analyser calls exactly one of sample and skip for each frame, in time order.
    """

    @property
    def baseline_state(self) -> BaselineState:
        return BaselineState.NONE

    @property
    def keeps_baseline(self) -> bool:
        return type(self).baseline_state is not Sampler.baseline_state

    @abstractmethod
    def sample(self, scene: Scene) -> float | Reason:
        """The frame's value, or why there is none."""

    def skip(self, scene: Scene) -> None:  # noqa: B027 (most measures keep nothing between frames)
        """The frame cannot be measured: a declared condition or the least rate is not met."""

    def reset(self, scene: Scene) -> None:  # noqa: B027
        """Frames were missing for long, or the camera changed: what was going on is over."""

    def restart_baseline(self, scene: Scene) -> None:  # noqa: B027
        """The practitioner says that how the child is now is usual."""


class Detector(ABC):
    """What several measures read. Its hooks are those of a sampler, run once per frame for all."""

    @property
    def baseline_state(self) -> BaselineState:
        return BaselineState.NONE

    @abstractmethod
    def update(self, scene: Scene) -> None: ...

    def skip(self, scene: Scene) -> None:  # noqa: B027
        """See Sampler.skip."""

    def reset(self, scene: Scene) -> None:  # noqa: B027
        """See Sampler.reset."""

    def restart_baseline(self, scene: Scene) -> None:  # noqa: B027
        """See Sampler.restart_baseline."""


T = TypeVar("T", bound=Detector)


class Shared(Generic[T]):
    """A session's one detector of a kind, brought up to date by the first to ask in a frame."""

    def __init__(self, detector: T) -> None:
        self.detector = detector
        self._error: Exception | None = None
        self._updated_in = -1
        self._ran_in: dict[str, int] = {}

    def updated(self, scene: Scene) -> T:
        if self._updated_in != scene.frame:
            self._updated_in = scene.frame
            self._try(self.detector.update, scene)
        elif self._error:
            raise self._error  # every measure that reads it fails with it
        return self.detector

    def run(self, hook: str, scene: Scene) -> None:
        """Skip, reset or restart_baseline: once in a frame, whoever asks."""
        if self._ran_in.get(hook) != scene.frame:
            self._ran_in[hook] = scene.frame
            self._try(getattr(self.detector, hook), scene)
        elif self._error:
            raise self._error

    def _try(self, hook: Callable[[Scene], None], scene: Scene) -> None:
        if self._error:
            raise self._error
        try:
            hook(scene)
        except Exception as error:
            self._error = error
            raise


class Reads(Sampler, Generic[T]):
    """One reading of a detector. Measures that share a detector declare the same needs."""

    def __init__(self, kind: type[T], read: Callable[[T], float | Reason]) -> None:
        self._kind = kind
        self._read = read
        self._shared: Shared[T] | None = None

    @property
    def baseline_state(self) -> BaselineState:
        return self._shared.detector.baseline_state if self._shared else BaselineState.NONE

    @property
    def keeps_baseline(self) -> bool:
        return self._kind.baseline_state is not Detector.baseline_state

    def sample(self, scene: Scene) -> float | Reason:
        return self._read((self._shared or self._share(scene)).updated(scene))

    def skip(self, scene: Scene) -> None:
        (self._shared or self._share(scene)).run("skip", scene)

    def reset(self, scene: Scene) -> None:
        (self._shared or self._share(scene)).run("reset", scene)

    def restart_baseline(self, scene: Scene) -> None:
        (self._shared or self._share(scene)).run("restart_baseline", scene)

    def _share(self, scene: Scene) -> Shared[T]:
        self._shared = scene.share(self._kind)
        return self._shared


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    id: str
    label: Text
    measure_id: str = ""  # the measure whose quality and conditions it shares; marks have none
    amplitude: str = ""  # what it is the greatest of, for the documentation
    amplitude_unit: str = ""
    amplitude_decimals: int = 2
    lasting: bool = False  # sent at its start and again at its end


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
    measured: str = ""  # about it: how well it does, and on what
    algorithm_version: int = 1
    landmarker: Landmarker = Landmarker.FACE
    minimum_hz: float  # of the landmarker, as really analysed; withheld below
    no_hands: Callable[[Scene], bool] | None = None  # when hands need no looking for
    longest_interval_ms: float = math.inf  # median between its results; withheld beyond
    minimum_seconds: float = 0.0  # of measurable time in a window; withheld below
    conditions: Condition
    hidden_by: tuple[Reason, ...] = ()  # in their time there may be just what is measured
    make: Callable[[], Sampler] | None = None
    counts: EventKind | None = None  # instead: these events, while their measure is measurable

    @property
    def per_frame(self) -> bool:
        return self.over not in NEVER_PER_FRAME
