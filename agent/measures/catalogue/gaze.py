"""Where the eyes point: by the iris within the eye, in the head's own frame, then with the head.

Not calibrated to degrees on a person. Toward the screen is judged relative to the direction that
is held most while the face is turned to it, and needs no calibration.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from agent.measures import reasons
from agent.measures.baseline import REFRESH_S, DecayingHistogram, LearnedLevel
from agent.measures.catalogue.eye_openness import EYE_OPENNESS, Eyelids
from agent.measures.catalogue.facing import Facing
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.hysteresis import Hysteresis
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import reads
from agent.measures.scene import Scene

RIGHT_CORNERS, LEFT_CORNERS = (33, 133), (362, 263)
RIGHT_IRIS, LEFT_IRIS = 468, 473
EYE_WIDTH_OF_RADIUS = 1.4  # half the eye's opening over the iris' distance from the eye's centre
LEAST_OPENNESS = 0.4  # under it the lid hides the iris
SCREEN_YAW_DEG = 12.0
SCREEN_PITCH_DEG = 10.0
LEAVE = 1.25  # of those, before it counts as elsewhere
READY_S = 10.0

EYES_CLOSED = Reason(
    "eyes_closed",
    Text(
        "The lids hide the eyes. It is shown when they are open again.",
        "Les paupières cachent les yeux. La valeur revient quand ils se rouvrent.",
    ),
)

Vector = tuple[float, float, float]


def _in_head(matrix: list[list[float]], vector: Vector) -> Vector:
    """Rᵀ·v: from the camera's frame (x right, y up, z toward it) to the head's."""
    x, y, z = vector
    return (
        matrix[0][0] * x + matrix[1][0] * y + matrix[2][0] * z,
        matrix[0][1] * x + matrix[1][1] * y + matrix[2][1] * z,
        matrix[0][2] * x + matrix[1][2] * y + matrix[2][2] * z,
    )


def _iris_offset(scene: Scene, corners: tuple[int, int], iris: int) -> tuple[float, float]:
    """Of the iris from the middle of the eye's corners, in half widths of the eye."""
    a, b, centre = scene.points[corners[0]], scene.points[corners[1]], scene.points[iris]
    x, y, z = _in_head(scene.matrix, (b[0] - a[0], a[1] - b[1], a[2] - b[2]))
    half_width = math.sqrt(x * x + y * y + z * z) / 2 or 1.0
    from_middle = (
        centre[0] - (a[0] + b[0]) / 2,
        (a[1] + b[1]) / 2 - centre[1],
        (a[2] + b[2]) / 2 - centre[2],
    )
    x, y, _ = _in_head(scene.matrix, from_middle)
    return x / half_width, y / half_width


def _angle_deg(offset: float) -> float:
    return math.degrees(math.asin(max(-1.0, min(1.0, EYE_WIDTH_OF_RADIUS * offset))))


def _most_held_angle() -> LearnedLevel:
    held = DecayingHistogram(-60.0, 60.0, 60)
    return LearnedLevel(held, lambda h: h.mode(reach=2), unread_s=REFRESH_S)


