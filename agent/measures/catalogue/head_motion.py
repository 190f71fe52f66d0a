"""How fast the head turns and how much it moves about, how near it is."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from agent.measures import reasons
from agent.measures.baseline import Baseline
from agent.measures.conditions import HEAD_CONDITIONS, Condition
from agent.measures.declarations import Group, Measure
from agent.measures.detectors import Detector, Detectors
from agent.measures.geometry import Points
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import Sampler, reads
from agent.measures.scene import LONG_GAP_MS, Scene

SPAN_MS = 200  # over which speed is taken: from frame to frame it would be mostly noise
RIGID = (33, 263, 168, 2)  # outer eye corners, bridge and base of the nose
RIGHT_IRIS, LEFT_IRIS = (469, 470, 471, 472), (474, 475, 476, 477)
IRIS_RANGE = (math.log(2), math.log(400))  # px
FRONTAL_DEG = 20.0  # the iris keeps its size in any direction; its landmarks do so up to here


@dataclass(frozen=True, slots=True)
class _Then:
    t_ms: int
    matrix: list[list[float]]
    centre: tuple[float, float]


def head_centre(points: Points) -> tuple[float, float]:
    """Of eye corners, bridge and base of the nose, in pixels."""
    a, b, c, d = (points[place] for place in RIGID)
    return (a[0] + b[0] + c[0] + d[0]) / 4, (a[1] + b[1] + c[1] + d[1]) / 4


class HeadMotion(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._past: deque[_Then] = deque()  # of two spans
        self._withhold()

    def _withhold(self) -> None:
        self.turning: float | Reason = reasons.STARTING
        self.moving: float | Reason = reasons.STARTING
        self.accelerating: float | Reason = reasons.STARTING

    def update(self, scene: Scene) -> None:
        past = self._past
        if past and (
            past[-1].t_ms < scene.laid_anew_ms or scene.t_ms - past[-1].t_ms > LONG_GAP_MS
        ):
            past.clear()
        now = _Then(scene.t_ms, scene.matrix, head_centre(scene.points))
        past.append(now)
        while len(past) > 2 and past[1].t_ms <= now.t_ms - 2 * SPAN_MS:
            past.popleft()
        self._withhold()
        then = _a_span_before(now, past)
        if now.t_ms - then.t_ms >= SPAN_MS / 2:
            self.turning = turn_deg(then.matrix, now.matrix) * 1000 / (now.t_ms - then.t_ms)
        self._follow_centre(scene, [p for p in past if p.t_ms > scene.camera_moved_ms])

    def _follow_centre(self, scene: Scene, past: list[_Then]) -> None:
        """In pictures since the camera moved: that moves the head, too."""
        if not past:
            return
        now = past[-1]
        then = _a_span_before(now, past)
        if now.t_ms - then.t_ms < SPAN_MS / 2:
            return
        seconds = (now.t_ms - then.t_ms) / 1000
        self.moving = math.dist(now.centre, then.centre) / scene.iod_px / seconds
        if then.t_ms - past[0].t_ms >= SPAN_MS / 2:
            self.accelerating = _change_of_velocity(past[0], then, now) / scene.iod_px

    def reset(self, scene: Scene) -> None:
        self._past.clear()


def _a_span_before(now: _Then, past: Sequence[_Then]) -> _Then:
    """The last that is a whole span old, or the first there is."""
    return next((p for p in reversed(past) if p.t_ms <= now.t_ms - SPAN_MS), past[0])


def _change_of_velocity(first: _Then, middle: _Then, last: _Then) -> float:
    """Per second, in px/s²: of the velocities before and after the middle."""
    before_s, after_s = (middle.t_ms - first.t_ms) / 1000, (last.t_ms - middle.t_ms) / 1000
    changes = [
        (c - b) / after_s - (b - a) / before_s
        for a, b, c in zip(first.centre, middle.centre, last.centre, strict=True)
    ]
    return math.hypot(*changes) / ((before_s + after_s) / 2)


def turn_deg(before: list[list[float]], now: list[list[float]]) -> float:
    """The one angle of the rotation between two head poses: arccos((tr(R₁R₀ᵀ) − 1) / 2)."""
    trace = sum([before[i][j] * now[i][j] for i in range(3) for j in range(3)])
    return math.degrees(math.acos(max(-1.0, min(1.0, (trace - 1) / 2))))


class Nearness(Sampler):
    """From the irises, whose size hardly differs between people or with age."""

    def __init__(self, detectors: Detectors) -> None:
        self._usual = Baseline(0.5, *IRIS_RANGE, ready_s=5.0)

    @property
    def baseline_state(self) -> BaselineState:
        return self._usual.state

    def sample(self, scene: Scene) -> float | Reason:
        if abs(scene.yaw_deg) > FRONTAL_DEG:
            return reasons.HEAD_TURNED
        iris_px = (_diameter(scene, LEFT_IRIS) + _diameter(scene, RIGHT_IRIS)) / 2
        iris = math.log(max(iris_px, 1e-6))
        self._usual.learn(iris, scene.learn_s)
        if self._usual.state is BaselineState.LEARNING:
            return reasons.LEARNING
        return math.exp(self._usual.value - iris)

    def reset(self, scene: Scene) -> None:
        if scene.unfamiliar:
            self._usual.restart()

    def restart_baseline(self, scene: Scene) -> None:
        self._usual.restart()


def _diameter(scene: Scene, iris: tuple[int, ...]) -> float:
    right, top, left, bottom = (scene.points[i] for i in iris)
    return (
        math.hypot(right[0] - left[0], right[1] - left[1])
        + math.hypot(top[0] - bottom[0], top[1] - bottom[1])
    ) / 2


_NEEDS = Text("The face in view.", "Le visage visible.")
_LIMITS = Text(
    "A head at rest reads about 1 (the model's jitter). A moved camera moves the head.",
    "Une tête au repos donne environ 1 (tremblement du modèle). Une caméra déplacée bouge la tête.",
)

HEAD_SPEED = Measure(
    id="head_speed",
    group=Group.HEAD,
    label=Text("Head turning speed", "Vitesse de rotation de la tête"),
    unit="deg/s",
    decimals=0,
    low=0,
    display_window_ms=10_000,
    needs=_NEEDS,
    limits=_LIMITS,
    tested="Made-up heads: turns at 5 and 30 deg/s within 5 %.",
    formula="angle of the rotation between the head now and 0.2 s ago, per second",
    source="the head's rotation as of head_yaw",
    algorithm_version=3,
    minimum_hz=8.0,
    conditions=HEAD_CONDITIONS,
    make=reads(HeadMotion, lambda motion: motion.turning),
)
HEAD_MOVEMENT = Measure(
    id="head_movement",
    group=Group.HEAD,
    label=Text("Head moving about", "Déplacement de la tête"),
    unit="IOD/s",
    decimals=2,
    low=0,
    display_window_ms=10_000,
    needs=_NEEDS,
    limits=Text(
        "In distances between the outer eye corners per second. A moved camera moves the head.",
        "En distances entre les coins externes des yeux, par seconde. Une caméra déplacée bouge "
        "la tête.",
    ),
    tested="A photograph moved at a known speed in an empty room: within 10 %.",
    formula="displacement of the eye corners' and nose's centroid over 0.2 s / IOD, per second",
    source="after the head-movement rate of tablet studies of toddlers (Krishnappa Babu "
    "et al. 2022)",
    algorithm_version=4,
    minimum_hz=8.0,
    conditions=HEAD_CONDITIONS | Condition.CAMERA_STILL,
    make=reads(HeadMotion, lambda motion: motion.moving),
)
HEAD_ACCELERATION = Measure(
    id="head_acceleration",
    group=Group.HEAD,
    label=Text("Head acceleration", "Accélération de la tête"),
    unit="IOD/s²",
    decimals=1,
    low=0,
    display_window_ms=10_000,
    needs=_NEEDS,
    limits=Text(
        "In distances between the outer eye corners per second squared. The model's jitter reads "
        "as some; movements shorter than 0.2 s are smoothed out. A moved camera moves the head.",
        "En distances entre les coins externes des yeux, par seconde carrée. Le tremblement du "
        "modèle en ajoute ; les mouvements de moins de 0,2 s sont lissés. Une caméra déplacée "
        "bouge la tête.",
    ),
    tested="Made-up heads: parabolas and a sinusoid within 5 %.",
    formula="change of the centroid's mean velocity from one 0.2 s to the next / IOD, per second",
    source=HEAD_MOVEMENT.source,
    algorithm_version=4,
    minimum_hz=10.0,
    conditions=HEAD_MOVEMENT.conditions,
    make=reads(HeadMotion, lambda motion: motion.accelerating),
)
HEAD_DISTANCE = Measure(
    id="head_distance",
    group=Group.HEAD,
    label=Text("Distance, of this child's usual", "Distance, par rapport à l'habituelle"),
    unit="1",
    decimals=2,
    low=0,
    needs=Text(
        "The face in view, large enough, turned under 20°, and five seconds to learn from.",
        "Le visage visible, assez grand, tourné de moins de 20°, et cinq secondes d'apprentissage.",
    ),
    limits=Text(
        "A ratio, not centimetres: 2 is twice as far as usual.",
        "Un rapport, pas des centimètres : 2 est deux fois plus loin que d'habitude.",
    ),
    tested="Made-up heads: twice as far within 3 %.",
    formula="usual (median) iris diameter / iris diameter",
    source="MediaPipe iris landmarks",
    algorithm_version=3,
    minimum_hz=2.0,
    conditions=HEAD_CONDITIONS | Condition.FACE_DETAIL,
    make=Nearness,
)
