"""Whether a hand of the patient is in view."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.catalogue.movement import LEAST_VISIBILITY, MARGIN
from agent.measures.conditions import Condition
from agent.measures.declare import Group, Landmarker, Measure, Over, Sampler
from agent.measures.scene import Scene
from agent.measures.words import Reason, Text
from agent.perception.observation import Pose

HANDS_HELD_MS = 500
POSE_HELD_MS = 400
LEFT_WRIST, RIGHT_WRIST = 15, 16


def wrist_in_view(pose: Pose) -> bool:
    for wrist in (LEFT_WRIST, RIGHT_WRIST):
        x, y = pose.landmarks[wrist, 0], pose.landmarks[wrist, 1]
        inside = MARGIN <= x <= 1 - MARGIN and MARGIN <= y <= 1 - MARGIN
        if inside and pose.visibility[wrist] >= LEAST_VISIBILITY:
            return True
    return False


class HandsVisible(Sampler):
    """The hands are looked for only while a wrist is in view: without one there is no hand."""

    def sample(self, scene: Scene) -> float | Reason:
        hands, pose = scene.hands, scene.pose
        if hands is not None and scene.t_ms - hands.t_ms <= HANDS_HELD_MS:
            return 100.0 if hands.hands else 0.0
        if pose is None or not pose.present or scene.t_ms - pose.t_ms > POSE_HELD_MS:
            return reasons.NO_BODY
        return reasons.NO_HANDS_RESULT if wrist_in_view(pose) else 0.0


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
    formula="share of measurable time with at least one hand of the child found",
    source="MediaPipe hand landmarker and pose wrists",
    landmarker=Landmarker.POSE,
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    make=HandsVisible,
)
