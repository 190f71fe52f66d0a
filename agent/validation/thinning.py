"""The same material, seen less often: fewer pictures a second, or fewer looks at the body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.observation import Hands, Observation, Pose

ROUNDING_MS = 0.5  # times are cut to whole milliseconds


def thinned(observations: Iterable[Observation], hz: float, phase: float) -> Iterator[Observation]:
    """What a camera of so many pictures a second sees, each as sharp as it was.

    phase (0-1): of a period, after which the first is taken. What was seen of the body in between
    comes with the next picture.
    """
    due = _Due(hz, phase)
    pose: Pose | None = None
    hands: Hands | None = None
    for seen in observations:
        pose = _after(pose, seen.pose)
        hands = seen.hands or hands
        if due.at(seen.t_ms):
            yield replace(seen, pose=pose, hands=hands)
            pose = hands = None


def with_fewer_poses(
    observations: Iterable[Observation], hz: float, phase: float
) -> Iterator[Observation]:
    due = _Due(hz, phase)
    left_out: Pose | None = None
    for seen in observations:
        if seen.pose is None:
            yield seen
            continue
        pose, left_out = _after(left_out, seen.pose), None
        if not due.at(seen.pose.t_ms):
            pose, left_out = None, pose
        yield replace(seen, pose=pose)


class _Due:
    """The newest at each tick; none is made up for."""

    def __init__(self, hz: float, phase: float) -> None:
        self._period_ms = 1000 / hz
        self._phase = phase
        self._next_ms: float | None = None

    def at(self, t_ms: int) -> bool:
        if self._next_ms is None:
            self._next_ms = t_ms + self._phase * self._period_ms
        if t_ms < self._next_ms - ROUNDING_MS:
            return False
        missed = (t_ms - self._next_ms) // self._period_ms
        self._next_ms += self._period_ms * (1 + max(0, missed))
        return True


def _after(before: Pose | None, pose: Pose | None) -> Pose | None:
    """The later one; the picture moved by what it moved up to both."""
    if pose is None or before is None:
        return pose or before
    known = before.shifts.shape == pose.shifts.shape
    return replace(pose, shifts=before.shifts + pose.shifts if known else before.shifts[:0])
