"""How far each eye is open, relative to how far this child's eyes usually open."""

from __future__ import annotations

import math
from collections.abc import Callable

from agent.measures import reasons
from agent.measures.baseline import REFRESH_S, DecayingHistogram, LearnedLevel
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure
from agent.measures.detectors import Detector, Detectors
from agent.measures.geometry import Points
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import reads
from agent.measures.scene import Scene

# Corner, two points of the upper lid, other corner, two of the lower (Soukupová & Čech, 2016).
RIGHT_EYE = (33, 160, 158, 133, 153, 144)
LEFT_EYE = (362, 385, 387, 263, 373, 380)
FAR_EYE_DEG = 25.0  # the eye that is turned away is no longer read beyond this yaw
OPEN_QUANTILE = 0.9
OPEN_AT_LEAST = 0.15  # open eyes had 0.22 to 0.40, closed ones 0.04 to 0.11
CLOSED_OF_OPEN = 0.3  # aspect ratio of a closed eye, of the open one, until a blink shows it
LEARN_S = 2.0
CLOSED = 0.2  # openness below which four fifths of the opening are covered (P80)

CONDITIONS = (
    Condition.FACE
    | Condition.PICTURE_LIVE
    | Condition.FACE_DETAIL
    | Condition.FACE_ANGLE
    | Condition.LIGHT_DETAIL
    | Condition.EVEN_LIGHT
    | Condition.FACE_STEADY
    | Condition.SHARP
    | Condition.HANDS_OFF_FACE
)


def aspect_ratio(points: Points, eye: tuple[int, ...]) -> float:
    corner, upper_a, upper_b, other, lower_b, lower_a = (points[i] for i in eye)
    opening = math.dist(upper_a, lower_a) + math.dist(upper_b, lower_b)
    width: float = 2 * math.dist(corner, other)
    return opening / width if width else 0.0


class _Eye:
    """One eye's aspect ratio, scaled between its usual open level and closed."""

    def __init__(self, landmarks: tuple[int, ...]) -> None:
        self._landmarks = landmarks
        self.forget()

    def forget(self) -> None:
        levels = DecayingHistogram(0.0, 0.8, 160)
        self._open = LearnedLevel(levels, lambda h: h.quantile(OPEN_QUANTILE), unread_s=REFRESH_S)
        self.openness: float | Reason = reasons.LEARNING

    @property
    def ready(self) -> bool:
        return self._open.histogram.learned_s >= LEARN_S

    def follow(self, points: Points, seconds: float) -> None:
        """No seconds: read by what is known, learn nothing."""
        ratio = aspect_ratio(points, self._landmarks)
        # Hours asleep must not become the open level, nor eyes that were never seen open.
        closed = self.ready and self._open_share(ratio) < CLOSED
        if seconds and ratio >= OPEN_AT_LEAST and not closed:
            self._open.histogram.add(ratio, seconds)
        self._open.settle(seconds)
        self.openness = self._open_share(ratio) if self.ready else reasons.LEARNING

    def _open_share(self, ratio: float) -> float:
        opened = self._open.value
        closed = CLOSED_OF_OPEN * opened
        return max(0.0, min(1.0, (ratio - closed) / max(opened - closed, 1e-6)))


class Eyelids(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._right = _Eye(RIGHT_EYE)
        self._left = _Eye(LEFT_EYE)
        self.right: float | Reason = reasons.LEARNING
        self.left: float | Reason = reasons.LEARNING

    @property
    def baseline_state(self) -> BaselineState:
        ready = self._left.ready or self._right.ready
        return BaselineState.READY if ready else BaselineState.LEARNING

    @property
    def both(self) -> float | Reason:
        """The mean of the eyes that can be read."""
        if isinstance(self.left, Reason):
            return self.right
        if isinstance(self.right, Reason):
            return self.left
        return (self.left + self.right) / 2

    def update(self, scene: Scene) -> None:
        seconds = scene.learn_s if scene.meets(CONDITIONS) else 0.0
        self.left = self._read(self._left, scene, seconds, far=scene.yaw_deg > FAR_EYE_DEG)
        self.right = self._read(self._right, scene, seconds, far=scene.yaw_deg < -FAR_EYE_DEG)

    @staticmethod
    def _read(eye: _Eye, scene: Scene, seconds: float, *, far: bool) -> float | Reason:
        if far:
            return reasons.HEAD_TURNED
        eye.follow(scene.points, seconds)
        return eye.openness

    def reset(self, scene: Scene) -> None:
        if scene.unfamiliar:
            self.restart_baseline(scene)

    def restart_baseline(self, scene: Scene) -> None:
        self._left.forget()
        self._right.forget()


def _openness(
    measure_id: str, label: Text, read: Callable[[Eyelids], float | Reason], formula: str
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.EYES,
        label=label,
        unit="1",
        decimals=2,
        low=0,
        high=1,
        needs=Text(
            "The face in view, large enough (eye corners 30 px apart), lit, turned under 40°.",
            "Le visage visible, assez grand (30 px entre les coins des yeux), éclairé, tourné de "
            "moins de 40°.",
        ),
        limits=Text(
            "Looking down narrows the eye too. 1 is this child's own open eye, not a norm.",
            "Regarder vers le bas ferme aussi l'œil. 1 est l'œil ouvert de cet enfant, pas une "
            "norme.",
        ),
        tested="Made-up eyes: closed ones under 0.1, open ones 1 ± 0.05.",
        formula=formula,
        source="Soukupová & Čech 2016, on 3-D landmarks",
        algorithm_version=5,
        minimum_hz=5.0,
        conditions=CONDITIONS,
        make=reads(Eyelids, read),
    )


EYE_OPENNESS = _openness(
    "eye_openness",
    Text("Eyes open", "Ouverture des yeux"),
    lambda lids: lids.both,
    "mean of the eyes; an eye turned away by more than 25° is left out",
)
EYE_OPENNESS_LEFT = _openness(
    "eye_openness_left",
    Text("Left eye open", "Ouverture de l'œil gauche"),
    lambda lids: lids.left,
    "EAR = (‖p2−p6‖ + ‖p3−p5‖) / 2‖p1−p4‖, from 0.3 × its own P90 (0) to its own P90 (1), "
    "the P90 of ratios from 0.15 on: eyes never seen open are withheld",
)
EYE_OPENNESS_RIGHT = _openness(
    "eye_openness_right",
    Text("Right eye open", "Ouverture de l'œil droit"),
    lambda lids: lids.right,
    "as the left eye",
)
