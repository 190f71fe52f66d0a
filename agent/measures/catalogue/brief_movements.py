"""Brief movements of the face that come again in the same form: for a person to look at.

A candidate leaves a place and comes back within 0.7 s. It is told when two earlier ones moved the
same landmarks the same way. Blinks and the movements of speech are not among them.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from agent.measures import reasons
from agent.measures.catalogue.expressivity import MouthMoving
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.events import EventKind
from agent.measures.face_regions import REGIONS, Floats, RegionMotion, displacements
from agent.measures.facial_actions import FEATURE_CONDITIONS
from agent.measures.labels import Reason, Text
from agent.measures.results import Quality
from agent.measures.rolling_median import RollingMedian
from agent.measures.samplers import reads
from agent.measures.scene import LONG_GAP_MS, Scene

USUAL_MS = 30_000
LEARN_MS = 5000
FASTEST_IOD_S = 8.0  # of what the usual speed is kept in
DEVIATIONS = 6.0  # median absolute ones above the usual speed
LEAST_IOD_S = 0.25
LEAST_IOD = 0.025  # of displacement at the peak: about 2 px of a face 90 px between the eyes
BACK = 0.5  # of the peak's displacement: then it is over
SHORTEST_MS, LONGEST_MS = 50, 700
SPEECH_MS = 700  # that may show only after it that it was speech
FAST_HEAD_DPS = 60.0  # the head's own frame trembles while it turns fast
ALIKE = 0.8  # cosine between displacements
EARLIER = 2
REMEMBERED_MS = 600_000
REMEMBERED = 60
SPOKEN = ("mouth", "cheeks")


def _kind(region: str, en: str, fr: str) -> EventKind:
    return EventKind(
        id=f"brief_movement_{region}",
        label=Text(
            f"Brief repeated movement, {en} (for review)", f"Mouvement bref répété, {fr} (à revoir)"
        ),
        measure_id="brief_movement_rate",
        amplitude="displacement of the region",
        amplitude_unit="IOD",
    )


BRIEF_BROWS = _kind("brows", "brows", "sourcils")
BRIEF_CHEEKS = _kind("cheeks", "cheeks", "joues")
BRIEF_MOUTH = _kind("mouth", "mouth", "bouche")
KINDS = {"brows": BRIEF_BROWS, "cheeks": BRIEF_CHEEKS, "mouth": BRIEF_MOUTH}


class _Usual:
    """A region's usual speed and how much it varies."""

    def __init__(self) -> None:
        self._median = RollingMedian(USUAL_MS, 0.0, FASTEST_IOD_S, 800, every_ms=100)
        self._deviation = RollingMedian(USUAL_MS, 0.0, FASTEST_IOD_S, 800, every_ms=100)

    @property
    def ready(self) -> bool:
        return self._median.span_ms >= LEARN_MS

    def exceeded(self, t_ms: int, speed: float) -> bool:
        """By this sample, which is then learned."""
        limit = self._median.value + DEVIATIONS * self._deviation.value
        self._median.add(t_ms, speed)
        self._deviation.add(t_ms, abs(speed - self._median.value))
        return speed > max(limit, LEAST_IOD_S)


@dataclass(slots=True)
class _Movement:
    onset_ms: int
    start: Floats  # the face's shape before it
    quality: Quality
    peak: float = 0.0  # displacement in IOD of the region that moved most
    peak_ms: int = 0
    region: str = ""
    form: Floats | None = None  # displacement of all landmarks at the peak, of length 1
    offset_ms: int = 0


