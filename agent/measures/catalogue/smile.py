"""Smiles: the raised corners of the mouth, above this child's own resting level."""

from __future__ import annotations

from collections.abc import Callable

from agent.measures import reasons
from agent.measures.baseline import Baseline
from agent.measures.blendshapes import (
    EYE_SQUINT_LEFT,
    EYE_SQUINT_RIGHT,
    MOUTH_SMILE_LEFT,
    MOUTH_SMILE_RIGHT,
)
from agent.measures.catalogue.eye_openness import CLOSED, Eyelids
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.events import EventKind
from agent.measures.facial_actions import MOUTH_CONDITIONS, RESTING_QUANTILE, FacialAction
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import reads
from agent.measures.scene import Scene

NARROWED = 0.15  # of the eyes' squint above rest

# Faces at rest on the sample clips have 0.00 to 0.08, smiles from 0.5 on.
MOST_AT_REST = 0.25

# On the talking clip a crying face with its eyes closed reads 0.9, as a smile does.
CLOSED_MS = 300  # longer than a blink
UNDER_CLOSED_EYES = Reason(
    "smile_under_closed_eyes",
    Text(
        "The eyes are closed and the corners of the mouth raised, as in a smile or in a grimace. "
        "This is shown when the eyes open.",
        "Les yeux sont fermés et les coins de la bouche levés, comme dans un sourire ou une "
        "grimace. La valeur revient quand les yeux s'ouvrent.",
    ),
)

NO_SMILE = Reason(
    "no_smile",
    Text(
        "No smile at the moment. Its two sides are compared when there is one.",
        "Pas de sourire en ce moment. Ses deux côtés sont comparés quand il y en a un.",
    ),
)

SMILE_EVENT = EventKind(
    id="smile",
    label=Text("Smile", "Sourire"),
    measure_id="smile",
    amplitude="intensity",
    amplitude_unit="1",
    lasting=True,
)


class Smiles(FacialAction):
    kind = SMILE_EVENT
    left = (MOUTH_SMILE_LEFT,)
    right = (MOUTH_SMILE_RIGHT,)
    most_at_rest = MOST_AT_REST

    def __init__(self, detectors: Detectors) -> None:
        self._eyelids = detectors.of(Eyelids)
        self._squint_rest = Baseline(RESTING_QUANTILE, 0.0, 1.0)
        self._open_ms = 0  # when the eyes were last seen open
        super().__init__(detectors)

    def _withhold(self, reason: Reason) -> None:
        super()._withhold(reason)
        self.with_eyes: float | Reason = reason

    def update(self, scene: Scene) -> None:
        openness = self._eyelids.updated(scene).both
        if isinstance(openness, Reason) or openness >= CLOSED:
            self._open_ms = scene.t_ms
        if scene.t_ms - self._open_ms >= CLOSED_MS:
            self._tell_under_closed_eyes(scene)
            return
        super().update(scene)
        if self.active == 0.0:
            self.asymmetry = NO_SMILE
        squint = (scene.blend[EYE_SQUINT_LEFT] + scene.blend[EYE_SQUINT_RIGHT]) / 2
        if self.active != 100.0:
            self._squint_rest.learn(squint, scene.learn_s)
        if self._squint_rest.state is BaselineState.LEARNING or isinstance(self.active, Reason):
            self.with_eyes = reasons.LEARNING
            return
        narrowed = squint - self._squint_rest.value >= NARROWED
        self.with_eyes = self.active if narrowed else 0.0

    def _tell_under_closed_eyes(self, scene: Scene) -> None:
        """Corners that are not raised are no smile; those that are may be a grimace's."""
        levels = self._levels(scene)
        is_known = self.baseline_state is not BaselineState.LEARNING
        if is_known and sum(self._rises(levels)) / 2 >= self.off:
            self.skip(scene)
            self._withhold(UNDER_CLOSED_EYES)
            return
        self._tell(scene, levels)
        if self.active == 0.0:
            self.asymmetry, self.with_eyes = NO_SMILE, 0.0

    def reset(self, scene: Scene) -> None:
        super().reset(scene)
        if scene.unfamiliar:
            self._squint_rest.doubt(stranger=scene.stranger)

    def restart_baseline(self, scene: Scene) -> None:
        super().restart_baseline(scene)
        self._squint_rest.restart()


