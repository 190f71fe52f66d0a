"""How much each region of the face moves, and whether the mouth moves as in speech."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from agent.measures import reasons
from agent.measures.catalogue.mouth_opening import opening_of_width
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.face_regions import RegionMotion
from agent.measures.facial_actions import FEATURE_CONDITIONS, MOUTH_CONDITIONS
from agent.measures.labels import Reason, Text
from agent.measures.samplers import reads
from agent.measures.scene import LONG_GAP_MS, Scene

SPEECH_SPAN_MS = 700
SPEECH_LEAST_DEVIATION = 0.02  # of the mouth's opening over its width
SPEECH_LEAST_TURNS = 2  # of the lips' direction within the span
SPEECH_LEAST_MOVE = 0.015
HOLD_MS = 500  # between syllables


def _region(region: str) -> Callable[[RegionMotion], float | Reason]:
    return lambda motion: motion.speeds[region]


def _movement(region: str, label: Text) -> Measure:
    return Measure(
        id=f"face_movement_{region}",
        group=Group.FACE,
        label=label,
        unit="IOD/s",
        decimals=2,
        low=0,
        display_window_ms=10_000,
        needs=Text(
            "The face in view, large enough, lit, turned under 40°.",
            "Le visage visible, assez grand, éclairé, tourné de moins de 40°.",
        ),
        limits=Text(
            "The model's jitter reads as a little movement, more on a small face. Speech moves "
            "the mouth and the cheeks.",
            "Le tremblement du modèle compte comme un peu de mouvement, plus sur un petit visage. "
            "Parler bouge la bouche et les joues.",
        ),
        tested="Made-up faces: only the region that moves moves, and none when the head turns.",
        formula="mean speed of the region's landmarks over 0.1 s in the head's own frame, in "
        "distances between the outer eye corners",
        source="landmark displacement by region, head rotation taken out",
        minimum_hz=12.0,
        algorithm_version=5,
        conditions=MOUTH_CONDITIONS if region in ("cheeks", "mouth") else FEATURE_CONDITIONS,
        make=reads(RegionMotion, _region(region)),
    )


FACE_MOVEMENT_BROWS = _movement("brows", Text("Brow movement", "Mouvement des sourcils"))
FACE_MOVEMENT_EYES = _movement("eyes", Text("Eyelid movement", "Mouvement des paupières"))
FACE_MOVEMENT_CHEEKS = _movement("cheeks", Text("Cheek movement", "Mouvement des joues"))
FACE_MOVEMENT_MOUTH = _movement("mouth", Text("Mouth movement", "Mouvement de la bouche"))


class MouthMoving(Detector):
    """Opening and closing again and again, as lips do in speech."""

    def __init__(self, detectors: Detectors) -> None:
        self._ratios: deque[tuple[int, float]] = deque()
        self._moving_ms = -HOLD_MS
        self.moving: float | Reason = reasons.STARTING

    def update(self, scene: Scene) -> None:
        visible = scene.meets(Condition.MOUTH_IN_VIEW)
        self.moving = self._look(scene) if visible else reasons.MOUTH_HIDDEN

    def _look(self, scene: Scene) -> float | Reason:
        ratios, t_ms = self._ratios, scene.t_ms
        if ratios and t_ms - ratios[-1][0] > LONG_GAP_MS:
            ratios.clear()
        ratios.append((t_ms, opening_of_width(scene.points)))
        while ratios[0][0] < t_ms - SPEECH_SPAN_MS:
            ratios.popleft()
        if t_ms - ratios[0][0] < SPEECH_SPAN_MS / 2:
            return reasons.STARTING
        levels = [ratio for _, ratio in ratios]
        if _deviation(levels) >= SPEECH_LEAST_DEVIATION and _turns(levels) >= SPEECH_LEAST_TURNS:
            self._moving_ms = t_ms
        return 100.0 if t_ms - self._moving_ms < HOLD_MS else 0.0

    def reset(self, scene: Scene) -> None:
        self._ratios.clear()


def _deviation(levels: list[float]) -> float:
    mean = sum(levels) / len(levels)
    return math.sqrt(sum((level - mean) ** 2 for level in levels) / len(levels))


def _turns(levels: list[float]) -> int:
    """How often the lips turned round, jitter left out."""
    turns, direction, extreme = 0, 0, levels[0]
    for level in levels:
        if (direction >= 0 and level > extreme) or (direction <= 0 and level < extreme):
            if direction == 0 and abs(level - extreme) >= SPEECH_LEAST_MOVE:
                direction = 1 if level > extreme else -1
            if direction:
                extreme = level
        elif direction and abs(level - extreme) >= SPEECH_LEAST_MOVE:
            turns, direction, extreme = turns + 1, -direction, level
    return turns


MOUTH_MOVING = Measure(
    id="mouth_moving",
    group=Group.FACE,
    label=Text("Mouth moving as in speech", "Bouche en mouvement comme pour parler"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=10_000,
    needs=Text(
        f"{FACE_MOVEMENT_MOUTH.needs.en} 24 pictures a second: lips are fast.",
        f"{FACE_MOVEMENT_MOUTH.needs.fr} 24 images par seconde : les lèvres sont rapides.",
    ),
    limits=Text(
        "Seen, not heard: chewing and crying look alike.",
        "Vu, pas entendu : mâcher et pleurer se ressemblent.",
    ),
    tested="Made-up faces: lips at 4 Hz found, a yawn not. Not compared with the sound.",
    formula="within 0.7 s the mouth's opening varies by SD ≥ 0.02 of its width and turns round "
    "twice or more; held 0.5 s",
    source="rolling variation of the mouth's aspect ratio",
    minimum_hz=24.0,
    algorithm_version=4,
    conditions=MOUTH_CONDITIONS,
    make=reads(MouthMoving, lambda mouth: mouth.moving),
)
