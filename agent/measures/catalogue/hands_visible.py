"""Whether a hand of the patient is in view."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure, Over
from agent.measures.labels import Reason, Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene
from agent.observation.joints import HANDS

NONE_HELD_MS = 1200  # without a wrist in view hands are looked for once a second


class HandsVisible(Sampler):
    """A hand before a face is often not found; one elsewhere in the picture is."""

    def sample(self, scene: Scene) -> float | Reason:
        if scene.hands_found:
            return 100.0
        hands, pose = scene.hands, scene.fresh_pose
        looked = hands is not None and scene.t_ms - hands.t_ms <= NONE_HELD_MS and not hands.hands
        if all(scene.hand_out(side) or (looked and scene.hand_off_face(side)) for side in HANDS):
            return 0.0
        if pose is None or not pose.present:
            return reasons.NO_BODY
        if looked:
            return reasons.HAND_NOT_FOUND
        return reasons.NO_WRIST if scene.wrists_out else reasons.NO_HANDS_RESULT


HANDS_VISIBLE = Measure(
    id="hands_visible",
    group=Group.HANDS,
    label=Text("Hand in view", "Main visible"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=10_000,
    needs=Text("Head and shoulders in view.", "La tête et les épaules visibles."),
    limits=Text(
        "Fast hands blur and are missed; a hand on the face is often not found. Withheld while "
        "none is found and one may be on the face.",
        "Les mains rapides sont floues et manquées ; une main sur le visage l'est souvent aussi. "
        "Non donnée quand aucune n'est trouvée et qu'une peut être sur le visage.",
    ),
    tested="Made-up hands: 100 %. A real hand over mouth and nose, its wrist outside the frame, is "
    "not found, and withheld throughout.",
    formula="share of measurable time with at least one hand of the child found; none: each pose "
    "of the last second puts each hand more than 0.3 shoulder widths outside the frame, or as far "
    "from the face and no hand was found",
    source="MediaPipe hand landmarker and pose wrists",
    landmarker=Landmarker.POSE,
    algorithm_version=3,
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    hidden_by=reasons.HAND_UNSEEN,
    make=HandsVisible,
)
