"""Where the head points: relative to the line of sight to the camera, and to the camera's axis.

The first is what a picture of a face shows, wherever in the frame it is: 0 is a face straight at
the camera. The second, a head parallel to the camera's axis, depends on the field of view.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.measures.conditions import HEAD_CONDITIONS
from agent.measures.declarations import Group, Measure
from agent.measures.detectors import Detector, Detectors
from agent.measures.geometry import head_angles_deg, off_axis
from agent.measures.labels import Text
from agent.measures.samplers import Sampler, reads
from agent.measures.scene import LEFT_OUTER_CANTHUS, RIGHT_OUTER_CANTHUS, Scene

_NEEDS = Text(
    "The face in view, turned less than about 60°.",
    "Le visage visible, tourné de moins de 60° environ.",
)
_LIMITS = Text(
    "Mean error about 2° within 45° of yaw; a turn of 45° reads 1 to 4° too small. A head held up "
    "or down by habit, and a face's own proportions, shift the pitch by up to 3°.",
    "Erreur moyenne d'environ 2° jusqu'à 45° de rotation ; une rotation de 45° se lit de 1 à 4° "
    "trop petite. Un port de tête habituel et les proportions du visage décalent l'inclinaison "
    "de 3° au plus.",
)
_AXIS_LIMITS = Text(
    "The camera's field of view is assumed (65° across the longer side): 10° more or less put a "
    "face at the picture's edge wrong by 5°, one in the middle not at all.",
    "Le champ de la caméra est supposé (65° sur le grand côté) : 10° de plus ou de moins "
    "faussent de 5° un visage au bord de l'image, et pas du tout un visage au centre.",
)
_SOURCE = (
    "weak-perspective fit (Umeyama 1991) of MediaPipe's canonical face without its jaw; measured "
    "on renderings of known angles, see agent/measures/geometry.py"
)


class Yaw(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.yaw_deg


class Pitch(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.pitch_deg


class Roll(Sampler):
    def sample(self, scene: Scene) -> float:
        return scene.roll_deg


class AxisAngles(Detector):
    def update(self, scene: Scene) -> None:
        a, b = scene.points[RIGHT_OUTER_CANTHUS], scene.points[LEFT_OUTER_CANTHUS]
        size = scene.width, scene.height
        turned = off_axis(scene.turned, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, *size)
        self.yaw, self.pitch, self.roll = head_angles_deg(turned)


def _angle(
    measure_id: str,
    label: Text,
    formula: str,
    make: Callable[[Detectors], Sampler],
    *,
    most_deg: float = 90,
    headline: bool = False,
    limits: Text = _LIMITS,
    algorithm_version: int = 4,
) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.HEAD,
        label=label,
        unit="deg",
        decimals=0,
        low=-most_deg,
        high=most_deg,
        headline=headline,
        needs=_NEEDS,
        limits=limits,
        formula=formula,
        source=_SOURCE,
        algorithm_version=algorithm_version,
        minimum_hz=2.0,
        conditions=HEAD_CONDITIONS,
        make=make,
    )


def _axis_angle(
    measure_id: str, label: Text, formula: str, read: Callable[[AxisAngles], float]
) -> Measure:
    return _angle(
        measure_id,
        label,
        formula,
        reads(AxisAngles, read),
        most_deg=180,
        limits=_AXIS_LIMITS,
        algorithm_version=3,
    )


HEAD_YAW = _angle(
    "head_yaw",
    Text("Head turned (+ to the child's left)", "Tête tournée (+ vers la gauche de l'enfant)"),
    "atan2(R02, R22), and of what that is 8 % × (it / 45°)², 8 % from 45° on, more; 0 is a face "
    "straight at the camera",
    Yaw,
    headline=True,
)
HEAD_PITCH = _angle(
    "head_pitch",
    Text("Head raised (+ up)", "Tête levée (+ vers le haut)"),
    "asin(R12); 0 is a face straight at the camera",
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
)
HEAD_YAW_AXIS = _axis_angle(
    "head_yaw_axis",
    Text(
        "Head turned, relative to the camera's axis (+ to the child's left)",
        "Tête tournée par rapport à l'axe de la caméra (+ vers la gauche de l'enfant)",
    ),
    "as head_yaw, R turned by the ray to the face",
    lambda angles: angles.yaw,
)
HEAD_PITCH_AXIS = _axis_angle(
    "head_pitch_axis",
    Text(
        "Head raised, relative to the camera's axis (+ up)",
        "Tête levée par rapport à l'axe de la caméra (+ vers le haut)",
    ),
    "as head_pitch, R turned by the ray to the face",
    lambda angles: angles.pitch,
)
HEAD_ROLL_AXIS = _axis_angle(
    "head_roll_axis",
    Text(
        "Head tilted, relative to the camera's axis (+ to the child's left shoulder)",
        "Tête penchée par rapport à l'axe de la caméra (+ vers l'épaule gauche de l'enfant)",
    ),
    "as head_roll, R turned by the ray to the face",
    lambda angles: angles.roll,
)