class BriefMovements(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._mouth = detectors.of(MouthMoving)
        self._regions = detectors.of(RegionMotion)
        self._usual = {region: _Usual() for region in REGIONS}
        self._past: deque[_Movement] = deque(maxlen=REMEMBERED)
        self._forget_course()

    def _forget_course(self) -> None:
        self._current: _Movement | None = None
        self._waiting: deque[_Movement] = deque()  # until it is clear that they were no speech
        self._rested = True  # since the last one: the end of a movement begins none
        self._speech_ms = -SPEECH_MS
        self._last_ms = 0
        self.told: float | Reason = reasons.STARTING

    def update(self, scene: Scene) -> None:
        if scene.t_ms - self._last_ms > LONG_GAP_MS:
            self._forget_course()
        self._last_ms = scene.t_ms
        motion = self._regions.updated(scene)
        if self._mouth.updated(scene).moving == 100.0:
            self._speech_ms = scene.t_ms
        fast = [r for r, usual in self._usual.items() if self._exceeds(scene, motion, r, usual)]
        if self._current is not None:
            self._rested = False
            self._follow(scene, self._current, motion.shape)
        elif not fast:
            self._rested = True
        elif self._rested and abs(scene.yaw_speed_dps) + abs(scene.pitch_speed_dps) < FAST_HEAD_DPS:
            onset_ms, start = motion.before
            self._current = _Movement(onset_ms, start, scene.quality)
        told = 0
        while self._waiting and scene.t_ms - self._waiting[0].offset_ms >= SPEECH_MS:
            told += self._is_told(scene, self._waiting.popleft())
        self.told = float(told)
        if not self._usual["mouth"].ready:
            self.told = reasons.LEARNING

    @staticmethod
    def _exceeds(scene: Scene, motion: RegionMotion, region: str, usual: _Usual) -> bool:
        speed = motion.speeds[region]
        return isinstance(speed, float) and usual.exceeded(scene.t_ms, speed)

    def reset(self, scene: Scene) -> None:
        self._forget_course()
        if scene.unfamiliar:
            self.restart_baseline(scene)

    def restart_baseline(self, scene: Scene) -> None:
        self._usual = {region: _Usual() for region in REGIONS}
        self._past.clear()

    def _follow(self, scene: Scene, movement: _Movement, shape: Floats) -> None:
        moved = displacements(movement.start, shape)
        region = max(moved, key=lambda name: moved[name])
        if moved[region] > movement.peak:
            movement.peak, movement.peak_ms, movement.region = moved[region], scene.t_ms, region
            form = (shape - movement.start).ravel()
            movement.form = form / (math.sqrt(float(form @ form)) or 1.0)
        lasted_ms = scene.t_ms - movement.onset_ms
        if lasted_ms > LONGEST_MS:
            self._current = None
        elif moved[movement.region] <= BACK * movement.peak and movement.peak_ms < scene.t_ms:
            self._current = None
            movement.offset_ms = scene.t_ms
            if lasted_ms >= SHORTEST_MS and movement.peak >= LEAST_IOD:
                self._waiting.append(movement)

    def _is_told(self, scene: Scene, movement: _Movement) -> bool:
        spoken = self._speech_ms >= movement.onset_ms - SPEECH_MS
        if movement.region not in KINDS or (spoken and movement.region in SPOKEN):
            return False
        while self._past and self._past[0].onset_ms < scene.t_ms - REMEMBERED_MS:
            self._past.popleft()
        alike = sum(_alike(movement, earlier) for earlier in self._past)
        self._past.append(movement)
        if alike < EARLIER:
            return False
        scene.events.add(
            KINDS[movement.region],
            movement.onset_ms,
            peak_ms=movement.peak_ms,
            offset_ms=movement.offset_ms,
            amplitude=movement.peak,
            quality=movement.quality,
        )
        return True


def _alike(one: _Movement, other: _Movement) -> bool:
    if one.region != other.region or one.form is None or other.form is None:
        return False
    return float(np.dot(one.form, other.form)) > ALIKE


BRIEF_MOVEMENT_RATE = Measure(
    id="brief_movement_rate",
    group=Group.FACE,
    label=Text(
        "Brief repeated movements per minute (for review)",
        "Mouvements brefs répétés par minute (à revoir)",
    ),
    unit="/min",
    decimals=1,
    low=0,
    over=Over.RATE,
    display_window_ms=60_000,
    needs=Text(
        "The face in view, large enough, lit, turned under 40°, at least 24 pictures a second.",
        "Le visage visible, assez grand, éclairé, tourné de moins de 40°, au moins 24 images par "
        "seconde.",
    ),
    limits=Text(
        "Offered for review, not recognised: chewing, grimaces in play and habits look alike. Told "
        "from the third time on, 0.7 s after it. Movements of the eyes alone, or of the mouth and "
        "cheeks around speech, are left out, and so is what the head does.",
        "Proposés pour relecture, non reconnus : mâcher, grimaces de jeu et habitudes se "
        "ressemblent. Dits à partir de la troisième fois, 0,7 s après. Les mouvements des yeux "
        "seuls, ou de la bouche et des joues autour de la parole, sont exclus, comme ceux de la "
        "tête.",
    ),
    tested="Made-up faces: jerks of 0.08 IOD and 0.35 s told from the third on, in brows, cheeks "
    "and mouth; never blinks, syllables, yawns, or jerks in another direction.",
    formula="a region's speed over its median + 6 MAD (30 s) and ≥ 0.25 IOD/s begins it; the "
    "region that moved most (brows, cheeks or mouth) leaves its place by ≥ 0.025 IOD and is half "
    "back within 50 to 700 ms; two earlier ones within 10 min with a cosine > 0.8 between "
    "displacements",
    source="recurrence of displacement patterns in the head's own frame, after facial-tic studies",
    minimum_hz=24.0,
    minimum_seconds=20.0,
    algorithm_version=4,
    conditions=FEATURE_CONDITIONS,
    make=reads(BriefMovements, lambda found: found.told),
)
