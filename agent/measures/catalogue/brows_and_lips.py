"""Raised brows, lowered brows, pressed lips: movements, above this child's own resting level."""

from __future__ import annotations

from agent.measures.blendshapes import (
    BROW_DOWN_LEFT,
    BROW_DOWN_RIGHT,
    BROW_INNER_UP,
    BROW_OUTER_UP_LEFT,
    BROW_OUTER_UP_RIGHT,
    MOUTH_PRESS_LEFT,
    MOUTH_PRESS_RIGHT,
)
from agent.measures.conditions import IOD_DETAIL_PX, Condition
from agent.measures.declarations import Group, Measure
from agent.measures.events import EventKind
from agent.measures.facial_actions import FEATURE_CONDITIONS, MOUTH_CONDITIONS, FacialAction
from agent.measures.labels import Text
from agent.measures.samplers import reads


def _kind(measure_id: str, label: Text) -> EventKind:
    return EventKind(
        id=measure_id,
        label=label,
        measure_id=measure_id,
        amplitude="intensity",
        amplitude_unit="1",
        lasting=True,
    )


BROWS_RAISED = _kind("brow_raise", Text("Brows raised", "Sourcils levés"))
BROWS_LOWERED = _kind("brow_lower", Text("Brows lowered", "Sourcils baissés"))
LIPS_PRESSED = _kind("lip_press", Text("Lips pressed", "Lèvres serrées"))


class BrowRaise(FacialAction):
    kind = BROWS_RAISED
    sharp_iod_px = IOD_DETAIL_PX[0]
    left = (BROW_INNER_UP, BROW_OUTER_UP_LEFT)
    right = (BROW_INNER_UP, BROW_OUTER_UP_RIGHT)


class BrowLower(FacialAction):
    kind = BROWS_LOWERED
    sharp_iod_px = IOD_DETAIL_PX[0]
    left = (BROW_DOWN_LEFT,)
    right = (BROW_DOWN_RIGHT,)


class LipPress(FacialAction):
    """The model never reports more than about 0.3 of it."""

    kind = LIPS_PRESSED
    sharp_iod_px = IOD_DETAIL_PX[0]
    left = (MOUTH_PRESS_LEFT,)
    right = (MOUTH_PRESS_RIGHT,)
    on = 0.18
    off = 0.10


def _movement(
    measure_id: str,
    label: Text,
    formula: str,
    limits: Text,
    detector: type[FacialAction],
    conditions: Condition = FEATURE_CONDITIONS,
    minimum_hz: float = 8.0,
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.FACE,
        label=label,
        unit="1",
        decimals=2,
        low=0,
        high=1,
        needs=Text(
            "The face in view, large enough, lit, turned under 40°, and five seconds to learn its "
            "resting level.",
            "Le visage visible, assez grand, éclairé, tourné de moins de 40°, et cinq secondes "
            "pour apprendre son niveau de repos.",
        ),
        limits=limits,
        tested="Made-up faces: beginning and end within 80 ms, height within 0.03.",
        formula=f"{formula}, less its own P10; event from ≥ {detector.on:g} until < "
        f"{detector.off:g} (with eye corners under {detector.sharp_iod_px:g} px apart, × that / "
        "their distance), 300 ms or longer",
        source="MediaPipe blend shapes",
        minimum_hz=minimum_hz,
        algorithm_version=5,
        conditions=conditions,
        make=reads(detector, lambda raised: raised.intensity),
    )


_BROW_LIMITS = Text(
    "Looking up or down moves the brows in the picture too; a fringe hides them.",
    "Lever ou baisser la tête déplace aussi les sourcils dans l'image ; une frange les cache.",
)
BROW_RAISE = _movement(
    "brow_raise",
    Text("Brow raise", "Sourcils levés, intensité"),
    "mean of browInnerUp and browOuterUpLeft/Right",
    _BROW_LIMITS,
    BrowRaise,
)
BROW_LOWER = _movement(
    "brow_lower",
    Text("Brow lowering", "Sourcils baissés, intensité"),
    "mean of browDownLeft/Right",
    Text(
        f"{_BROW_LIMITS.en} Weakly seen by the model: a plain frown on a sample clip reads 0.03 to "
        "0.3 and is no event.",
        f"{_BROW_LIMITS.fr} Mal vu par le modèle : sur un extrait, un net froncement se lit de "
        "0,03 à 0,3 et n'est pas un événement.",
    ),
    BrowLower,
)
LIP_PRESS = _movement(
    "lip_press",
    Text("Lip press", "Lèvres serrées, intensité"),
    "mean of mouthPressLeft/Right",
    Text(
        "Weakly seen by the model; speech presses the lips too.",
        "Mal vu par le modèle ; parler serre aussi les lèvres.",
    ),
    LipPress,
    MOUTH_CONDITIONS,
    minimum_hz=15.0,
)
