"""Where the head points, relative to the camera's axis."""

from __future__ import annotations

from agent.measures.conditions import Condition
from agent.measures.declare import Group, Measure, Sampler
from agent.measures.scene import Scene
from agent.measures.words import Text

_NEEDS = Text(
    "The face in view, turned less than about 60°.",
    "Le visage visible, tourné de moins de 60° environ.",
)
_LIMITS = Text(
    "Mean error about 3° within 45° of yaw; larger turns read too small. A face far from the "
    "picture's centre is seen from the side by the camera itself.",
    "Erreur moyenne d'environ 3° jusqu'à 45° de rotation ; au-delà, la valeur est trop petite. "
    "Un visage loin du centre de l'image est vu de côté par la caméra elle-même.",
)
_SOURCE = "MediaPipe facial transformation matrix; signs tested on mirrored and rotated faces"
_CONDITIONS = Condition.FACE | Condition.PICTURE_LIVE | Condition.FACE_SIZE | Condition.LIGHT


class Yaw(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.yaw_deg


class Pitch(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.pitch_deg


class Roll(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.roll_deg


def _angle(
    measure_id: str, label: Text, formula: str, make: type[Sampler], *, headline: bool
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.HEAD,
        label=label,
        unit="deg",
        decimals=0,
        low=-90,
        high=90,
        headline=headline,
        needs=_NEEDS,
        limits=_LIMITS,
        formula=formula,
        source=_SOURCE,
        minimum_hz=2.0,
        conditions=_CONDITIONS,
        make=make,
    )


HEAD_YAW = _angle(
    "head_yaw",
    Text("Head turned (+ to the child's left)", "Tête tournée (+ vers la gauche de l'enfant)"),
    "atan2(R02, R22)",
    Yaw,
    headline=True,
)
HEAD_PITCH = _angle(
    "head_pitch",
    Text("Head raised (+ up)", "Tête levée (+ vers le haut)"),
    "asin(R12)",
    Pitch,
    headline=True,
)
HEAD_ROLL = _angle(
    "head_roll",
    Text(
        "Head tilted (+ to the child's left shoulder)",
        "Tête penchée (+ vers l'épaule gauche de l'enfant)",
    ),
    "−atan2(R10, R11)",
    Roll,
    headline=False,
)
