"""Repetitive hand movement and rocking of the body, with their frequency.

Candidates for a person to look at: a wave or clapping is repetitive too.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from agent.measures import reasons
from agent.measures.body import Body
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Reason, Text
from agent.measures.periodogram import NO_RHYTHM, Peak, strongest
from agent.measures.samplers import reads
from agent.measures.scene import Scene
from agent.observation import Side
from agent.observation.joints import LEFT_SHOULDER, RIGHT_SHOULDER

HAND_WINDOW_MS, BODY_WINDOW_MS = 3000, 10_000
HAND_BAND_HZ, BODY_BAND_HZ = (2.0, 7.0), (0.3, 1.5)
HAND_FASTEST_HZ, BODY_FASTEST_HZ = 7.0, 4.0  # a body bounces faster than it rocks
HAND_LEAST_SW, BODY_LEAST_SW = 0.08, 0.05  # amplitude in shoulder widths
LEAST_CONCENTRATION = 0.5
LEAST_CYCLES = 3
LEAST_MS = 700  # two looks agree
MERGE_MS = 1200
LEAST_OF_WINDOW = 0.8  # that must hold samples
LARGEST_STEP_MS = 400  # between two samples of one stretch
LAG_MS = 250  # from a frame to the observation that carries its hands
PALM = [0, 5, 9, 13, 17]  # landmarks: fingers wave for themselves

HAND_REPETITION = EventKind(
    id="repetitive_hand_movement",
    label=Text("Repetitive hand movement", "Mouvement répétitif de la main"),
    measure_id="hand_repetition_time",
    amplitude="frequency",
    amplitude_unit="Hz",
    amplitude_decimals=1,
    lasting=True,
)
BODY_ROCKING = EventKind(
    id="body_rocking",
    label=Text("Rocking of the body", "Balancement du corps"),
    measure_id="rocking_time",
    amplitude="frequency",
    amplitude_unit="Hz",
    amplitude_decimals=1,
    lasting=True,
)
NO_REPETITION = Reason(
    "no_repetition",
    Text(
        "No repetitive movement at the moment. This is shown when there is one.",
        "Pas de mouvement répétitif en ce moment. La valeur est affichée quand il y en a un.",
    ),
)


class Track:
    """The last seconds of a few coordinates, in shoulder widths."""

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self._samples: deque[tuple[int, tuple[float, ...]]] = deque()

    def add(self, t_ms: int, levels: tuple[float, ...]) -> None:
        samples = self._samples
        if samples and not 0 < t_ms - samples[-1][0] <= LARGEST_STEP_MS:
            samples.clear()
        samples.append((t_ms, levels))
        while samples[0][0] < t_ms - self._window_ms:
            samples.popleft()

    def clear(self) -> None:
        self._samples.clear()

    @property
    def span_s(self) -> float:
        return (self._samples[-1][0] - self._samples[0][0]) / 1000 if self._samples else 0.0

    @property
    def full(self) -> bool:
        return self.span_s * 1000 >= LEAST_OF_WINDOW * self._window_ms

    def recent(self, t_ms: int) -> bool:
        return bool(self._samples) and t_ms - self._samples[-1][0] <= LARGEST_STEP_MS + LAG_MS

    def peak(
        self,
        band_hz: tuple[float, float],
        fastest_hz: float,
        near_hz: float,
        least_amplitude: float,
    ) -> Peak | Reason:
        """Of the coordinate that swings most.

        What hardly moved did not swing at any frequency, however few samples there are.
        """
        levels = np.array([levels for _, levels in self._samples]).T
        if np.ptp(levels, axis=1).max() < least_amplitude:
            return NO_RHYTHM
        times = np.array([t for t, _ in self._samples]) / 1000
        moved = levels[np.ptp(levels, axis=1) >= least_amplitude]
        peaks = [strongest(times, level, band_hz, fastest_hz, near_hz) for level in moved]
        if None in peaks:
            return reasons.TOO_FEW_FRAMES
        return max((p for p in peaks if p is not None), key=lambda peak: peak.amplitude)


class _Repetition(Detector):
    """Looks at its tracks now and then, and keeps the strongest rhythm."""

    kind: EventKind
    band_hz: tuple[float, float]
    fastest_hz: float
    near_hz: float  # the power this near to the peak is the rhythm's
    least_amplitude: float
    hop_ms: int

    def __init__(self, detectors: Detectors) -> None:
        self._episodes = Episodes(
            self.kind, on=100.0, off=100.0, least_ms=LEAST_MS, merge_ms=MERGE_MS
        )
        self._side = Side.UNSPECIFIED
        self._forget()

    def _forget(self) -> None:
        self._looked_ms = -self.hop_ms
        self._withhold(reasons.WINDOW_FILLING)

    def _withhold(self, reason: Reason) -> None:
        self.active: float | Reason = reason
        self.hz: float | Reason = reason
        self.amplitude: float | Reason = reason
        self.cycles: float | Reason = reason

    def skip(self, scene: Scene) -> None:
        self._episodes.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._episodes.reset(scene)
        self._forget()

    def peak_of(self, track: Track) -> Peak | Reason:
        return track.peak(self.band_hz, self.fastest_hz, self.near_hz, self.least_amplitude)

    def _judge(self, scene: Scene, tracks: dict[Side, Track]) -> None:
        if scene.t_ms - self._looked_ms >= self.hop_ms:
            self._looked_ms = scene.t_ms
            self._look(tracks)
        if isinstance(self.active, Reason):
            self._episodes.skip(scene)
        else:
            hz = self.hz if isinstance(self.hz, float) else 0.0
            self._episodes.feed(scene, self.active, amplitude=hz, side=self._side)

    def _look(self, tracks: dict[Side, Track]) -> None:
        full = {side: track for side, track in tracks.items() if track.full}
        found = {side: self.peak_of(track) for side, track in full.items()}
        peaks = {side: peak for side, peak in found.items() if isinstance(peak, Peak)}
        if unclear := next((r for r in found.values() if isinstance(r, Reason)), None):
            self._withhold(unclear)
        elif not peaks:
            self._withhold(reasons.WINDOW_FILLING)
        else:
            self._side = max(peaks, key=lambda side: peaks[side].amplitude)
            self._tell(peaks[self._side], full[self._side].span_s)

    def _tell(self, peak: Peak, span_s: float) -> None:
        repetitive = (
            peak.amplitude >= self.least_amplitude
            and peak.concentration >= LEAST_CONCENTRATION
            and peak.hz * span_s >= LEAST_CYCLES
        )
        self.active = 100.0 if repetitive else 0.0
        self.hz = peak.hz if repetitive else NO_REPETITION
        self.amplitude = peak.amplitude if repetitive else NO_REPETITION
        self.cycles = self._count(peak, span_s) if repetitive else 0.0

    def _count(self, peak: Peak, span_s: float) -> float:
        """So far, in a row: those in the first look's samples, then those between looks."""
        before = self.cycles if isinstance(self.cycles, float) else 0.0
        return before + peak.hz * self.hop_ms / 1000 if before else peak.hz * span_s


