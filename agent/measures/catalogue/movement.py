"""How much each part of the body moves, in shoulder widths per second.

Joints outside the frame or hidden do not count, whatever the model believes about them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median

from agent.measures import reasons
from agent.measures.body import Body
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure
from agent.measures.detectors import Detector, Detectors
from agent.measures.labels import Reason, Text
from agent.measures.samplers import reads
from agent.measures.scene import Scene

HEAD_JOINTS = (0, 2, 5, 7, 8)  # nose, eyes, ears
LEFT_ARM_JOINTS = (13, 15, 17, 19)  # elbow, wrist, two of the hand
RIGHT_ARM_JOINTS = (14, 16, 18, 20)
TORSO_JOINTS = (11, 12, 23, 24)  # shoulders, hips
LEG_JOINTS = (25, 26, 27, 28, 31, 32)  # knees, ankles, tips of the feet
OF_BODY = ("head", "left_arm", "right_arm", "torso")
PLAIN = Reason(
    "plain_surface",
    Text(
        "This part shows one plain surface: whether it moves cannot be told.",
        "Cette partie est d'une surface unie : on ne peut dire si elle bouge.",
    ),
)
PARTS = {
    "head": HEAD_JOINTS,
    "left_arm": LEFT_ARM_JOINTS,
    "right_arm": RIGHT_ARM_JOINTS,
    "torso": TORSO_JOINTS,
    "legs": LEG_JOINTS,
}


class BodyMotion(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self.speeds: dict[str, float | Reason] = {}
        self._withhold(reasons.NO_BODY)

    def update(self, scene: Scene) -> None:
        body = self._body.updated(scene)
        if not body.seen(scene.t_ms):
            self._withhold(reasons.NO_BODY)
        elif scene.observation.pose is not None:
            self._compare(body)

    def reset(self, scene: Scene) -> None:
        self._body.run("reset", scene)
        self._withhold(reasons.NO_BODY)

    def restart_baseline(self, scene: Scene) -> None:
        self._body.run("restart_baseline", scene)

    def _withhold(self, reason: Reason) -> None:
        self.speeds = dict.fromkeys((*PARTS, "body"), reason)

    def _compare(self, body: Body) -> None:
        if math.isnan(body.shoulders_px):
            self._withhold(reasons.PART_HIDDEN)
        elif not body.steps:
            self._withhold(reasons.STARTING)
        else:
            self._measure(body, body.shoulders_px * body.step_ms / 1000)

    def _measure(self, body: Body, unit: float) -> None:
        for part, members in PARTS.items():
            speeds = [math.hypot(*step) / unit for i in members if (step := body.steps[i])]
            hidden = not any(body.joints[i] for i in members)
            self.speeds[part] = _median(speeds, reasons.PART_HIDDEN if hidden else PLAIN)
        known = [speed for part in OF_BODY if isinstance(speed := self.speeds[part], float)]
        self.speeds["body"] = _median(known, reasons.PART_HIDDEN)


def _median(speeds: list[float], otherwise: Reason) -> float | Reason:
    return median(speeds) if speeds else otherwise


def _part(part: str) -> Callable[[BodyMotion], float | Reason]:
    return lambda motion: motion.speeds[part]


def _movement(part: str, label: Text, formula: str, *, headline: bool = False) -> Measure:
    return Measure(
        id=f"movement_{part}",
        group=Group.MOVEMENT,
        label=label,
        unit="SW/s",
        decimals=2,
        low=0,
        display_window_ms=10_000,
        headline=headline,
        needs=Text(
            "The part itself in view, a moving picture, and the shoulders or the face for scale.",
            "La partie elle-même visible, une image qui bouge, et les épaules ou le visage pour "
            "l'échelle.",
        ),
        limits=Text(
            "In shoulder widths per second, of what is in view: with the arms outside, the whole "
            "is the head. Told where the picture shows some structure; a hidden joint may be "
            "guessed; what moves behind or before the body may count; a moved camera moves "
            "everything.",
            "En largeurs d'épaules par seconde, de ce qui est visible : bras hors champ, le tout "
            "est la tête. Dit là où l'image montre une structure ; une articulation cachée peut "
            "être devinée ; ce qui bouge derrière ou devant le corps peut compter ; une caméra "
            "déplacée fait tout bouger.",
        ),
        tested="A photograph moved at a known speed: within 20 %. Made-up bodies: within 10 %, "
        "legs 15 %.",
        formula=formula,
        source="motion energy after Ramseyer & Tschacher 2011, on MediaPipe pose landmarks; the "
        "picture's shift after Lucas & Kanade 1981, in Bouguet's pyramid",
        algorithm_version=4,
        landmarker=Landmarker.POSE,
        minimum_hz=6.5 if part == "torso" else 4.5,
        conditions=Condition.PICTURE_LIVE | Condition.CAMERA_STILL,
        make=reads(BodyMotion, _part(part)),
    )


_MEDIAN = (
    "median over the part's visible joints of ‖Δp‖ / (shoulder width · Δt); Δp is the landmark's "
    "step from pose to pose, or, where the picture at the joint moved by less than 0.01 shoulder "
    "widths, that shift"
)
MOVEMENT_BODY = _movement(
    "body",
    Text("Movement", "Mouvement"),
    "median over the measurable of head, arms and torso",
    headline=True,
)
MOVEMENT_HEAD = _movement("head", Text("Head movement", "Mouvement de la tête"), _MEDIAN)
MOVEMENT_LEFT_ARM = _movement(
    "left_arm", Text("Left arm movement", "Mouvement du bras gauche"), _MEDIAN
)
MOVEMENT_RIGHT_ARM = _movement(
    "right_arm", Text("Right arm movement", "Mouvement du bras droit"), _MEDIAN
)
MOVEMENT_TORSO = _movement("torso", Text("Torso movement", "Mouvement du buste"), _MEDIAN)
MOVEMENT_LEGS = _movement("legs", Text("Leg movement", "Mouvement des jambes"), _MEDIAN)
