"""A hand in the picture that is not the child's."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Reason, Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene

LEAST_MS = 700
MERGE_MS = 700

OTHER_HANDS_EVENT = EventKind(
    id="other_hands",
    label=Text("Someone else's hand in view", "Main de quelqu'un d'autre visible"),
    measure_id="other_hands",
    amplitude="number",
    amplitude_unit="hands",
    amplitude_decimals=0,
    lasting=True,
)


class OtherHands(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._others = Episodes(
            OTHER_HANDS_EVENT, on=1.0, off=1.0, least_ms=LEAST_MS, merge_ms=MERGE_MS
        )

    def sample(self, scene: Scene) -> float | Reason:
        if scene.hands is None or scene.hands_found is None:
            self._others.skip(scene)
            return reasons.NO_HANDS_RESULT
        pose = scene.fresh_pose
        if pose is None or not pose.present:
            self._others.skip(scene)
            return reasons.NO_BODY
        self._others.feed(scene, float(scene.hands.others))
        return 100.0 if self._others.on else 0.0

    def skip(self, scene: Scene) -> None:
        self._others.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._others.reset(scene)


OTHER_HANDS = Measure(
    id="other_hands",
    group=Group.PRESENCE,
    label=Text("Someone else's hand in view", "Main de quelqu'un d'autre visible"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=Text(
        "The child's shoulders in view, and a wrist, so that hands are looked for.",
        "Les épaules de l'enfant visibles, et un poignet, pour que les mains soient cherchées.",
    ),
    limits=Text(
        "Two hands at most are found in a picture: with both of the child's in view, another may "
        "be missed.",
        "Deux mains au plus sont trouvées par image : si les deux de l'enfant sont visibles, une "
        "autre peut manquer.",
    ),
    tested="Made-up hands: beginning and end within 0.25 s.",
    formula="share of looks for hands with one farther than 1.2 shoulder widths from both of the "
    "child's wrists; an event from 0.7 s on",
    source="MediaPipe hand landmarker and pose wrists",
    landmarker=Landmarker.HANDS,
    algorithm_version=2,
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    make=OtherHands,
)
