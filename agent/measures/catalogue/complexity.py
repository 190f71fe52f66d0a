"""How varied movement is over time: sample entropy summed over scales of 1/30 to 1/3 s.

Noise, smoothing and compression change it: compare only the same camera, size and bit rate.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from agent.measures.catalogue.head_motion import head_centre
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.entropy import TOLERANCE, coarse_grained, sample_entropy
from agent.measures.face_regions import RegionMotion
from agent.measures.facial_actions import FEATURE_CONDITIONS, MOUTH_CONDITIONS
from agent.measures.labels import Reason, Text
from agent.measures.samplers import reads
from agent.measures.scene import Scene

GRID_HZ = 30.0
SAMPLES = 2000  # 200 at the largest scale; 67 s
SCALES = 10
LONGEST_STEP_MS = 100  # bridged by a straight line; a longer one starts anew
EVERY_MS = 20_000

NOT_LONG_ENOUGH = Reason(
    "not_long_enough",
    Text(
        "This needs 67 seconds of the face without a break. It is shown after that.",
        "Il faut 67 secondes de visage sans interruption. La valeur vient ensuite.",
    ),
)


Point = tuple[float, float]


class Series:
    """A signal on an even grid, without a break, and its complexity, worked out bit by bit."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=SAMPLES)
        self._next_s = math.nan
        self._last: tuple[int, float] | None = None
        self._steps: Iterator[None] | None = None  # of what is being worked on
        self._began_ms = -EVERY_MS
        self.complexity: float | Reason = NOT_LONG_ENOUGH

    def clear(self) -> None:
        self._levels.clear()
        self._last = None
        self._steps = None
        self._began_ms = -EVERY_MS
        self.complexity = NOT_LONG_ENOUGH

    def add(self, t_ms: int, level: float) -> None:
        if self._last is not None and t_ms - self._last[0] > LONGEST_STEP_MS:
            self.clear()
        if self._last is None:
            self._next_s = t_ms / 1000
        else:
            self._fill(*self._last, t_ms, level)
        self._last = (t_ms, level)

    def work(self, t_ms: int) -> bool:
        """One step at most, so that no single frame waits for all. True: it did something."""
        if self._steps is None:
            if len(self._levels) < SAMPLES or t_ms - self._began_ms < EVERY_MS:
                return False
            self._began_ms = t_ms
            self._steps = self._measure(np.array(self._levels))
        try:
            next(self._steps)
        except StopIteration:
            self._steps = None
        return True

    def _fill(self, from_ms: int, from_level: float, to_ms: int, to_level: float) -> None:
        while self._next_s * 1000 <= to_ms:
            share = (self._next_s * 1000 - from_ms) / (to_ms - from_ms)
            self._levels.append(from_level + share * (to_level - from_level))
            self._next_s += 1 / GRID_HZ

    def _measure(self, signal: np.ndarray) -> Iterator[None]:
        radius = TOLERANCE * float(signal.std())
        if radius == 0:
            self.complexity = NOT_LONG_ENOUGH  # nothing varies: there is nothing to tell
            return
        total = 0.0
        for scale in range(1, SCALES + 1):
            total += yield from sample_entropy(coarse_grained(signal, scale), radius)
        self.complexity = NOT_LONG_ENOUGH if math.isnan(total) else total


class Complexity(Detector):
    """Of the unsmoothed speeds of the head, the brows and the mouth."""

    def __init__(self, detectors: Detectors) -> None:
        self._regions = detectors.of(RegionMotion)
        self.series = {name: Series() for name in ("head", "brows", "mouth")}
        self._before: tuple[int, Point] | None = None

    def update(self, scene: Scene) -> None:
        motion = self._regions.updated(scene)
        centre = head_centre(scene.points)
        steps = motion.unsmoothed()
        if steps and self._before is not None:
            before_ms, before = self._before
            moved_px = math.dist(centre, before)
            speed = moved_px / scene.iod_px * 1000 / (scene.t_ms - before_ms)
            self.series["head"].add(scene.t_ms, speed)
            self.series["brows"].add(scene.t_ms, steps["brows"])
            if "mouth" in steps:
                self.series["mouth"].add(scene.t_ms, steps["mouth"])
            any(series.work(scene.t_ms) for series in self.series.values())
        self._before = (scene.t_ms, centre)

    def reset(self, scene: Scene) -> None:
        self._before = None
        for series in self.series.values():
            series.clear()


def _of(name: str) -> Callable[[Complexity], float | Reason]:
    return lambda complexity: complexity.series[name].complexity


def _complexity(name: str, label: Text) -> Measure:
    return Measure(
        id=f"complexity_{name}",
        group=Group.COMPLEXITY,
        label=label,
        unit="1",
        decimals=1,
        low=0,
        over=Over.MEAN,
        display_window_ms=60_000,
        needs=Text(
            "67 seconds of the face without a break, at least 24 pictures a second.",
            "67 secondes de visage sans interruption, au moins 24 images par seconde.",
        ),
        limits=Text(
            "Noise, compression and smoothing change it: compare only one camera and bit rate.",
            "Le bruit, la compression et le lissage la changent : ne comparer qu'à caméra et débit "
            "identiques.",
        ),
        tested="White noise within 0.12 of theory at each scale; 1/f noise flat at 1.8 as "
        "published, read 0.13 too high in 2000 samples.",
        formula="sum over scales 1 to 10 of the sample entropy (m = 2, r = 0.15 SD) of the speed "
        "from frame to frame at 30 Hz, 2000 samples, renewed every 20 s",
        source="Richman & Moorman 2000; Costa et al. 2002; region series after Krishnappa Babu "
        "et al. 2021",
        minimum_hz=24.0,
        algorithm_version=5,
        conditions=MOUTH_CONDITIONS if name == "mouth" else FEATURE_CONDITIONS,
        make=reads(Complexity, _of(name)),
    )


COMPLEXITY_HEAD = _complexity("head", Text("Variety of head movement", "Variété : tête"))
COMPLEXITY_BROWS = _complexity("brows", Text("Variety of brow movement", "Variété : sourcils"))
COMPLEXITY_MOUTH = _complexity("mouth", Text("Variety of mouth movement", "Variété : bouche"))
