"""What several measures read, worked out once in each frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from agent.measures.results import BaselineState
from agent.measures.scene import Scene


class Detector(ABC):
    """Follows the frames for several measures. Its hooks are a sampler's, called once a frame.

    It is brought up to date as soon as one of its readers is measurable. What it needs beyond the
    least of them (to learn, or to speak of a part) it asks of the scene itself.
    """

    def __init__(self, detectors: Detectors) -> None:  # noqa: B027
        """Given the session's detectors: one may read another."""

    @property
    def baseline_state(self) -> BaselineState:
        return BaselineState.NONE

    @abstractmethod
    def update(self, scene: Scene) -> None:
        """A frame that can be measured."""

    def skip(self, scene: Scene) -> None:  # noqa: B027
        """See Sampler.skip."""

    def reset(self, scene: Scene) -> None:  # noqa: B027
        """See Sampler.reset."""

    def restart_baseline(self, scene: Scene) -> None:  # noqa: B027
        """See Sampler.restart_baseline."""


D = TypeVar("D", bound=Detector)


class Shared(Generic[D]):
    """A detector that all may ask, and that is brought up to date by the first in each frame.

    Once it has raised, everyone who asks gets that error: the measures that read it fail together.
    """

    def __init__(self, detector: D) -> None:
        self.detector = detector
        self._error: Exception | None = None
        self._updated_in = -1
        self._ran_in: dict[str, int] = {}

    def updated(self, scene: Scene) -> D:
        if self._updated_in != scene.frame:
            self._updated_in = scene.frame
            self._try(self.detector.update, scene)
        elif self._error:
            raise self._error
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


class Detectors:
    """The detectors of a session, one of each kind, made when they are first asked for."""

    def __init__(self) -> None:
        self._shared: dict[type[Detector], Shared[Any]] = {}

    def of(self, kind: type[D]) -> Shared[D]:
        if kind not in self._shared:
            self._shared[kind] = Shared(kind(self))
        return cast("Shared[D]", self._shared[kind])
