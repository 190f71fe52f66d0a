"""Whether a hand is before the mouth: where hands are, and whether the lips look as usual.

A pose guesses at hands that are out of the picture, and puts them at an expressive face for whole
clips. The lips decide then: as much redder than the skin around them as they usually are, on both
sides, they are in view. On real clips the paler half keeps 0.7 of its usual redness in 94 to 100 %
of the time without a hand (of a laughing face, 77 %), and in 2 % of the time with a hand before it.

Nothing is told by lips that hardly differ from the skin, nor by a picture without colours. Then a
hand that two looks put at the face is taken to be before the mouth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from agent.measures.baseline import DecayingHistogram, LearnedLevel
from agent.measures.geometry import Points, distance
from agent.measures.hands_by_pose import HandsByPose
from agent.measures.looks import Looks
from agent.measures.rolling_median import RollingMedian
from agent.observation import Hand

LEAST_RED = 3.0  # of CIELAB's a*: what paler lips differ by may be chance
USUAL_S = 1.0
SMOOTH_MS = 400
SEEN_OF_USUAL = 0.7  # by the half that has less of it
PALE_OF_USUAL = 0.5
LONGEST_HIDDEN_MS = 30_000
GOING_MS = 1000  # fingers that leave are still before a corner of the mouth
BESIDE_IOD = 0.05
RIGHT_CORNER, LEFT_CORNER, UPPER_EDGE, LOWER_EDGE = 61, 291, 0, 17


class LipsInView:
    """How much of its usual redness the paler half of the lips has."""

    def __init__(self) -> None:
        self._usual = tuple(
            LearnedLevel(DecayingHistogram(0, 50, bins=200), lambda h: h.quantile(0.5))
            for _ in range(2)
        )
        self._of_usual = RollingMedian(SMOOTH_MS, -1.0, 3.0, 200)

    @property
    def known(self) -> bool:
        learned = self._usual[0].histogram.learned_s >= USUAL_S
        return learned and min(usual.value for usual in self._usual) >= LEAST_RED

    def look(self, t_ms: int, halves: tuple[float, float]) -> None:
        if self.known and not math.isnan(sum(halves)):
            shares = (now / usual.value for now, usual in zip(halves, self._usual, strict=True))
            self._of_usual.add(t_ms, min(shares))

    def learn(self, halves: tuple[float, float], seconds: float) -> None:
        if not math.isnan(sum(halves)):
            for usual, now in zip(self._usual, halves, strict=True):
                usual.learn(now, seconds)

    @property
    def as_usual(self) -> bool:
        return self._of_usual.value >= SEEN_OF_USUAL

    @property
    def pale(self) -> bool:
        return self._of_usual.value < PALE_OF_USUAL


class MouthInView:
    def __init__(self) -> None:
        self._lips = LipsInView()
        self.hands = Looks()  # for hands, that found one before the mouth
        self._hidden_since_ms: int | None = None
        self._covered_ms = -math.inf  # when a hand there and pale lips were last seen together

    @property
    def hidden(self) -> bool:
        return self._hidden_since_ms is not None

    def look(
        self, t_ms: int, lips: tuple[float, float], seconds: float, by_pose: HandsByPose
    ) -> None:
        """Hidden by a hand seen there twice, but for lips as usual; or seen once, and pale lips."""
        self._lips.look(t_ms, lips)
        twice = by_pose.close_twice(t_ms) or self.hands.twice(t_ms)
        once = twice or by_pose.any_near(t_ms) or self.hands.once(t_ms)
        if once and self._lips.pale:
            self._covered_ms = t_ms
        going = t_ms - self._covered_ms <= GOING_MS
        hidden = going or (twice and not self._lips.as_usual)
        since_ms = t_ms if self._hidden_since_ms is None else self._hidden_since_ms
        self._hidden_since_ms = since_ms if hidden else None
        # A hand's colour is not to become usual, but another light is.
        if not hidden or not self._lips.known or t_ms - since_ms > LONGEST_HIDDEN_MS:
            self._lips.learn(lips, seconds)


def any_before_mouth(
    hands: Sequence[Hand], face: Points, iod_px: float, width: int, height: int
) -> bool:
    """Whether a point of a hand lies on the mouth or just beside it."""
    right, left = face[RIGHT_CORNER], face[LEFT_CORNER]
    above, below = face[UPPER_EDGE], face[LOWER_EDGE]
    centre = ((right[0] + left[0]) / 2, (right[1] + left[1]) / 2)
    reach_px = max(distance(right, left), distance(above, below)) / 2 + BESIDE_IOD * iod_px
    return any(
        distance((x * width, y * height), centre) <= reach_px
        for hand in hands
        for x, y, _ in hand.landmarks.tolist()
    )
