"""Is the patient's face seen, and when was it lost."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Reason, Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene

FACE_LOST = EventKind(
    id="face_lost",
    label=Text("Child out of view", "Enfant hors de vue"),
    measure_id="face_present",
    lasting=True,
)
FACE_HIDDEN = EventKind(
    id="face_hidden",
    label=Text("Face turned away or covered", "Visage détourné ou caché"),
    measure_id="face_present",
    lasting=True,
)
LOST_MS = 1000  # a blink of the detector is not an event
MERGE_MS = 300
# With one of these the face may be there.
NOT_KNOWN = {
    reason.id: reason
    for reason in (
        reasons.LANDMARKER_FAILED,
        reasons.PERSON_UNCERTAIN,
        reasons.NOT_CONFIRMED,
        reasons.LOOKS_DRAWN,
        reasons.FACE_TOO_SMALL,
    )
}


class FacePresence(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._lost = Episodes(FACE_LOST, on=1.0, off=1.0, least_ms=LOST_MS, merge_ms=MERGE_MS)
        self._hidden = Episodes(FACE_HIDDEN, on=1.0, off=1.0, least_ms=LOST_MS, merge_ms=MERGE_MS)
        self._was_there = False

    def sample(self, scene: Scene) -> float | Reason:
        if scene.face is not None:
            self._was_there = True
            self._tell(scene, lost=False, hidden=False)
            return 100.0
        for why in scene.observation.reasons:
            if why in NOT_KNOWN:
                self.skip(scene)
                return NOT_KNOWN[why]
        pose = scene.fresh_pose
        if pose is None or not self._was_there:
            self.skip(scene)  # where the child is, is not known; nobody goes who never came
        else:
            self._tell(scene, lost=not pose.present, hidden=pose.present)
        return 0.0

    def _tell(self, scene: Scene, *, lost: bool, hidden: bool) -> None:
        self._lost.feed(scene, float(lost))
        self._hidden.feed(scene, float(hidden))

    def skip(self, scene: Scene) -> None:
        self._lost.skip(scene)
        self._hidden.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._lost.reset(scene)
        self._hidden.reset(scene)


FACE_PRESENT = Measure(
    id="face_present",
    group=Group.PRESENCE,
    label=Text("Face in view", "Visage visible"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=Text("A moving picture.", "Une image qui bouge."),
    limits=Text(
        "A face under 9 % of the picture's width is found only with head and shoulders.",
        "Un visage de moins de 9 % de la largeur n'est trouvé qu'avec la tête et les épaules.",
    ),
    tested="On none of 95 pictures of a clip without people. Made-up faces: turned away and out "
    "of view are told apart, each within 0.6 s.",
    formula="share of time in which the patient's face is found, of that in which it is known "
    "whether it is there; after 1 s without it, an "
    "event: with the body in view, turned away or covered; without, out of view",
    source="MediaPipe face landmarker, pose-guided crop",
    algorithm_version=3,
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    make=FacePresence,
)
