"""Leaning toward the camera, the line of the shoulders, how high the head is held over them."""

from __future__ import annotations

import math
from collections.abc import Callable

from agent.measures import reasons
from agent.measures.baseline import Baseline
from agent.measures.body import Body
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure
from agent.measures.detectors import Detector, Detectors
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import reads
from agent.measures.scene import Scene
from agent.observation.joints import LEFT_SHOULDER, RIGHT_SHOULDER

NOSE = 0
READY_S = 10.0


class Posture(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._usual = Baseline(0.5, math.log(8), math.log(4096), ready_s=READY_S)
        self._learned_ms = 0
        self._withhold(reasons.NO_BODY)

    def _withhold(self, reason: Reason) -> None:
        self.lean: float | Reason = reason
        self.tilt: float | Reason = reason
        self.head_height: float | Reason = reason

    @property
    def baseline_state(self) -> BaselineState:
        return self._usual.state

    def update(self, scene: Scene) -> None:
        body = self._body.updated(scene)
        if not body.seen(scene.t_ms):
            self._withhold(reasons.NO_BODY)
            return
        left, right = body.joints[LEFT_SHOULDER], body.joints[RIGHT_SHOULDER]
        if left is None or right is None:
            self._withhold(reasons.PART_HIDDEN)
            return
        width = max(math.dist(left, right), 1.0)
        self._usual.learn(math.log(width), min(scene.t_ms - self._learned_ms, 200) / 1000)
        self._learned_ms = scene.t_ms
        ready = self.baseline_state is not BaselineState.LEARNING
        self.lean = 100 * (width / math.exp(self._usual.value) - 1) if ready else reasons.LEARNING
        self.tilt = math.degrees(math.atan2(left[1] - right[1], left[0] - right[0]))
        nose = body.joints[NOSE]
        middle_y = (left[1] + right[1]) / 2
        self.head_height = (middle_y - nose[1]) / width if nose else reasons.PART_HIDDEN

    def reset(self, scene: Scene) -> None:
        if scene.unfamiliar:
            self._usual.restart()

    def restart_baseline(self, scene: Scene) -> None:
        self._usual.restart()


def _posture(
    measure_id: str,
    label: Text,
    unit: str,
    formula: str,
    limits: Text,
    read: Callable[[Posture], float | Reason],
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.MOVEMENT,
        label=label,
        unit=unit,
        decimals=2 if unit == "SW" else 0,
        display_window_ms=10_000,
        needs=Text("Both shoulders in view.", "Les deux épaules visibles."),
        limits=limits,
        formula=formula,
        source="MediaPipe pose landmarks",
        landmarker=Landmarker.POSE,
        minimum_hz=2.0,
        conditions=Condition.PICTURE_LIVE,
        make=reads(Posture, read),
    )


LEAN = _posture(
    "lean",
    Text("Leaning toward the camera (+)", "Penché vers la caméra (+)"),
    "%",
    "shoulder width / its usual (median) − 1",
    Text(
        "Turning sideways narrows the shoulders and reads as leaning back.",
        "Se tourner de côté rétrécit les épaules et se lit comme un recul.",
    ),
    lambda posture: posture.lean,
)
SHOULDER_TILT = _posture(
    "shoulder_tilt",
    Text("Shoulder line (+ left shoulder lower)", "Ligne des épaules (+ épaule gauche plus basse)"),
    "deg",
    "angle of the line from the right to the left shoulder",
    Text(
        "A camera that is not level tilts the shoulders too.",
        "Une caméra inclinée incline aussi les épaules.",
    ),
    lambda posture: posture.tilt,
)
HEAD_HEIGHT = _posture(
    "head_height",
    Text("Head above the shoulders", "Tête au-dessus des épaules"),
    "SW",
    "height of the nose over the shoulders' middle / shoulder width",
    Text(
        "Bowing the head lowers the nose; raised shoulders lower the head.",
        "Baisser la tête abaisse le nez ; hausser les épaules abaisse la tête.",
    ),
    lambda posture: posture.head_height,
)