class Gaze(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._eyelids = detectors.of(Eyelids)
        self._facing = detectors.of(Facing)
        self._forget()
        self._withhold(reasons.STARTING)

    def _forget(self) -> None:
        self._screen_yaw, self._screen_pitch = _most_held_angle(), _most_held_angle()
        self._elsewhere = Hysteresis(on=LEAVE, off=1.0)

    def _withhold(self, reason: Reason) -> None:
        self.head_yaw: float | Reason = reason
        self.head_pitch: float | Reason = reason
        self.camera_yaw: float | Reason = reason
        self.camera_pitch: float | Reason = reason
        self.on_screen: float | Reason = reason

    @property
    def baseline_state(self) -> BaselineState:
        ready = self._screen_yaw.histogram.learned_s >= READY_S
        return BaselineState.READY if ready else BaselineState.LEARNING

    def update(self, scene: Scene) -> None:
        openness = self._eyelids.updated(scene).both
        if isinstance(openness, float) and openness < LEAST_OPENNESS:
            self._withhold(EYES_CLOSED)
            return
        right = _iris_offset(scene, RIGHT_CORNERS, RIGHT_IRIS)
        left = _iris_offset(scene, LEFT_CORNERS, LEFT_IRIS)
        head_yaw = _angle_deg((right[0] + left[0]) / 2)
        head_pitch = _angle_deg((right[1] + left[1]) / 2)
        yaw, pitch = _with_head(scene.turned, head_yaw, head_pitch)
        self.head_yaw, self.head_pitch = head_yaw, head_pitch
        self.camera_yaw, self.camera_pitch = yaw, pitch
        self._judge(scene, yaw, pitch)

    def reset(self, scene: Scene) -> None:
        if scene.unfamiliar:
            self._forget()

    def restart_baseline(self, scene: Scene) -> None:
        self._forget()

    def _judge(self, scene: Scene, yaw: float, pitch: float) -> None:
        """Learn the screen's direction while the face is turned to it, then compare."""
        facing = self._facing.updated(scene).facing
        if facing:
            self._screen_yaw.learn(yaw, scene.learn_s)
            self._screen_pitch.learn(pitch, scene.learn_s)
        if self.baseline_state is BaselineState.LEARNING:
            self.on_screen = reasons.LEARNING
            return
        away = max(
            abs(yaw - self._screen_yaw.value) / SCREEN_YAW_DEG,
            abs(pitch - self._screen_pitch.value) / SCREEN_PITCH_DEG,
        )
        elsewhere = self._elsewhere.follow(away)
        self.on_screen = 100.0 if facing and not elsewhere else 0.0


def _with_head(matrix: list[list[float]], yaw: float, pitch: float) -> tuple[float, float]:
    """The direction relative to the line of sight: R·g."""
    h, v = math.radians(yaw), math.radians(pitch)
    g = (math.sin(h) * math.cos(v), math.sin(v), math.cos(h) * math.cos(v))
    x, y, z = (a * g[0] + b * g[1] + c * g[2] for a, b, c in matrix)
    return math.degrees(math.atan2(x, z)), math.degrees(math.asin(max(-1.0, min(1.0, y))))


_NEEDS = Text(
    "The face in view, large, lit evenly, turned under 40°, the eyes open.",
    "Le visage visible, grand, éclairé également, tourné de moins de 40°, les yeux ouverts.",
)
_LIMITS = Text(
    "Not calibrated: compare a child with itself only. One pixel of the iris is 4 to 5°; up and "
    "down is worse than left and right; glasses and squints disturb it.",
    "Non étalonné : comparer un enfant seulement à lui-même. Un pixel d'iris vaut 4 à 5° ; le "
    "haut-bas est moins sûr que le gauche-droite ; lunettes et strabisme le perturbent.",
)


def _direction(
    measure_id: str, label: Text, formula: str, read: Callable[[Gaze], float | Reason]
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.ORIENTATION,
        label=label,
        unit="deg",
        decimals=0,
        low=-90,
        high=90,
        needs=_NEEDS,
        limits=_LIMITS,
        tested="Made-up eyes: known iris positions within 1.5°, the head turned by up to 20°.",
        formula=formula,
        source=_SOURCE,
        algorithm_version=3,
        minimum_hz=8.0,
        conditions=EYE_OPENNESS.conditions,
        make=reads(Gaze, read),
    )


_SOURCE = "iris geometry on MediaPipe face landmarks, in the frame of the head (as of head_yaw)"
_IN_HEAD = "asin(1.4 × iris offset from the middle of the eye's corners / half the eye's width)"

GAZE_HEAD_YAW = _direction(
    "gaze_head_yaw",
    Text("Eyes turned in the head (+ to the child's left)", "Yeux tournés dans la tête (+ gauche)"),
    f"{_IN_HEAD}, mean of the eyes",
    lambda gaze: gaze.head_yaw,
)
GAZE_HEAD_PITCH = _direction(
    "gaze_head_pitch",
    Text("Eyes raised in the head (+ up)", "Yeux levés dans la tête (+ vers le haut)"),
    f"{_IN_HEAD}, mean of the eyes",
    lambda gaze: gaze.head_pitch,
)
GAZE_YAW = _direction(
    "gaze_yaw",
    Text("Gaze to the side (+ to the child's left)", "Regard sur le côté (+ gauche de l'enfant)"),
    "R · gaze in the head, relative to the line of sight",
    lambda gaze: gaze.camera_yaw,
)
GAZE_PITCH = _direction(
    "gaze_pitch",
    Text("Gaze raised (+ up)", "Regard levé (+ vers le haut)"),
    "R · gaze in the head, relative to the line of sight",
    lambda gaze: gaze.camera_pitch,
)
GAZE_SCREEN = Measure(
    id="gaze_screen",
    group=Group.ORIENTATION,
    label=Text("Gaze toward the screen", "Regard vers l'écran"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=_NEEDS,
    limits=Text(
        "The screen is where the eyes point most while the face is turned to it. On or off only, "
        "and not where on it.",
        "L'écran est là où les yeux se dirigent le plus quand le visage est tourné vers lui. "
        "Oui ou non seulement, pas à quel endroit.",
    ),
    tested="Made-up eyes: the share of a square wave of glances by 25° within 2 %.",
    formula="facing the screen, and within 12° (sideways) and 10° (up, down) of the gaze held most "
    "while facing; left beyond 1.25 × that",
    source=_SOURCE,
    algorithm_version=4,
    minimum_hz=8.0,
    conditions=EYE_OPENNESS.conditions,
    hidden_by=(reasons.HEAD_TURNED,),
    make=reads(Gaze, lambda gaze: gaze.on_screen),
)