class HandRepetition(_Repetition):
    """Of each palm's centre, in the picture: a body that bounces takes the hands with it."""

    kind = HAND_REPETITION
    band_hz = HAND_BAND_HZ
    fastest_hz = HAND_FASTEST_HZ
    near_hz = 0.5
    least_amplitude = HAND_LEAST_SW
    hop_ms = 500

    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._tracks = {side: Track(HAND_WINDOW_MS) for side in (Side.LEFT, Side.RIGHT)}
        super().__init__(detectors)

    def update(self, scene: Scene) -> None:
        body = self._body.updated(scene)
        unit = body.shoulders_px
        hands = scene.observation.hands
        if math.isnan(unit):
            self._withhold(reasons.NO_BODY)
            return
        if hands is not None:
            width, height = scene.width / unit, scene.height / unit
            for hand in hands.hands:
                if hand.side in self._tracks:
                    palm = hand.landmarks[PALM, :2].tolist()
                    x, y = (sum(axis) / len(palm) for axis in zip(*palm, strict=True))
                    self._tracks[hand.side].add(hands.t_ms, (x * width, y * height))
        looked = scene.hands_found is not None
        if looked and (tracks := self._recent(scene.t_ms)):
            self._judge(scene, tracks)
        else:
            self._without_hands(scene, reasons.PART_HIDDEN if looked else reasons.NO_HANDS_RESULT)

    def reset(self, scene: Scene) -> None:
        super().reset(scene)
        for track in self._tracks.values():
            track.clear()

    def _recent(self, t_ms: int) -> dict[Side, Track]:
        return {side: track for side, track in self._tracks.items() if track.recent(t_ms)}

    def _without_hands(self, scene: Scene, why: Reason) -> None:
        if scene.both_hands_out():
            self._episodes.feed(scene, 0.0)
            self.active, self.hz, self.amplitude = 0.0, NO_REPETITION, NO_REPETITION
            self.cycles = 0.0
            return
        self._episodes.skip(scene)
        self._withhold(why)