_LIMITS = Text(
    "A movement of the mouth, whatever the child feels: speech sounds (/i/, /s/) and a grimace "
    "raise it too; crying does, and is told apart only by closed eyes. A child who smiles from the "
    "start is read up to 0.25 too low.",
    "Un mouvement de la bouche, quoi que ressente l'enfant : certains sons (/i/, /s/) et une "
    "grimace l'augmentent aussi ; des pleurs également, reconnus aux seuls yeux fermés. Un enfant "
    "qui sourit dès le début est lu jusqu'à 0,25 trop bas.",
)


def _smile(
    measure_id: str,
    label: Text,
    formula: str,
    read: Callable[[Smiles], float | Reason],
    *,
    share: bool = False,
    headline: bool = False,
    limits: Text = _LIMITS,
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.FACE,
        label=label,
        unit="%" if share else "1",
        decimals=0 if share else 2,
        low=0,
        high=100 if share else 1,
        over=Over.SHARE if share else Over.MEAN,
        display_window_ms=60_000 if share else 1000,
        headline=headline,
        needs=Text(
            "The face in view, large enough, lit, turned under 40°, and five seconds to learn its "
            "resting level. Raised corners need open eyes.",
            "Le visage visible, assez grand, éclairé, tourné de moins de 40°, et cinq secondes "
            "pour apprendre son niveau de repos. Des coins levés demandent des yeux ouverts.",
        ),
        limits=limits,
        tested="Made-up faces: beginning and end within 80 ms, height within 0.03.",
        formula=formula,
        source="MediaPipe blend shapes mouthSmileLeft/Right",
        minimum_hz=8.0,
        algorithm_version=6,
        conditions=MOUTH_CONDITIONS,
        hidden_by=(UNDER_CLOSED_EYES,) if share else (),
        make=reads(Smiles, read),
    )


SMILE = _smile(
    "smile",
    Text("Smile intensity", "Intensité du sourire"),
    "mean of mouthSmileLeft and Right, each less its own P10 (first minute, then half-life 5 min, "
    "not learned during a smile, 0.25 at most)",
    lambda smiles: smiles.intensity,
)
SMILE_TIME = _smile(
    "smile_time",
    Text("Smiling", "Sourire"),
    "share of measurable time with intensity from ≥ 0.35 until < 0.25",
    lambda smiles: smiles.active,
    share=True,
    headline=True,
)
SMILE_EYES_TIME = _smile(
    "smile_eyes_time",
    Text("Smile with eye narrowing", "Sourire avec plissement des yeux"),
    "smiling, and mean of eyeSquintLeft and Right ≥ 0.15 above its own P10",
    lambda smiles: smiles.with_eyes,
    share=True,
    limits=Text(
        "Two movements at once, no more. Bright light narrows the eyes too.",
        "Deux mouvements à la fois, rien de plus. Une lumière vive plisse aussi les yeux.",
    ),
)
SMILE_ASYMMETRY = Measure(
    id="smile_asymmetry",
    group=Group.FACE,
    label=Text("Smile, left more than right", "Sourire, gauche plus que droite"),
    unit="1",
    decimals=2,
    low=-1,
    high=1,
    needs=Text(
        f"{SMILE.needs.en} And a smile.",
        f"{SMILE.needs.fr} Et un sourire.",
    ),
    limits=Text(
        "A turned head shows one side better: compare facing moments.",
        "Une tête tournée montre mieux un côté : comparer des moments de face.",
    ),
    tested="Made-up faces: within 0.03; withheld without a smile.",
    formula="mouthSmileLeft − mouthSmileRight, each less its own P10 (0.25 at most), while the "
    "intensity is that of a smile",
    source=SMILE.source,
    minimum_hz=8.0,
    algorithm_version=6,
    conditions=MOUTH_CONDITIONS,
    make=reads(Smiles, lambda smiles: smiles.asymmetry),
)
