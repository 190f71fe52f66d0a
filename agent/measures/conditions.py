"""What a frame must offer before something can be measured on it, assessed once for all measures.

Each condition is met well, met poorly (the value is usable) or not met (the value is withheld).
Every measure names the conditions that matter to it and ignores the others.
"""

from __future__ import annotations

from enum import IntFlag, auto
from functools import lru_cache

from agent.measures import reasons
from agent.measures.labels import Reason


class Condition(IntFlag):
    NONE = 0
    FACE = auto()
    PICTURE_LIVE = auto()
    FACE_SIZE = auto()  # for the head as a whole
    FACE_DETAIL = auto()  # for eyelids and lips
    FACE_ANGLE = auto()  # for lips and brows
    EYES_ANGLE = auto()  # for eyelids
    FACE_STEADY = auto()  # its landmarks were not just laid anew
    LIGHT = auto()
    LIGHT_DETAIL = auto()
    EVEN_LIGHT = auto()
    SHARP = auto()
    CAMERA_STILL = auto()
    HANDS_OFF_FACE = auto()  # met or met poorly: eyes are read beside a hand, but less well
    MOUTH_IN_VIEW = auto()  # no hand close to the face


HEAD_CONDITIONS = (
    Condition.FACE
    | Condition.PICTURE_LIVE
    | Condition.FACE_SIZE
    | Condition.FACE_STEADY
    | Condition.LIGHT
)

REASONS: dict[Condition, Reason] = {
    Condition.FACE: reasons.NO_FACE,
    Condition.PICTURE_LIVE: reasons.FROZEN,
    Condition.FACE_SIZE: reasons.FACE_TOO_SMALL,
    Condition.FACE_DETAIL: reasons.FACE_TOO_SMALL,
    Condition.FACE_ANGLE: reasons.HEAD_TURNED,
    Condition.EYES_ANGLE: reasons.HEAD_TURNED,
    Condition.FACE_STEADY: reasons.FACE_UNSTEADY,
    Condition.LIGHT: reasons.TOO_DARK,
    Condition.LIGHT_DETAIL: reasons.TOO_DARK,
    Condition.EVEN_LIGHT: reasons.UNEVEN_LIGHT,
    Condition.SHARP: reasons.BLURRED,
    Condition.CAMERA_STILL: reasons.CAMERA_MOVED,
    Condition.MOUTH_IN_VIEW: reasons.MOUTH_HIDDEN,
}

# Usable below (or above) the first, withheld beyond the second.
IOD_DETAIL_PX = (60.0, 30.0)  # eye aspect ratio errs by 4 % and 12 % there
IOD_HEAD_PX = (30.0, 12.0)
FACE_ANGLE_DEG = (20.0, 40.0)
EYES_ANGLE_DEG = (22.0, 28.0)  # beyond it closures are no longer seen
# A head's size does not jump; that of landmarks laid on it anew (in a crowd, in noise) does, and
# eyes and lips jump with it. 99.9 % of the steps in four real clips are under 3.5 % (at 25 Hz).
SIZE_STEP = 0.04  # share, or
SIZE_STEP_PER_S = 0.8  # where that is more
LUMA_DETAIL = (60.0, 35.0)
LUMA = (35.0, 10.0)  # head pose survives a picture darkened to 15 %
UNEVEN = (0.25, 0.5)
BACKGROUND_CHANGE = (0.15, 0.3)  # share of the background's pixels that changed
SHARPNESS_OF_USUAL = (0.5, 0.25)  # of the same camera's usual sharpness


@lru_cache(maxsize=1024)
def reasons_for(conditions: int) -> tuple[str, ...]:
    """Ids of the reasons behind a set of unmet conditions, the most basic first, once each."""
    return tuple(dict.fromkeys(REASONS[c].id for c in Condition if c & conditions))


class Assessment:
    """Two sets of conditions for the frame at hand: those not met, and those met poorly."""

    __slots__ = ("poor", "unmet")

    def __init__(self) -> None:
        self.unmet = 0
        self.poor = 0

    def clear(self) -> None:
        self.unmet = 0
        self.poor = 0

    def fail(self, condition: int) -> None:
        self.unmet |= condition

    def doubt(self, condition: int) -> None:
        self.poor |= condition

    def at_least(self, condition: int, value: float, limits: tuple[float, float]) -> None:
        """NaN meets the condition: what was not measured is not held against the picture."""
        if value < limits[1]:
            self.unmet |= condition
        elif value < limits[0]:
            self.poor |= condition

    def at_most(self, condition: int, value: float, limits: tuple[float, float]) -> None:
        if value > limits[1]:
            self.unmet |= condition
        elif value > limits[0]:
            self.poor |= condition
