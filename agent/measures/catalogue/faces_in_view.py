"""How many faces are in the picture, and when the patient is not alone in it."""

from __future__ import annotations

from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure
from agent.measures.detectors import Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene

SECOND_FACE = EventKind(
    id="second_face",
    label=Text("Second face in view", "Deuxième visage visible"),
    measure_id="faces_in_view",
    amplitude="number",
    amplitude_unit="faces",
    amplitude_decimals=0,
    lasting=True,
)
LEAST_MS = 700  # shorter sightings are often a picture on the wall, or nothing
MERGE_MS = 700


class FacesInView(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._second = Episodes(SECOND_FACE, on=2.0, off=2.0, least_ms=LEAST_MS, merge_ms=MERGE_MS)

    def sample(self, scene: Scene) -> float:
        faces = float(scene.observation.faces_seen)
        self._second.feed(scene, faces)
        return faces

    def skip(self, scene: Scene) -> None:
        self._second.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._second.reset(scene)


FACES_IN_VIEW = Measure(
    id="faces_in_view",
    group=Group.PRESENCE,
    label=Text("Faces in view", "Visages visibles"),
    unit="faces",
    decimals=0,
    low=0,
    needs=Text("A moving picture.", "Une image qui bouge."),
    limits=Text(
        "Toys, photographs, portraits and animals may count; small faces may not.",
        "Jouets, photos, portraits, animaux peuvent compter ; de petits visages manquent parfois.",
    ),
    formula="number of faces found in the whole picture, without drawn ones",
    algorithm_version=2,
    source="MediaPipe face landmarker",
    minimum_hz=2.0,
    conditions=Condition.PICTURE_LIVE,
    make=FacesInView,
)
