"""What the picture allows: frozen, dark, unevenly lit, blurred, too far, too few frames, moved."""

from __future__ import annotations

from dataclasses import dataclass

from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Text
from agent.measures.rates import NOMINAL_RATE
from agent.measures.samplers import reads
from agent.measures.scene import Scene

LEAST_MS = 1000
MERGE_MS = 1000
FEW_FRAMES_HZ = NOMINAL_RATE * 12.0  # under it blinks are no longer counted
ENOUGH_FRAMES_HZ = 12.0
CAMERA_MOVED = 0.3  # of the background's pixels changed
CAMERA_STILL = 0.15
CAMERA_LEAST_MS = 200


def _state(name: str, en: str, fr: str) -> EventKind:
    return EventKind(id=name, label=Text(en, fr), measure_id="picture_usable", lasting=True)


PICTURE_FROZEN = _state("picture_frozen", "Picture frozen", "Image figée")
TOO_DARK_STATE = _state("picture_dark", "Too dark", "Trop sombre")
UNEVEN_STATE = _state("picture_uneven", "Face lit from one side", "Visage éclairé d'un côté")
BLURRED_STATE = _state("picture_blurred", "Picture blurred", "Image floue")
FAR_STATE = _state("face_far", "Face too small for its details", "Visage trop petit en détail")
FEW_FRAMES = _state("few_frames", "Too few pictures per second", "Trop peu d'images par seconde")
CAMERA_MOVED_STATE = _state("camera_moved", "Camera moved", "Caméra déplacée")

_BY_CONDITION = {
    PICTURE_FROZEN: Condition.PICTURE_LIVE,
    TOO_DARK_STATE: Condition.LIGHT_DETAIL,
    UNEVEN_STATE: Condition.EVEN_LIGHT,
    BLURRED_STATE: Condition.SHARP,
    FAR_STATE: Condition.FACE_DETAIL,
}
_NEEDING_A_FACE = Condition.LIGHT_DETAIL | Condition.EVEN_LIGHT | Condition.SHARP
_HINDRANCES = int(_NEEDING_A_FACE | Condition.PICTURE_LIVE | Condition.FACE_DETAIL)


@dataclass(slots=True)
class _State:
    condition: int
    episodes: Episodes


class Situation(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._states = [
            _State(int(condition), _lasting(kind)) for kind, condition in _BY_CONDITION.items()
        ]
        self._few = Episodes(
            FEW_FRAMES,
            on=-FEW_FRAMES_HZ,
            off=-ENOUGH_FRAMES_HZ,
            least_ms=LEAST_MS,
            merge_ms=MERGE_MS,
        )
        self._moved = Episodes(
            CAMERA_MOVED_STATE,
            on=CAMERA_MOVED,
            off=CAMERA_STILL,
            least_ms=CAMERA_LEAST_MS,
            merge_ms=MERGE_MS,
        )
        self.usable = 0.0

    def update(self, scene: Scene) -> None:
        unmet = scene.conditions.unmet
        frozen = unmet & _FROZEN
        for state in self._states:
            if scene.face is None and not state.condition & _WITHOUT_A_FACE:
                state.episodes.skip(scene)
            else:
                state.episodes.feed(scene, float(bool(unmet & state.condition)))
        hz = scene.face_rate.hz
        if scene.seldom or hz == hz:
            self._few.feed(scene, 0.0 if scene.seldom else -hz)
        change = scene.observation.image.background_change
        if change == change and not frozen:
            self._moved.feed(scene, change)
        else:
            self._moved.skip(scene)
        hindered = unmet & _HINDRANCES or scene.face is None or self._few.on
        self.usable = 0.0 if hindered else 100.0

    def reset(self, scene: Scene) -> None:
        for state in self._states:
            state.episodes.reset(scene)
        self._few.reset(scene)
        self._moved.reset(scene)


_FROZEN = int(Condition.PICTURE_LIVE)
_WITHOUT_A_FACE = int(Condition.PICTURE_LIVE | Condition.LIGHT_DETAIL)


def _lasting(kind: EventKind) -> Episodes:
    return Episodes(kind, on=1.0, off=1.0, least_ms=LEAST_MS, merge_ms=MERGE_MS)


PICTURE_USABLE = Measure(
    id="picture_usable",
    group=Group.PRESENCE,
    label=Text("Picture good enough for the face's details", "Image suffisante pour le détail"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=Text("Frames.", "Des images."),
    limits=Text(
        "A face that is turned away or absent cannot show its details either.",
        "Un visage détourné ou absent ne montre pas non plus ses détails.",
    ),
    tested="Made-up pictures: the share of a square wave of darkness within 1 %; each state "
    "alone, its beginning within 0.5 s; darkness with and without a face, too.",
    formula="share of time with the face in view, and none of: frozen, dark, lit from one side, "
    "blurred, too small, under 12 pictures a second",
    source="conditions below",
    algorithm_version=3,
    minimum_hz=0.0,
    conditions=Condition.NONE,
    make=reads(Situation, lambda situation: situation.usable),
)
