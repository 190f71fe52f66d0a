"""Blinks and longer eye closures, from each eye's own rolling baseline.

A fixed threshold on the blink blend shapes finds 41 % of blinks: their resting level and their
peaks (0.3 to 0.7) differ between children and between the eyes of one child.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from agent.measures import reasons
from agent.measures.blendshapes import EYE_BLINK_LEFT, EYE_BLINK_RIGHT
from agent.measures.conditions import Condition
from agent.measures.declare import EventKind, Group, Measure, Over, Sampler
from agent.measures.results import BaselineState, Quality
from agent.measures.rolling import RollingMedian
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.measures.words import Reason, Text
from agent.perception.observation import Side

BASELINE_MS = 20_000
RECENT_MS = 3000  # eyes that open after long being closed show their open level within half of it
LEARN_MS = 1500
ON = 0.15  # above the eyes' own median
OFF = 0.10
OFF_OF_PEAK = 0.33  # a closure is over when the lids are two thirds back
RISE = 0.10  # from the last low point: a second blink need not start from fully open
LONGEST_BLINK_MS = 500
SHORTEST_BLINK_MS = 40
REFRACTORY_MS = 100
CLOSURE_PEAK = 0.30  # lowered lids (reading, looking down) stay under it
FAST_PITCH_DPS = 60.0  # a nod moves the lids in the picture
ONE_SIDED = 0.33  # the other eye moves less than this much of it

BLINK = EventKind(
    id="blink",
    label=Text("Blink", "Clignement"),
    measure_id="blink_rate",
    amplitude_unit="1",
)
EYE_CLOSURE = EventKind(
    id="eye_closure",
    label=Text("Eyes closed or lowered", "Yeux fermés ou baissés"),
    measure_id="blink_rate",
    amplitude_unit="1",
    lasting=True,
)


class _OpenLevel:
    """An open eye's level: the lower of the long and the recent median.

    The long one holds through a look down, the recent one recovers after a long closure.
    """

    def __init__(self) -> None:
        self._long = RollingMedian(BASELINE_MS, 0.0, 1.0, 200)
        self._recent = RollingMedian(RECENT_MS, 0.0, 1.0, 200)

    @property
    def ready(self) -> bool:
        return self._long.span_ms >= LEARN_MS

    def rise(self, t_ms: int, level: float) -> float:
        """Above the open level before this sample, which is then learned."""
        rise = level - min(self._long.value, self._recent.value)
        self._long.add(t_ms, level)
        self._recent.add(t_ms, level)
        return rise


@dataclass(slots=True)
class _Closure:
    onset_ms: int
    peak_ms: int
    quality: Quality
    peak: float = 0.0
    left: float = 0.0
    right: float = 0.0
    nodding: bool = False
    event_id: int = 0  # of the eye closure, once it is longer than a blink

    @property
    def side(self) -> Side:
        if self.right < ONE_SIDED * self.left:
            return Side.LEFT
        if self.left < ONE_SIDED * self.right:
            return Side.RIGHT
        return Side.BOTH


class Blinks(Sampler):
    """Samples are the blinks that ended with this frame."""

    def __init__(self) -> None:
        self._left, self._right = _OpenLevel(), _OpenLevel()
        self._closure: _Closure | None = None
        self._last_ms = -LONG_GAP_MS - 1
        self._forget_course()

    @property
    def baseline_state(self) -> BaselineState:
        return BaselineState.READY if self._left.ready else BaselineState.LEARNING

    def sample(self, scene: Scene) -> float | Reason:
        if scene.t_ms - self._last_ms > LONG_GAP_MS:
            self.reset(scene)
        ready = self._left.ready
        left = self._left.rise(scene.t_ms, scene.blend[EYE_BLINK_LEFT])
        right = self._right.rise(scene.t_ms, scene.blend[EYE_BLINK_RIGHT])
        if not ready:
            return reasons.LEARNING
        blinks = self._follow(scene, left, right)
        self._last_level = (left + right) / 2
        self._last_ms = scene.t_ms
        return float(blinks)

    def skip(self, scene: Scene) -> None:
        if scene.t_ms - self._last_ms > LONG_GAP_MS:
            self.reset(scene)

    def reset(self, scene: Scene) -> None:
        if self._closure and self._closure.event_id:
            self._end_long(scene, self._closure, self._last_ms, interrupted=True)
        self._forget_course()

    def restart_baseline(self, scene: Scene) -> None:
        self._left, self._right = _OpenLevel(), _OpenLevel()

    def _forget_course(self) -> None:
        self._closure = None
        self._last_ms = -LONG_GAP_MS - 1
        self._last_level = math.nan
        self._lowest = math.inf  # since the last closure; infinite: an onset was not seen
        self._last_offset_ms = -REFRACTORY_MS

    def _follow(self, scene: Scene, left: float, right: float) -> int:
        level = (left + right) / 2
        closure = self._closure
        if closure is None:
            self._lowest = min(self._lowest, level)
            if level < ON or level - self._lowest < RISE:
                return 0
            onset_ms = self._crossing_ms(scene.t_ms, level, ON)
            closure = self._closure = _Closure(onset_ms, scene.t_ms, scene.quality)
        elif level < max(OFF, OFF_OF_PEAK * closure.peak):
            return self._end(scene, closure, level)
        self._deepen(scene, closure, left, right)
        return 0

    def _deepen(self, scene: Scene, closure: _Closure, left: float, right: float) -> None:
        level = (left + right) / 2
        closure.left = max(closure.left, left)
        closure.right = max(closure.right, right)
        closure.quality = max(closure.quality, scene.quality)
        if level > closure.peak:
            closure.peak, closure.peak_ms = level, scene.t_ms
            closure.nodding |= abs(scene.pitch_speed_dps) > FAST_PITCH_DPS
        long = scene.t_ms - closure.onset_ms > LONGEST_BLINK_MS
        if long and closure.peak >= CLOSURE_PEAK and not closure.event_id and not closure.nodding:
            closure.event_id = scene.events.begin(
                EYE_CLOSURE, closure.onset_ms, side=closure.side, quality=closure.quality
            )

    def _end(self, scene: Scene, closure: _Closure, level: float) -> int:
        offset_ms = self._crossing_ms(scene.t_ms, level, max(OFF, OFF_OF_PEAK * closure.peak))
        self._closure = None
        self._lowest = level
        lasted_ms = offset_ms - closure.onset_ms
        again_too_soon = closure.onset_ms - self._last_offset_ms < REFRACTORY_MS
        self._last_offset_ms = offset_ms
        if closure.event_id:
            self._end_long(scene, closure, offset_ms)
            return 0
        if closure.nodding or again_too_soon:
            return 0
        if not SHORTEST_BLINK_MS <= lasted_ms <= LONGEST_BLINK_MS:
            return 0
        scene.events.add(
            BLINK,
            closure.onset_ms,
            peak_ms=closure.peak_ms,
            offset_ms=offset_ms,
            amplitude=closure.peak,
            side=closure.side,
            quality=closure.quality,
        )
        return 1

    @staticmethod
    def _end_long(
        scene: Scene, closure: _Closure, offset_ms: int, *, interrupted: bool = False
    ) -> None:
        scene.events.end(
            closure.event_id,
            offset_ms,
            peak_ms=closure.peak_ms,
            amplitude=closure.peak,
            side=closure.side,
            quality=closure.quality,
            reason=scene.interruption if interrupted else None,
        )

    def _crossing_ms(self, t_ms: int, level: float, threshold: float) -> int:
        """When the level crossed the threshold since the last sample, on a straight line."""
        change = level - self._last_level
        if not abs(change) > 1e-9:
            return t_ms
        share = (threshold - self._last_level) / change
        return round(self._last_ms + max(0.0, min(1.0, share)) * (t_ms - self._last_ms))


BLINK_RATE = Measure(
    id="blink_rate",
    group=Group.EYES,
    label=Text("Blinks per minute", "Clignements par minute"),
    unit="/min",
    decimals=0,
    low=0,
    over=Over.RATE,
    display_window_ms=60_000,
    headline=True,
    needs=Text(
        "Half a minute of the face in view within a minute, eyes lit and large enough, head "
        "turned under 28°, at least 12 pictures a second.",
        "Une demi-minute de visage visible par minute, yeux éclairés et assez grands, tête tournée "
        "de moins de 28°, au moins 12 images par seconde.",
    ),
    limits=Text(
        "Unsteady under a few minutes: look at the interval. Looking down quickly may count.",
        "Instable en dessous de quelques minutes : voir l'intervalle. Un regard rapide vers le bas "
        "peut compter.",
    ),
    formula="mean rise of eyeBlinkLeft/Right over each eye's median (the lower of 20 s and 3 s) "
    "≥ 0.15, 40–500 ms; "
    "count / measurable minutes, Poisson interval",
    source="MediaPipe blend shapes; threshold measured on labelled clips",
    minimum_hz=12.0,
    minimum_seconds=30.0,
    conditions=Condition.FACE
    | Condition.PICTURE_LIVE
    | Condition.FACE_DETAIL
    | Condition.EYES_ANGLE
    | Condition.LIGHT_DETAIL
    | Condition.EVEN_LIGHT
    | Condition.SHARP,
    make=Blinks,
)
