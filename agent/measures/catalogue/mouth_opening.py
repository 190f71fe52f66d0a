"""How far the mouth is open, and when it opens."""

from __future__ import annotations

import math

from agent.measures import reasons
from agent.measures.baseline import Baseline
from agent.measures.declarations import Group, Measure
from agent.measures.detectors import Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.facial_actions import MOUTH_CONDITIONS
from agent.measures.geometry import Points
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene

UPPER_LIP, LOWER_LIP = 13, 14  # inner edges
RIGHT_CORNER, LEFT_CORNER = 61, 291
ON = 0.20
OFF = 0.10
LEAST_MS = 150
MERGE_MS = 100
CLOSED_QUANTILE = 0.1

MOUTH_OPEN = EventKind(
    id="mouth_open",
    label=Text("Mouth open", "Bouche ouverte"),
    measure_id="mouth_opening",
    amplitude="opening, of the mouth's width",
    amplitude_unit="1",
    lasting=True,
)


def opening_of_width(points: Points) -> float:
    """Of the lips' inner edges, in depth too: a turned mouth is as wide as before."""
    width = math.dist(points[RIGHT_CORNER], points[LEFT_CORNER])
    return math.dist(points[UPPER_LIP], points[LOWER_LIP]) / max(width, 1e-6)


class MouthOpening(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._closed = Baseline(CLOSED_QUANTILE, 0.0, 1.0, ready_s=2.0)
        self._openings = Episodes(MOUTH_OPEN, on=ON, off=OFF, least_ms=LEAST_MS, merge_ms=MERGE_MS)

    @property
    def baseline_state(self) -> BaselineState:
        return self._closed.state

    def sample(self, scene: Scene) -> float | Reason:
        ratio = opening_of_width(scene.points)
        if self._openings.shows_rest(scene.t_ms):
            self._closed.learn(ratio, scene.learn_s)
        if self._closed.state is BaselineState.LEARNING:
            return reasons.LEARNING
        opening = max(0.0, ratio - self._closed.value)
        self._openings.feed(scene, opening)
        return opening

    def skip(self, scene: Scene) -> None:
        self._openings.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._openings.reset(scene)
        if scene.unfamiliar:
            self._closed.doubt(stranger=scene.stranger)

    def restart_baseline(self, scene: Scene) -> None:
        self._openings.reset(scene)
        self._closed.restart()


MOUTH_OPENING = Measure(
    id="mouth_opening",
    group=Group.FACE,
    label=Text("Mouth opening", "Ouverture de la bouche"),
    unit="1",
    decimals=2,
    low=0,
    high=1.5,
    needs=Text(
        "The face in view, large enough, lit, turned under 40°.",
        "Le visage visible, assez grand, éclairé, tourné de moins de 40°.",
    ),
    limits=Text(
        "A mask is not noticed. Withheld while a hand is before the mouth: near it, and the lips "
        "not as red as usual. Where lips have the skin's colour, while a hand is close to the "
        "face. Speech opens the mouth too.",
        "Un masque n'est pas remarqué. Non donnée tant qu'une main est devant la bouche : près "
        "d'elle, et les lèvres moins rouges que d'habitude. Si elles ont la couleur de la peau, "
        "tant qu'une main est près du visage. Parler ouvre aussi la bouche.",
    ),
    tested="Made-up faces: beginning within 80 ms, height within 0.04; a mouth turned by 35° "
    "does not seem to open.",
    formula="‖p13 − p14‖ / ‖p61 − p291‖ (3-D) − its own P10; open from ≥ 0.20 until < 0.10",
    source="MediaPipe face landmarker",
    minimum_hz=8.0,
    algorithm_version=4,
    conditions=MOUTH_CONDITIONS,
    make=MouthOpening,
)
