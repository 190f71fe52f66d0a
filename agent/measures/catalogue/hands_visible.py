"""Whether a hand of the patient is in view."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.body import LEFT_SHOULDER, RIGHT_SHOULDER
from agent.measures.conditions import Condition
from agent.measures.declare import Group, Landmarker, Measure, Over, Sampler
from agent.measures.scene import Scene
from agent.measures.words import Reason, Text
from agent.perception.observation import Pose

HANDS_HELD_MS = 500
POSE_HELD_MS = 400
HAND_OF_SHOULDERS = 0.5  # a hand's length, of the shoulders' width
LEFT_WRIST, RIGHT_WRIST = 15, 16


def hands_surely_out(pose: Pose) -> bool:
    """Both wrists are farther outside the frame than a hand is long.

    A hand may be in view whose wrist is not: one on the face of a child close to the camera.
    """
    left, right, *_ = pose.landmarks[[LEFT_SHOULDER, RIGHT_SHOULDER]].tolist()
    reach = HAND_OF_SHOULDERS * abs(left[0] - right[0])  # of the frame's width; frames are wide
    return all(
        min(x, y) < -reach or max(x, y) > 1 + reach
        for x, y, _ in pose.landmarks[[LEFT_WRIST, RIGHT_WRIST]].tolist()
    )


class HandsVisible(Sampler):
    """The hands are looked for only while a wrist is in view."""

    def sample(self, scene: Scene) -> float | Reason:
        hands, pose = scene.hands, scene.pose
        if hands is not None and scene.t_ms - hands.t_ms <= HANDS_HELD_MS:
            return 100.0 if hands.hands else 0.0
        if pose is None or not pose.present or scene.t_ms - pose.t_ms > POSE_HELD_MS:
            return reasons.NO_BODY
        return 0.0 if hands_surely_out(pose) else reasons.NO_HANDS_RESULT


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
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    make=HandsVisible,
)