class Rocking(_Repetition):
    """Of the shoulders' middle (sideways, up and down) and width (to and fro)."""

    kind = BODY_ROCKING
    band_hz = BODY_BAND_HZ
    fastest_hz = BODY_FASTEST_HZ
    near_hz = 0.2
    least_amplitude = BODY_LEAST_SW
    hop_ms = 1000

    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._track = Track(BODY_WINDOW_MS)
        super().__init__(detectors)

    def update(self, scene: Scene) -> None:
        body = self._body.updated(scene)
        if not body.seen(scene.t_ms):
            self._episodes.skip(scene)
            self._withhold(reasons.NO_BODY)
            return
        if scene.observation.pose is not None and (now := body.shoulders_now_px):
            left, right = body.joints[LEFT_SHOULDER], body.joints[RIGHT_SHOULDER]
            assert left and right  # they have a width
            unit = body.shoulders_px
            middle = ((left[0] + right[0]) / 2 / unit, (left[1] + right[1]) / 2 / unit)
            self._track.add(body.t_ms, (*middle, math.log(max(now, 1.0))))
        if not self._track.recent(scene.t_ms):
            self._episodes.skip(scene)
            self._withhold(reasons.PART_HIDDEN)
            return
        self._judge(scene, {Side.UNSPECIFIED: self._track})

    def reset(self, scene: Scene) -> None:
        super().reset(scene)
        self._track.clear()


T = TypeVar("T", bound=_Repetition)


def _measures(
    prefix: str,
    labels: tuple[Text, Text, Text, Text],
    detector: type[T],
    needs: Text,
    limits: Text,
    formula: str,
    measured: str,
    landmarker: Landmarker,
    minimum_hz: float,
) -> tuple[Measure, Measure, Measure, Measure]:
    """Share of time, frequency, amplitude and cycles in a row."""

    def one(
        name: str, label: Text, unit: str, over: Over, read: Callable[[T], float | Reason]
    ) -> Measure:
        now = over is Over.MEAN
        hands = landmarker is Landmarker.HANDS
        unseen = reasons.HAND_UNSEEN if hands else ()
        return Measure(
            id=f"{prefix}_{name}",
            group=Group.REPETITION,
            label=label,
            unit=unit,
            decimals={"Hz": 1, "SW": 2}.get(unit, 0),
            low=0,
            high=100 if over is Over.SHARE else None,
            over=over,
            display_window_ms=1000 if now else 60_000,
            needs=needs,
            limits=limits,
            measured=measured,
            formula=formula,
            source="least-squares periodogram; thresholds after studies of recorded hand flapping",
            landmarker=landmarker,
            no_hands=Scene.both_hands_out if hands else None,
            algorithm_version=5,
            minimum_hz=minimum_hz,
            conditions=Condition.PICTURE_LIVE | Condition.CAMERA_STILL,
            hidden_by=() if now else (reasons.TOO_FEW_FRAMES, *unseen),
            make=reads(detector, read),
        )

    time, frequency, amplitude, cycles = labels
    return (
        one("time", time, "%", Over.SHARE, lambda found: found.active),
        one("frequency", frequency, "Hz", Over.MEAN, lambda found: found.hz),
        one("amplitude", amplitude, "SW", Over.MEAN, lambda found: found.amplitude),
        one("cycles", cycles, "cycles", Over.MAXIMUM, lambda found: found.cycles),
    )


