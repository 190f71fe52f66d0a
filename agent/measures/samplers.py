"""A measure at work: one value for each frame, or why there is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from agent.measures.detectors import Detector, Detectors
from agent.measures.labels import Reason
from agent.measures.results import BaselineState
from agent.measures.scene import Scene


class Sampler(ABC):
    """One measure at work in one session.

    The analyser calls exactly one of sample and skip for each frame, in time order.
    """

    def __init__(self, detectors: Detectors) -> None:  # noqa: B027 (most read none)
        """Given the session's detectors, for what it reads of them."""

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


D = TypeVar("D", bound=Detector)


class Reading(Sampler, Generic[D]):
    """One of the values that a detector offers."""

    def __init__(
        self, detectors: Detectors, kind: type[D], read: Callable[[D], float | Reason]
    ) -> None:
        self._shared = detectors.of(kind)
        self._read = read

    @property
    def baseline_state(self) -> BaselineState:
        return self._shared.detector.baseline_state

    @property
    def keeps_baseline(self) -> bool:
        return type(self._shared.detector).baseline_state is not Detector.baseline_state

    def sample(self, scene: Scene) -> float | Reason:
        return self._read(self._shared.updated(scene))

    def skip(self, scene: Scene) -> None:
        self._shared.run("skip", scene)

    def reset(self, scene: Scene) -> None:
        self._shared.run("reset", scene)

    def restart_baseline(self, scene: Scene) -> None:
        self._shared.run("restart_baseline", scene)


def reads(kind: type[D], read: Callable[[D], float | Reason]) -> Callable[[Detectors], Reading[D]]:
    """Makes a reading of a detector. Measures that read the same one declare the same needs."""
    return lambda detectors: Reading(detectors, kind, read)
