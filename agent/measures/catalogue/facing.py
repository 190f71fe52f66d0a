"""Whether the face is turned toward the screen, and when it looks away.

The head's direction is taken relative to the line of sight: the screen surrounds the camera, so a
child at the picture's side who turns to the camera turns to the screen. Where the screen is, the
child's own head shows: it is in the middle (the median) of the directions near the camera. "Lost"
is a third state, counted neither as facing nor as away.
"""

from __future__ import annotations

import math

from agent.measures import reasons
from agent.measures.baseline import DecayingHistogram, LearnedLevel
from agent.measures.conditions import HEAD_CONDITIONS, IOD_HEAD_PX
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Text
from agent.measures.results import BaselineState
from agent.measures.samplers import reads
from agent.measures.scene import LONG_GAP_MS, Scene

YAW_DEG = 20.0
PITCH_DEG = 15.0
LEAVE = 1.25  # away beyond 25° of yaw, facing again under 20°
SMALL_FACE = 1.2  # limits this much wider where angles tremble by some degrees
LEAST_AWAY_MS = 300
MERGE_MS = 200
READY_S = 10.0
FARTHEST_SCREEN_DEG = 15.0  # a child who looks elsewhere for long must not move the screen there
PRIOR_S = 3.0  # seconds for which a screen at the camera is believed before anything is seen

LOOK_AWAY = EventKind(
    id="look_away",
    label=Text("Face turned away from the screen", "Visage détourné de l'écran"),
    measure_id="facing_screen",
    amplitude="angle from the screen's direction, yaw and pitch together",
    amplitude_unit="deg",
    amplitude_decimals=0,
    lasting=True,
)


def _screen_angle() -> LearnedLevel:
    """On one axis."""
    held = DecayingHistogram(-FARTHEST_SCREEN_DEG, FARTHEST_SCREEN_DEG, 15)
    held.add(0.0, PRIOR_S)
    return LearnedLevel(held, lambda h: h.quantile(0.5), value=0.0)


class Facing(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._away = Episodes(
            LOOK_AWAY,
            on=LEAVE,
            off=1.0,
            least_ms=LEAST_AWAY_MS,
            merge_ms=MERGE_MS,
            seen_to_begin=True,
        )
        self._forget_stretch()
        self._forget()

    def _forget(self) -> None:
        self._yaw_deg, self._pitch_deg = _screen_angle(), _screen_angle()
        self._learned_s = 0.0
        self._stale = False

    @property
    def baseline_state(self) -> BaselineState:
        if self._learned_s >= READY_S:
            return BaselineState.READY
        return BaselineState.STALE if self._stale else BaselineState.LEARNING

    @property
    def facing(self) -> float:
        return 0.0 if self._away.on else 100.0

    @property
    def stretch_s(self) -> float:
        """For how long the face has been toward the screen."""
        return self._stretch_ms / 1000

    def update(self, scene: Scene) -> None:
        self._learn(scene)
        yaw = scene.yaw_deg - self._yaw_deg.value
        pitch = scene.pitch_deg - self._pitch_deg.value
        level = max(abs(yaw) / YAW_DEG, abs(pitch) / PITCH_DEG)
        if scene.seen_iod_px < IOD_HEAD_PX[0]:
            level /= SMALL_FACE
        self._away.feed(scene, level, amplitude=math.hypot(yaw, pitch))
        self._follow_stretch(scene.t_ms)

    def skip(self, scene: Scene) -> None:
        self._away.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._away.reset(scene)
        self._forget_stretch()
        if scene.unfamiliar:  # another camera, or child, has the screen elsewhere
            known = self.baseline_state is not BaselineState.LEARNING
            self._forget()
            self._stale = known

    def restart_baseline(self, scene: Scene) -> None:
        self._forget()

    def _forget_stretch(self) -> None:
        self._seen_ms = -LONG_GAP_MS - 1
        self._stretch_ms = 0

    def _follow_stretch(self, t_ms: int) -> None:
        if self._away.on or t_ms - self._seen_ms > LONG_GAP_MS:
            self._stretch_ms = 0
        else:
            self._stretch_ms += t_ms - self._seen_ms
        self._seen_ms = t_ms

    def _learn(self, scene: Scene) -> None:
        seconds = scene.learn_s
        self._learned_s += seconds
        if max(abs(scene.yaw_deg), abs(scene.pitch_deg)) > FARTHEST_SCREEN_DEG:
            return
        self._yaw_deg.learn(scene.yaw_deg, seconds)
        self._pitch_deg.learn(scene.pitch_deg, seconds)


FACING_SCREEN = Measure(
    id="facing_screen",
    group=Group.ORIENTATION,
    label=Text("Facing the screen", "Tourné vers l'écran"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    headline=True,
    needs=Text("The face in view.", "Le visage visible."),
    limits=Text(
        "The head's direction, not the eyes'. The screen is looked for within 15° of the camera; "
        "one farther off reads as away.",
        "La direction de la tête, pas celle des yeux. L'écran est cherché à moins de 15° de la "
        "caméra ; plus loin, il compte comme ailleurs.",
    ),
    formula="|yaw − yaw₀| < 20° and |pitch − pitch₀| < 15°, left beyond 1.25 × that; "
    "all 1.2 × as wide under 30 px between the eye corners; yaw₀ and pitch₀ are the medians of the "
    "directions within 15° of the camera, after 3 s at 0 to begin with; being turned away when "
    "first seen is no event",
    source="after the head-orientation criterion of tablet studies (|yaw| < 20°; Krishnappa Babu "
    "et al. 2023)",
    algorithm_version=8,
    minimum_hz=6.0,
    conditions=HEAD_CONDITIONS,
    hidden_by=(reasons.HEAD_TURNED,),
    make=reads(Facing, lambda detector: detector.facing),
)
