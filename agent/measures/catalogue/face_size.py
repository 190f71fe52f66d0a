"""How large the face is in the picture: what every other measure of the face depends on."""

from __future__ import annotations

from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure
from agent.measures.labels import Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene

_NEEDS = Text("The face in view.", "Le visage visible.")
_CONDITIONS = Condition.FACE | Condition.PICTURE_LIVE


class FaceWidth(Sampler):
    def sample(self, scene: Scene) -> float:
        return 100.0 * scene.face_width_px / scene.width


class EyeDistance(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.seen_iod_px


FACE_WIDTH = Measure(
    id="face_width",
    group=Group.PRESENCE,
    label=Text("Face width, of the picture", "Largeur du visage, de l'image"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    needs=_NEEDS,
    limits=Text(
        "Shrinks when the head turns; it is no distance.",
        "Diminue quand la tête tourne ; ce n'est pas une distance.",
    ),
    formula="‖p234 − p454‖ / picture width",
    source="MediaPipe face landmarker",
    minimum_hz=2.0,
    conditions=_CONDITIONS,
    make=FaceWidth,
)
EYE_DISTANCE = Measure(
    id="eye_distance",
    group=Group.PRESENCE,
    label=Text("Distance between the outer eye corners", "Distance entre les coins des yeux"),
    unit="px",
    decimals=0,
    low=0,
    needs=_NEEDS,
    limits=Text(
        "In depth too, so turning the head hardly changes it; it is no distance from the camera.",
        "Profondeur comprise : tourner la tête ne le change guère ; ce n'est pas une distance à la "
        "caméra.",
    ),
    tested="In a recording, the same within 1 % up to 30° of yaw, where the corners in the "
    "picture come 10 % closer.",
    formula="‖p33 − p263‖ with MediaPipe's depth",
    source="MediaPipe face landmarks",
    algorithm_version=2,
    minimum_hz=2.0,
    conditions=_CONDITIONS,
    make=EyeDistance,
)
