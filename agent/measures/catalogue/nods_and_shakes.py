"""Up-and-down and side-to-side movements of the head, as movements: not as yes and no."""

from __future__ import annotations

from collections import deque

from agent.measures.conditions import HEAD_CONDITIONS
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.events import EventKind
from agent.measures.labels import Text
from agent.measures.results import Quality
from agent.measures.samplers import reads
from agent.measures.scene import LEAST_RISE_IOD_PER_DEG, LONG_GAP_MS, Scene
from agent.measures.turning_points import Swing, SwingFinder

LEAST_SWING_DEG = 6.0  # peak to peak
LEAST_SWING_IOD_PX = 40.0  # on a smaller face, whose angles tremble more, more is needed
SHORTEST_SWING_MS, LONGEST_SWING_MS = 120, 550  # half cycles of 1 to 4 Hz
LEAST_SWINGS = 2
DOMINANCE = 2.0  # over what the other axis does meanwhile
REST_MS = 400  # a nod of 6° at 1 Hz stays half as long at its turning points
OVER_AFTER_MS = LONGEST_SWING_MS + REST_MS
REMEMBERED_MS = 5000  # of the other axis: seldom does a movement last longer

NOD = EventKind(
    id="head_nod",
    label=Text("Up-and-down head movement", "Mouvement de tête de haut en bas"),
    measure_id="nod_rate",
    amplitude="angle of a single swing",
    amplitude_unit="deg",
    amplitude_decimals=0,
)
SHAKE = EventKind(
    id="head_shake",
    label=Text("Side-to-side head movement", "Mouvement de tête d'un côté à l'autre"),
    measure_id="shake_rate",
    amplitude="angle of a single swing",
    amplitude_unit="deg",
    amplitude_decimals=0,
)


class _Axis:
    """Consecutive swings of one axis that are fast and large enough."""

    def __init__(self, kind: EventKind, *, raises_eyes: bool) -> None:
        self._kind = kind
        self._raises_eyes = raises_eyes
        self._finder = SwingFinder(LEAST_SWING_DEG / 2, REST_MS)
        self.forget()

    def forget(self) -> None:
        self._finder.clear()
        self._swings: list[Swing] = []
        self._meanwhile: deque[tuple[int, float, float]] = deque()  # the other axis, the eyes' rise
        self._quality = Quality.GOOD
        self.finished = 0  # in this frame

    def follow(self, scene: Scene, angle: float, other: float) -> None:
        self.finished = 0
        self._meanwhile.append((scene.t_ms, other, scene.eyes_rise_iod))
        while self._meanwhile[0][0] < scene.t_ms - REMEMBERED_MS:
            self._meanwhile.popleft()
        swing = self._finder.add(scene.t_ms, angle)
        if swing is not None:
            if (
                _fits(swing, scene.seen_iod_px)
                and (not self._raises_eyes or self._seen_in_eyes(swing))
                and (not self._swings or swing.from_ms == self._swings[-1].to_ms)
            ):
                self._swings.append(swing)
                self._quality = max(self._quality, scene.quality)
            else:
                self._finish(scene)
        elif self._swings and scene.t_ms - self._swings[-1].to_ms > OVER_AFTER_MS:
            self._finish(scene)

    def _seen_in_eyes(self, swing: Swing) -> bool:
        """They rose and fell with the head: the mouth alone shifts the fitted pitch, too."""
        rises = [rise for t_ms, _, rise in self._meanwhile if swing.from_ms <= t_ms <= swing.to_ms]
        return (rises[-1] - rises[0]) / swing.size >= LEAST_RISE_IOD_PER_DEG

    def _finish(self, scene: Scene) -> None:
        swings, quality = self._swings, self._quality
        self._swings, self._quality = [], Quality.GOOD
        if len(swings) < LEAST_SWINGS:
            return
        size = max(abs(s.size) for s in swings)
        from_ms, to_ms = swings[0].from_ms, swings[-1].to_ms
        others = [other for t_ms, other, _ in self._meanwhile if from_ms <= t_ms <= to_ms]
        if size < DOMINANCE * (max(others) - min(others)):
            return
        scene.events.add(
            self._kind,
            swings[0].from_ms,
            peak_ms=swings[0].to_ms,
            offset_ms=swings[-1].to_ms,
            amplitude=size,
            quality=quality,
        )
        self.finished = 1


def _fits(swing: Swing, iod_px: float) -> bool:
    lasted_ms = swing.to_ms - swing.from_ms
    least_deg = LEAST_SWING_DEG * max(1.0, LEAST_SWING_IOD_PX / iod_px)
    return SHORTEST_SWING_MS <= lasted_ms <= LONGEST_SWING_MS and abs(swing.size) >= least_deg


class HeadSwings(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._nods, self._shakes = _Axis(NOD, raises_eyes=True), _Axis(SHAKE, raises_eyes=False)
        self._last_ms = 0

    @property
    def nods(self) -> float:
        return float(self._nods.finished)

    @property
    def shakes(self) -> float:
        return float(self._shakes.finished)

    def update(self, scene: Scene) -> None:
        if scene.t_ms - self._last_ms > LONG_GAP_MS:
            self.reset(scene)
        self._last_ms = scene.t_ms
        self._nods.follow(scene, scene.pitch_deg, scene.yaw_deg)
        self._shakes.follow(scene, scene.yaw_deg, scene.pitch_deg)

    def reset(self, scene: Scene) -> None:
        self._nods.forget()
        self._shakes.forget()


def _rate(measure_id: str, kind: EventKind, label: Text, formula: str) -> Measure:
    return Measure(
        id=measure_id,
        group=Group.HEAD,
        label=label,
        unit="/min",
        decimals=1,
        low=0,
        over=Over.RATE,
        display_window_ms=60_000,
        needs=Text(
            "The face in view, at least 15 pictures a second.",
            "Le visage visible, au moins 15 images par seconde.",
        ),
        limits=Text(
            "A movement, not its meaning. Talking moves the head too.",
            "Un mouvement, pas son sens. Parler fait aussi bouger la tête.",
        ),
        tested="Made-up heads: single ones of 12° within 0.4 and 0.8 s, and two cycles of 14° at "
        "1.2 to 3 Hz, on the right axis; none of 4°, at 0.3 Hz, of one look down that rests "
        "there, of a turn to another place, or on both axes; a mouth that shifts the fitted "
        "pitch by 7° is no nod.",
        formula=formula,
        source="turning points of head pitch and yaw, 1 to 4 Hz",
        algorithm_version=6,
        minimum_hz=15.0,
        minimum_seconds=20.0,
        conditions=HEAD_CONDITIONS,
        make=reads(HeadSwings, (lambda s: s.nods) if kind is NOD else (lambda s: s.shakes)),
    )


_FORMULA = (
    "≥ 2 swings in a row, each from one turning point (or rest) to the next, of ≥ 6° (on a face "
    "with eye corners under 40 px apart, × 40 px / their distance) in 0.12 to 0.55 s, the largest "
    "twice what {} does meanwhile"
)
NOD_RATE = _rate(
    "nod_rate",
    NOD,
    Text("Up-and-down head movements per minute", "Mouvements de tête haut-bas par minute"),
    f"pitch: {_FORMULA.format('yaw')}; with each, the eyes and the bridge of the nose rise or fall "
    "in the picture by ≥ 0.004 IOD a degree",
)
SHAKE_RATE = _rate(
    "shake_rate",
    SHAKE,
    Text("Side-to-side head movements per minute", "Mouvements de tête latéraux par minute"),
    f"yaw: {_FORMULA.format('pitch')}",
)
