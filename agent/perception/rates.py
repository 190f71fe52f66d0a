"""How often each thing was looked for in fact, and how many frames were not looked at."""

from __future__ import annotations

from collections import deque

from agent.observation import Frame, Rates


class DroppedFrames:
    """Every frame that was received and not observed, whoever let it go."""

    def __init__(self) -> None:
        self._track: int | None = None
        self._observed = 0  # of the track

    def before(self, frame: Frame) -> int:
        """Since the track began, up to this frame, which is observed. Once for each frame."""
        if frame.track != self._track:
            self._track, self._observed = frame.track, 0
        self._observed += 1
        return 0 if frame.receipt is None else frame.receipt.number - self._observed


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
