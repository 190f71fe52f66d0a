"""One landmarker that is asked now and answers with a later observation."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.observation import FrameKey
from agent.perception.landmarker_thread import LandmarkerThread
from agent.perception.landmarkers import LandmarkerFailed

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Question(Generic[Found]):
    """What was asked of which frame."""

    t_ms: int
    due_ms: int  # offline; live, when there is an answer
    key: FrameKey | None
    aspect: float
    answer: Future[tuple[Found, ...]]


class DeferredLandmarker(Generic[Found]):
    """Live, an answer is due when it is there. Offline it is due a fixed time after its frame and
    is waited for, so that results do not depend on how busy the machine is.
    """

    def __init__(self, thread: LandmarkerThread[Found], lag_ms: int | None) -> None:
        self.thread = thread
        self.asked: Question[Found] | None = None
        self._lag_ms = lag_ms

    def ask(
        self,
        image: NDArray[np.uint8],
        t_ms: int,
        key: FrameKey | None,
        aspect: float,
        *,
        at_once: bool = False,
    ) -> None:
        """at_once: offline the next frame has the answer already, so that each frame can ask."""
        due_ms = t_ms + (1 if at_once else self._lag_ms or 0)
        self.asked = Question(t_ms, due_ms, key, aspect, self.thread.submit(image, t_ms))

    def asks_about(self, t_ms: int) -> bool:
        """Whether the open question is about the frame of that time."""
        return self.asked is not None and self.asked.t_ms == t_ms

    def take(self, t_ms: int) -> tuple[Question[Found], tuple[Found, ...]] | None:
        """The answer that is due, once. A broken landmarker's answer never comes."""
        asked = self.asked
        if asked is None or not self._due(asked, t_ms):
            return None
        self.asked = None
        try:
            return asked, asked.answer.result()
        except LandmarkerFailed:
            return None

    def forget(self) -> None:
        """The answer still comes and is thrown away."""
        self.asked = None

    def _due(self, asked: Question[Found], t_ms: int) -> bool:
        if self._lag_ms is None:
            return asked.answer.done()
        return t_ms >= asked.due_ms
