"""Whether a hand of the patient is in view."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.conditions import Condition
from agent.measures.declare import Group, Landmarker, Measure, Over, Sampler
from agent.measures.scene import Scene
from agent.measures.words import Reason, Text

HANDS_HELD_MS = 500


class HandsVisible(Sampler):
    """Without a wrist in view the hands are looked for once a second."""

    def sample(self, scene: Scene) -> float | Reason:
        hands, pose = scene.hands, scene.fresh_pose
        if hands is not None and scene.t_ms - hands.t_ms <= HANDS_HELD_MS:
            return 100.0 if hands.hands else 0.0
        if scene.hands_out:
            return 0.0
        if pose is None or not pose.present:
            return reasons.NO_BODY
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
        "Fast hands blur and are missed; a hand on the face is often not found.",
        "Les mains rapides sont floues et manquées ; une main sur le visage l'est souvent aussi.",
    ),
    measured="At rest: 0 % on photographs without hands. Synthetic: 100 % with them.",
    formula="share of measurable time with at least one hand of the child found",
    source="MediaPipe hand landmarker and pose wrists",
    landmarker=Landmarker.POSE,
    algorithm_version=2,
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    make=HandsVisible,
)
