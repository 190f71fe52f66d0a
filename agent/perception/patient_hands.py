"""Whose hands, and whether looking for them is worth the time."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.observation import Float32, Hand, Pose, Side
from agent.observation.joints import LEFT_WRIST, RIGHT_WRIST
from agent.perception.head_geometry import SHOULDERS_PER_HEAD, VISIBLE, Head, shoulder_width
from agent.perception.landmarkers import RawHand

# A hand belongs to the wrist that a pose shows within this many shoulder widths.
REACH_SHOULDERS = 0.6
# With the wrist out of the picture, a hand is the patient's when it is before or beside their head,
# of a size that goes with it (palm in head widths), and nobody else is in view.
NEAR_HEAD_WIDTHS = 1.2
PALM_HEADS = (0.25, 1.5)
_MIDDLE_KNUCKLE = 9
_PALM = [0, 5, 9, 13, 17]
_WRIST_MAYBE = 0.2  # visibility from which a wrist's place is better than a guess
_POSE_FRESH_MS = 600

NOT_THEIRS_SHOULDERS = 1.2  # a pose that lags behind a fast hand is nearer

# A hand moves when its palm did (of one that rests, landmarks tremble by 0.003), or its wrist from
# one pose to the next, where the picture did too: wrists that poses guess at tremble by 0.2.
MOVED_SHOULDERS = 0.02
WRIST_SHOULDERS_PER_S = 0.5
STILL_SHOULDERS = 0.01
PALM_WITHIN_MS = 600
MOVES_FOR_MS = 1000
IN_VIEW_FOR_MS = 1000
# Without a wrist in view, in case of a hand before a face: 11 ms of one core. Not a whole number of
# periods of 1 to 5 Hz: a hand that moves so would be looked for where it turns, time and again.
LOOK_EVERY_MS = 930

_SIDES = ((Side.LEFT, LEFT_WRIST), (Side.RIGHT, RIGHT_WRIST))


@dataclass(slots=True)
class Palm:
    """Where one palm was of late."""

    _places: deque[tuple[int, float, float]] = field(default_factory=deque)

    def moved(self, t_ms: int, x: float, y: float) -> float:
        """How far it came, at most, from where it was lately."""
        places = self._places
        places.append((t_ms, x, y))
        while places[0][0] < t_ms - PALM_WITHIN_MS:
            places.popleft()
        return max(math.dist((x, y), place[1:]) for place in places)


@dataclass(slots=True)
class PatientHands:
    """What the patient's latest poses and hands say about where hands are worth looking for."""

    _pose: Pose | None = None
    _aspect: float = 1.0
    _in_view_ms: float = -math.inf
    _moved_ms: float = -math.inf
    _looked_ms: float = -math.inf
    _head: Head | None = None  # the patient's, while nobody else is in view
    _palms: dict[Side, Palm] = field(default_factory=dict)

    def see_pose(self, pose: Pose, aspect: float) -> None:
        """A pose of the patient's, or the news that there is none."""
        if not pose.present:
            return
        if any(_in_picture(pose, wrist) for _, wrist in _SIDES):
            self._in_view_ms = pose.t_ms
        if self._pose is not None and _wrist_moves(self._pose, pose, aspect):
            self._moved_ms = pose.t_ms
        self._pose, self._aspect = pose, aspect

    def see_head(self, head: Head | None) -> None:
        """The patient's, when they are alone in view."""
        self._head = head

    def see_hands(self, hands: tuple[Hand, ...], t_ms: int, aspect: float) -> None:
        """What was found, and that it was looked for."""
        self._looked_ms = t_ms
        if hands:
            self._in_view_ms = max(self._in_view_ms, t_ms)
        least = MOVED_SHOULDERS * self._shoulders()
        for hand in hands:
            x, y = hand.landmarks[_PALM, :2].mean(axis=0).tolist()
            if self._palms.setdefault(hand.side, Palm()).moved(t_ms, x, y * aspect) >= least:
                self._moved_ms = t_ms

    def _shoulders(self) -> float:
        """Their width, in units of the picture's; infinite while nothing is known of it."""
        if self._pose is not None:
            return shoulder_width(self._pose.landmarks, self._aspect)
        return SHOULDERS_PER_HEAD * self._head.width if self._head else math.inf

    def in_view(self, t_ms: int) -> bool:
        """Whether hands are worth looking for now."""
        if t_ms - self._in_view_ms <= IN_VIEW_FOR_MS:
            return True
        return self._head is not None and t_ms - self._looked_ms >= LOOK_EVERY_MS

    def not_theirs(self, found: Sequence[RawHand], theirs: Sequence[Hand], t_ms: int) -> int:
        """How many more are far from both of the patient's wrists, wherever those may be."""
        if (pose := self._fresh_pose(t_ms)) is None:
            return 0
        reach = NOT_THEIRS_SHOULDERS * shoulder_width(pose.landmarks, self._aspect)
        return sum(
            min(_distance(hand, pose, wrist, self._aspect) for _, wrist in _SIDES) > reach
            for hand in found
            if not any(hand.landmarks is mine.landmarks for mine in theirs)
        )

    def moving(self, t_ms: int) -> bool:
        return t_ms - self._moved_ms <= MOVES_FOR_MS

    def of_patient(self, found: Sequence[RawHand], t_ms: int, aspect: float) -> tuple[Hand, ...]:
        """Those at the patient's wrists, else at their head; one a side."""
        chosen = self._at_wrists(found, t_ms)
        for hand in found:
            side = Side.RIGHT if hand.right else Side.LEFT
            taken = side in chosen or any(hand is other for other in chosen.values())
            if not taken and self._at_head(hand, aspect) and not self._elsewhere(side, t_ms):
                chosen[side] = hand
        return tuple(
            Hand(side, hand.score, hand.landmarks, hand.world)
            for side, hand in sorted(chosen.items())
        )

    def _at_head(self, hand: RawHand, aspect: float) -> bool:
        if self._head is None:
            return False
        points = hand.landmarks[:, :2] * (1.0, aspect)
        palm = math.dist(points[0], points[_MIDDLE_KNUCKLE]) / self._head.width
        apart = math.dist(points.mean(axis=0), (self._head.x, self._head.y)) / self._head.width
        return apart <= NEAR_HEAD_WIDTHS and PALM_HEADS[0] <= palm <= PALM_HEADS[1]

    def _elsewhere(self, side: Side, t_ms: int) -> bool:
        """Whether a pose shows that hand's wrist in the picture: then one found apart is not it."""
        pose = self._fresh_pose(t_ms)
        return pose is not None and _in_picture(pose, dict(_SIDES)[side])

    def _fresh_pose(self, t_ms: int) -> Pose | None:
        known = self._pose is not None and abs(t_ms - self._pose.t_ms) <= _POSE_FRESH_MS
        return self._pose if known else None

    def _at_wrists(self, found: Sequence[RawHand], t_ms: int) -> dict[Side, RawHand]:
        if (pose := self._fresh_pose(t_ms)) is None:
            return {}
        reach = REACH_SHOULDERS * shoulder_width(pose.landmarks, self._aspect)
        pairs = sorted(
            (
                _distance(hand, pose, wrist, self._aspect),
                hand.right != (side is Side.RIGHT),
                i,
                side,
            )
            for i, hand in enumerate(found)
            for side, wrist in _SIDES
            if pose.visibility[wrist] >= _WRIST_MAYBE
        )
        chosen: dict[Side, RawHand] = {}
        used: set[int] = set()
        for distance, _, i, side in pairs:
            if distance <= reach and side not in chosen and i not in used:
                chosen[side] = found[i]
                used.add(i)
        return chosen


