"""When each landmarker is due, and what is given up first when the machine is short of time."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from agent.observation import Rates


@dataclass(frozen=True, slots=True)
class Step:
    """Rates in Hz. The face is due on every frame up to its rate."""

    face_hz: float
    pose_hz: float
    hands_hz: float
    fast_hands_hz: float


# Blinks need 15 faces a second, so the face gives way last.
STEPS = (
    Step(math.inf, 8, 5, 12),
    Step(math.inf, 8, 5, 5),
    Step(math.inf, 8, 2.5, 2.5),
    Step(math.inf, 5, 2.5, 2.5),
    Step(15, 5, 2.5, 2.5),
    Step(15, 3, 1, 1),
    Step(12, 3, 1, 1),
)

# After a gap the next one is at least this part of a period away: no catching up in a burst.
_SPACING = 0.4


@dataclass(slots=True)
class Cadence:
    """Something that is due at a rate, on frames that come when they come."""

    _next_ms: float = -math.inf

    def due(self, t_ms: int, hz: float) -> bool:
        period_ms = 1000 / hz
        if t_ms < self._next_ms:
            return False
        self._next_ms = max(self._next_ms + period_ms, t_ms + _SPACING * period_ms)
        return True


@dataclass(slots=True)
class Governor:
    """Live: steps down soon when analysis takes up the time, and back up after a calm while.

    `busy` is the share of the last stretch of time in which a frame was waiting or worked on; it
    is over 1 when frames overlap.
    """

    step: int = 0
    _down_since_s: float | None = None
    _up_since_s: float | None = None
    _calm_s: float = 5.0
    _stepped_up_s: float = -math.inf

    DOWN_BUSY = 0.97
    UP_BUSY = 0.60
    DOWN_AFTER_S = 1.0
    CALM_S = 5.0
    CALM_MAX_S = 60.0

    def update(self, now_s: float, busy: float) -> None:
        self._down_since_s = _since(self._down_since_s, now_s, busy > self.DOWN_BUSY)
        self._up_since_s = _since(self._up_since_s, now_s, busy < self.UP_BUSY)
        if self._down_since_s is not None and now_s - self._down_since_s >= self.DOWN_AFTER_S:
            self._down(now_s)
        elif self._up_since_s is not None and now_s - self._up_since_s >= self._calm_s:
            self._up(now_s)

    def _down(self, now_s: float) -> None:
        self._down_since_s = self._up_since_s = None
        if self.step == len(STEPS) - 1:
            return
        self.step += 1
        # A step up that did not hold makes the next try later.
        failed = now_s - self._stepped_up_s < 2 * self._calm_s
        self._calm_s = min(2 * self._calm_s, self.CALM_MAX_S) if failed else self.CALM_S

    def _up(self, now_s: float) -> None:
        self._down_since_s = self._up_since_s = None
        if self.step > 0:
            self.step -= 1
            self._stepped_up_s = now_s


def _since(since_s: float | None, now_s: float, holds: bool) -> float | None:
    if not holds:
        return None
    return now_s if since_s is None else since_s


@dataclass(slots=True)
class Load:
    """Share of the last second in which frames were waiting or worked on."""

    _spans: deque[tuple[float, float]] = field(default_factory=deque)

    OVER_S = 1.0

    def add(self, from_s: float, to_s: float) -> float:
        self._spans.append((from_s, to_s))
        while self._spans[0][1] < to_s - self.OVER_S:
            self._spans.popleft()
        work_s = sum(end - start for start, end in self._spans)
        return work_s / max(to_s - self._spans[0][0], self.OVER_S)


class RateMeter:
    """Achieved rates over the last 5 s of media time."""

    OVER_MS = 5000

    def __init__(self, camera_hz: float | None) -> None:
        self._camera_hz = camera_hz
        self._faces: deque[int] = deque()
        self._poses: deque[int] = deque()
        self._hands: deque[int] = deque()
        self._dropped: deque[tuple[int, int]] = deque()

    def face(self, t_ms: int, dropped: int) -> None:
        self._faces.append(t_ms)
        self._dropped.append((t_ms, dropped))

    def pose(self, t_ms: int) -> None:
        self._poses.append(t_ms)

    def hands(self, t_ms: int) -> None:
        self._hands.append(t_ms)

    def new_track(self) -> None:
        self._dropped.clear()

    def rates(self, t_ms: int, step: int) -> Rates:
        for stamps in (self._faces, self._poses, self._hands):
            while stamps and stamps[0] < t_ms - self.OVER_MS:
                stamps.popleft()
        while self._dropped and self._dropped[0][0] < t_ms - self.OVER_MS:
            self._dropped.popleft()
        face_hz = _hz(self._faces, t_ms)
        return Rates(
            camera_hz=self._camera(face_hz),
            face_hz=face_hz,
            pose_hz=_hz(self._poses, t_ms),
            hands_hz=_hz(self._hands, t_ms),
            dropped_frames=self._dropped[-1][1] if self._dropped else 0,
            step=step,
        )

    def _camera(self, face_hz: float) -> float:
        if self._camera_hz is not None:
            return self._camera_hz
        if len(self._dropped) < 2:
            return face_hz
        (first_ms, before), (last_ms, after) = self._dropped[0], self._dropped[-1]
        return 1000 * (len(self._dropped) - 1 + after - before) / (last_ms - first_ms)


def _hz(stamps: deque[int], t_ms: int) -> float:
    """Of regular stamps; one that has stopped falls off with the time since the last."""
    if len(stamps) < 2:
        return 0.0
    mean_ms = (stamps[-1] - stamps[0]) / (len(stamps) - 1)
    silent_ms = t_ms - stamps[-1]
    if silent_ms > 3 * mean_ms + 500:
        return 1000 * len(stamps) / RateMeter.OVER_MS
    return 1000 / mean_ms