_CANDIDATE = Text(
    "For review: waving, clapping, bouncing or a swivel chair is repetitive too. Told one to three "
    "seconds after it begins and ends.",
    "À revoir : saluer, applaudir, sautiller ou un fauteuil pivotant sont répétitifs aussi. Dit "
    "une à trois secondes après le début et la fin.",
)
(
    HAND_REPETITION_TIME,
    HAND_REPETITION_FREQUENCY,
    HAND_REPETITION_AMPLITUDE,
    HAND_REPETITION_CYCLES,
) = _measures(
    "hand_repetition",
    (
        Text("Repetitive hand movement", "Mouvement répétitif de la main"),
        Text("Its frequency (hand)", "Sa fréquence (main)"),
        Text("Its amplitude (hand)", "Son amplitude (main)"),
        Text("Its most cycles in a row (hand)", "Cycles de suite, au plus (main)"),
    ),
    HandRepetition,
    Text(
        "The hand and the shoulders in view, the hand analysed 2.5 times per cycle or more.",
        "La main et les épaules visibles, la main analysée au moins 2,5 fois par cycle.",
    ),
    _CANDIDATE,
    "strongest frequency of the palm in 3 s, 2 to 7 Hz (no more than rate / 2.5 and rate − 7 Hz), "
    "with over half of the power within ± 0.5 Hz, amplitude ≥ 0.08 SW, ≥ 3 cycles",
    "At rest: none. Synthetic: 2.3 to 4.4 Hz at 12 looks a second within 0.2 Hz, amplitude within "
    "20 %; at any rate from 4 to 30 Hz the frequency of a movement of up to 7 Hz is right within "
    "0.2 Hz or withheld; a faster one, which no hand is expected to make that far, would read as a "
    "slower. Reaches and irregular fidgeting are none. No recording of hand flapping was measured.",
    Landmarker.HANDS,
    4.0,
)
ROCKING_TIME, ROCKING_FREQUENCY, ROCKING_AMPLITUDE, ROCKING_CYCLES = _measures(
    "rocking",
    (
        Text("Rocking of the body", "Balancement du corps"),
        Text("Its frequency (body)", "Sa fréquence (corps)"),
        Text("Its amplitude (body)", "Son amplitude (corps)"),
        Text("Its most cycles in a row (body)", "Cycles de suite, au plus (corps)"),
    ),
    Rocking,
    Text("Both shoulders in view for ten seconds.", "Les deux épaules visibles dix secondes."),
    _CANDIDATE,
    "strongest frequency of the shoulders' middle and width in 10 s, 0.3 to 1.5 Hz, with over half "
    "of the power within ± 0.2 Hz, amplitude ≥ 0.05 SW, ≥ 3 cycles; no more than rate / 2.5 and "
    "rate − 4 Hz, for a body may bounce that fast",
    "At rest: none. Synthetic: 0.4 to 1.3 Hz within 0.1 Hz, amplitude within 20 %; from 4 to "
    "30 Hz a movement of up to 4 Hz is told within 0.2 Hz or withheld; a shift is none.",
    Landmarker.POSE,
    4.0,
)