def _in_picture(pose: Pose, joint: int) -> bool:
    x, y = pose.landmarks[joint, :2]
    return bool(pose.visibility[joint] >= VISIBLE and 0 <= x <= 1 and 0 <= y <= 1)


def _wrist_moves(before: Pose, after: Pose, aspect: float) -> bool:
    shoulders = shoulder_width(after.landmarks, aspect)
    step_ms = after.t_ms - before.t_ms
    if not 0 < step_ms <= 1000:
        return False
    least = WRIST_SHOULDERS_PER_S * shoulders * step_ms / 1000
    return any(
        _length(after.landmarks[wrist] - before.landmarks[wrist], aspect) > least
        and not _still(after, wrist, STILL_SHOULDERS * shoulders, aspect)
        for _, wrist in _SIDES
        if min(before.visibility[wrist], after.visibility[wrist]) >= VISIBLE
    )


def _still(pose: Pose, joint: int, least: float, aspect: float) -> bool:
    """Whether the picture at a joint is known to have stayed as it was since the pose before."""
    return len(pose.shifts) > 0 and _length(pose.shifts[joint], aspect) < least


def _length(way: Float32, aspect: float) -> float:
    return math.hypot(float(way[0]), float(way[1]) * aspect)


def _distance(hand: RawHand, pose: Pose, wrist: int, aspect: float) -> float:
    return _length(hand.landmarks[0] - pose.landmarks[wrist], aspect)
