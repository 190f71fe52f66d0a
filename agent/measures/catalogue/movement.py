"""How much each part of the body moves, in shoulder widths per second.

Joints outside the frame or hidden do not count, whatever the model believes about them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median

from agent.measures import reasons
from agent.measures.body import Body, Joint
from agent.measures.conditions import Condition
from agent.measures.declare import Detector, Group, Landmarker, Measure, Reads
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.measures.words import Reason, Text

HEAD = (0, 2, 5, 7, 8)  # nose, eyes, ears
LEFT_ARM = (13, 15, 17, 19)  # elbow, wrist, two of the hand
RIGHT_ARM = (14, 16, 18, 20)
TORSO = (11, 12, 23, 24)  # shoulders, hips
LEGS = (25, 26, 27, 28, 31, 32)  # knees, ankles, tips of the feet
OF_BODY = ("head", "left_arm", "right_arm", "torso")
PARTS = {
    "head": HEAD,
    "left_arm": LEFT_ARM,
    "right_arm": RIGHT_ARM,
    "torso": TORSO,
    "legs": LEGS,
}


class BodyMotion(Detector):
    def __init__(self) -> None:
        self._joints: list[Joint] = []
        self._t_ms = -1
        self.speeds: dict[str, float | Reason] = {}
        self._withhold(reasons.NO_BODY)

    def update(self, scene: Scene) -> None:
        body = scene.share(Body).updated(scene)
        if not body.seen(scene.t_ms):
            self._joints = []
            self._withhold(reasons.NO_BODY)
        elif scene.observation.pose is not None:
            self._compare(body)

    def reset(self, scene: Scene) -> None:
        scene.share(Body).run("reset", scene)
        self._joints = []
        self._withhold(reasons.NO_BODY)

    def restart_baseline(self, scene: Scene) -> None:
        scene.share(Body).run("restart_baseline", scene)

    def _withhold(self, reason: Reason) -> None:
        self.speeds = dict.fromkeys((*PARTS, "body"), reason)

    def _compare(self, body: Body) -> None:
        before, gap_ms = self._joints, body.t_ms - self._t_ms
        self._joints, self._t_ms = body.joints, body.t_ms
        if math.isnan(body.shoulders_px):
            self._withhold(reasons.PART_HIDDEN)
        elif not before or not 0 < gap_ms <= LONG_GAP_MS:
            self._withhold(reasons.STARTING)
        else:
            self._measure(before, body.joints, body.shoulders_px * gap_ms / 1000)

    def _measure(self, before: list[Joint], now: list[Joint], unit: float) -> None:
        moved = {
            i: math.hypot(b[0] - a[0], b[1] - a[1]) / unit
            for i, (a, b) in enumerate(zip(before, now, strict=True))
            if a is not None and b is not None
        }
        for part, members in PARTS.items():
            self.speeds[part] = _median([moved[i] for i in members if i in moved])
        self.speeds["body"] = _median(
            [speed for part in OF_BODY if isinstance(speed := self.speeds[part], float)]
        )


def _median(speeds: list[float]) -> float | Reason:
    return median(speeds) if speeds else reasons.PART_HIDDEN


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
            "In shoulder widths per second. The model's own jitter reads as a little movement; "
            "a hidden joint may be guessed; a moved camera moves everything.",
            "En largeurs d'épaules par seconde. Le tremblement du modèle compte comme un peu de "
            "mouvement ; une articulation cachée peut être devinée ; une caméra déplacée fait tout "
            "bouger.",
        ),
        measured="At rest: mean 0.06 to 0.08, 95th percentile 0.16 (the pose trembles). A "
        "photograph moved at a known speed: within 20 %. Synthetic: within 10 %, legs 15 %.",
        formula=formula,
        source="motion energy after Ramseyer & Tschacher 2011, on MediaPipe pose landmarks",
        algorithm_version=2,
        landmarker=Landmarker.POSE,
        minimum_hz=4.0,
        conditions=Condition.PICTURE_LIVE | Condition.CAMERA_STILL,
        make=lambda: Reads(BodyMotion, _part(part)),
    )


_MEDIAN = "median over the part's visible joints of ‖Δp‖ / (shoulder width · Δt)"
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
