"""Smiles: the raised corners of the mouth, above this child's own resting level."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.baseline import Baseline
from agent.measures.blendshapes import MOUTH_SMILE_LEFT, MOUTH_SMILE_RIGHT
from agent.measures.conditions import Condition
from agent.measures.declare import Detector, EventKind, Group, Measure, Over, Reads
from agent.measures.episodes import Episodes
from agent.measures.results import BaselineState
from agent.measures.scene import Scene
from agent.measures.words import Reason, Text

ON = 0.35
OFF = 0.25
LEAST_MS = 300
MERGE_MS = 200
RESTING_QUANTILE = 0.1
LONGEST_FREEZE_MS = 30_000  # a "smile" that long may be a wrong resting level: learn again

SMILE_EVENT = EventKind(
    id="smile",
    label=Text("Smile", "Sourire"),
    measure_id="smile",
    amplitude_unit="1",
    lasting=True,
)


class Smiles(Detector):
    def __init__(self) -> None:
        self._resting = Baseline(RESTING_QUANTILE, 0.0, 1.0)
        self._smiles = Episodes(SMILE_EVENT, on=ON, off=OFF, least_ms=LEAST_MS, merge_ms=MERGE_MS)
        self.intensity: float | Reason = reasons.LEARNING
        self.smiling: float | Reason = reasons.LEARNING

    @property
    def baseline_state(self) -> BaselineState:
        return self._resting.state

    def update(self, scene: Scene) -> None:
        raw = (scene.blend[MOUTH_SMILE_LEFT] + scene.blend[MOUTH_SMILE_RIGHT]) / 2
        if not self._smiles.on or self._smiles.lasted_ms(scene.t_ms) > LONGEST_FREEZE_MS:
            self._resting.learn(raw, min(scene.interval_ms, 200) / 1000)
        if self._resting.state is BaselineState.LEARNING:
            self.intensity = self.smiling = reasons.LEARNING
            return
        intensity = max(0.0, raw - self._resting.value)
        self._smiles.feed(scene, intensity)
        self.intensity = intensity
        self.smiling = 100.0 if self._smiles.on else 0.0

    def skip(self, scene: Scene) -> None:
        self._smiles.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._smiles.reset(scene)
        if scene.track_changed:
            self._resting.mark_stale()

    def restart_baseline(self, scene: Scene) -> None:
        self._smiles.reset(scene)
        self._resting.restart()


_NEEDS = Text(
    "The face in view, large enough, lit, turned under 40°, and five seconds to learn its "
    "resting level.",
    "Le visage visible, assez grand, éclairé, tourné de moins de 40°, et cinq secondes pour "
    "apprendre son niveau de repos.",
)
_LIMITS = Text(
    "A movement of the mouth, whatever the child feels. Speech sounds (/i/, /s/) raise it too; a "
    "child who smiles from the start is read too low.",
    "Un mouvement de la bouche, quoi que ressente l'enfant. Certains sons (/i/, /s/) l'augmentent "
    "aussi ; un enfant qui sourit dès le début est sous-estimé.",
)
_CONDITIONS = (
    Condition.FACE
    | Condition.PICTURE_LIVE
    | Condition.FACE_DETAIL
    | Condition.FACE_ANGLE
    | Condition.LIGHT_DETAIL
    | Condition.SHARP
)
_SOURCE = "MediaPipe blend shapes mouthSmileLeft/Right"

SMILE = Measure(
    id="smile",
    group=Group.FACE,
    label=Text("Smile intensity", "Intensité du sourire"),
    unit="1",
    decimals=2,
    low=0,
    high=1,
    needs=_NEEDS,
    limits=_LIMITS,
    formula="mean(mouthSmileLeft, mouthSmileRight) − its own P10 (first minute, then half-life "
    "5 min, not learned during a smile)",
    source=_SOURCE,
    minimum_hz=8.0,
    conditions=_CONDITIONS,
    make=lambda: Reads(Smiles, lambda smiles: smiles.intensity),
)
SMILE_TIME = Measure(
    id="smile_time",
    group=Group.FACE,
    label=Text("Smiling", "Sourire"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    headline=True,
    needs=_NEEDS,
    limits=_LIMITS,
    formula="share of measurable time with intensity from ≥ 0.35 until < 0.25",
    source=_SOURCE,
    minimum_hz=8.0,
    conditions=_CONDITIONS,
    make=lambda: Reads(Smiles, lambda smiles: smiles.smiling),
)
