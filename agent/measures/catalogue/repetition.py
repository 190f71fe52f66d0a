"""Repetitive hand movement and rocking of the body, with their frequency.

Candidates for a person to look at: a wave or clapping is repetitive too.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
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
from agent.measures.periodogram import NO_RHYTHM, Peak, levelled, strongest
from agent.measures.samplers import reads
from agent.measures.scene import Scene
from agent.observation import Side
from agent.observation.joints import LEFT_SHOULDER, RIGHT_SHOULDER

HAND_FASTEST_HZ, BODY_FASTEST_HZ = 7.0, 4.0  # a body bounces faster than it rocks
LEAST_CONCENTRATION = 0.5
AGREE_HZ = 0.2  # of two looks: what has just begun fills a part of the window, and misleads
LEAST_CYCLES = 3
LEAST_MS = 700  # two looks agree
MERGE_MS = 1200
LEAST_OF_WINDOW = 0.8  # that must hold samples
LEAST_FOUND = 0.8  # of the looks: a hand that is lost where it is fastest seems slower
SWING = 1.5  # a rhythm goes from end to end by twice its amplitude, less where few samples are
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


@dataclass(frozen=True, slots=True)
class Scale:
    """Slow rhythms need a long window, and fast ones are told sooner in a short one."""

    window_ms: int
    band_hz: tuple[float, float]
    near_hz: float  # the power this near to the peak is the rhythm's
    least_sw: float  # amplitude


# The palm of a hand that rests trembles by 0.003 SW; breathing moves one on the belly by 0.02.
HAND_SCALES = (Scale(3000, (1.25, 7.0), 0.5, 0.015), Scale(8000, (0.4, 1.5), 0.25, 0.03))
BODY_SCALES = (Scale(10_000, (0.3, 1.5), 0.2, 0.05),)


class Track:
    """The last seconds of a few coordinates, in shoulder widths."""

    def __init__(self, kept_ms: int) -> None:
        self._kept_ms = kept_ms
        self._samples: deque[tuple[int, tuple[float, ...]]] = deque()
        self._missed: deque[int] = deque()  # looks that found nothing

    def add(self, t_ms: int, levels: tuple[float, ...]) -> None:
        samples = self._samples
        if samples and not 0 < t_ms - samples[-1][0] <= LARGEST_STEP_MS:
            self.clear()
        samples.append((t_ms, levels))
        while samples[0][0] < t_ms - self._kept_ms:
            samples.popleft()
        while self._missed and self._missed[0] < samples[0][0]:
            self._missed.popleft()

    def miss(self, t_ms: int) -> None:
        if self.recent(t_ms):
            self._missed.append(t_ms)
        else:
            self.clear()

    def clear(self) -> None:
        self._samples.clear()
        self._missed.clear()

    def span_s(self, window_ms: int) -> float:
        """Of the samples of so long a time."""
        if not self._samples:
            return 0.0
        return min(self._samples[-1][0] - self._samples[0][0], window_ms) / 1000

    def full(self, window_ms: int) -> bool:
        return self.span_s(window_ms) * 1000 >= LEAST_OF_WINDOW * window_ms

    def recent(self, t_ms: int) -> bool:
        return bool(self._samples) and t_ms - self._samples[-1][0] <= LARGEST_STEP_MS + LAG_MS

    def peak(self, scale: Scale, fastest_hz: float) -> Peak | Reason:
        """Of the coordinate that swings most.

        What hardly moved did not swing at any frequency, however few samples there are.
        """
        from_ms = self._samples[-1][0] - scale.window_ms
        samples = [sample for sample in self._samples if sample[0] >= from_ms]
        times = np.array([t for t, _ in samples]) / 1000
        levels = np.array([levels for _, levels in samples]).T
        missed = sum(t >= from_ms for t in self._missed)
        if len(samples) < LEAST_FOUND * (len(samples) + missed):
            return reasons.HAND_NOT_FOUND
        swings = [np.ptp(levelled(times, level)) >= SWING * scale.least_sw for level in levels]
        if not any(swings):
            return NO_RHYTHM
        peaks = [
            strongest(times, level, scale.band_hz, fastest_hz, scale.near_hz)
            for level, swing in zip(levels, swings, strict=True)
            if swing
        ]
        if None in peaks:
            return reasons.TOO_FEW_FRAMES
        return max((p for p in peaks if p is not None), key=lambda peak: peak.amplitude)


class _Repetition(Detector):
    """Looks at its tracks now and then, and keeps the strongest rhythm."""

    kind: EventKind
    scales: tuple[Scale, ...]  # the first that shows a rhythm tells it
    fastest_hz: float
    hop_ms: int

    def __init__(self, detectors: Detectors) -> None:
        self._episodes = Episodes(
            self.kind, on=100.0, off=100.0, least_ms=LEAST_MS, merge_ms=MERGE_MS
        )
        self._side = Side.UNSPECIFIED
        self._forget()

    def _forget(self) -> None:
        self._looked_ms = -self.hop_ms
        self._rhythm_hz = math.nan  # at the latest look
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

    def peak_of(self, track: Track, scale: Scale) -> Peak | Reason:
        return track.peak(scale, self.fastest_hz)

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
        before_hz, self._rhythm_hz = self._rhythm_hz, math.nan
        for scale in self.scales:
            full = {side: track for side, track in tracks.items() if track.full(scale.window_ms)}
            found = {side: self.peak_of(track, scale) for side, track in full.items()}
            unclear = next((r for r in found.values() if isinstance(r, Reason)), None)
            if scale is self.scales[0] and (unclear or not full):
                self._withhold(unclear or reasons.WINDOW_FILLING)
                return
            rhythms = [
                (peak, side)
                for side, peak in found.items()
                if isinstance(peak, Peak)
                and _repetitive(peak, scale, full[side].span_s(scale.window_ms))
            ]
            if rhythms:
                peak, side = max(rhythms, key=lambda rhythm: rhythm[0].amplitude)
                self._rhythm_hz = peak.hz
                if abs(peak.hz - before_hz) <= AGREE_HZ:
                    self._tell(peak, side, full[side].span_s(scale.window_ms))
                else:
                    self._withhold(reasons.WINDOW_FILLING)
                return
        self._rest()

    def _tell(self, peak: Peak, side: Side, span_s: float) -> None:
        self._side = side
        self.active, self.hz, self.amplitude = 100.0, peak.hz, peak.amplitude
        self.cycles = self._count(peak, span_s)

    def _rest(self) -> None:
        self.active, self.hz, self.amplitude = 0.0, NO_REPETITION, NO_REPETITION
        self.cycles = 0.0

    def _count(self, peak: Peak, span_s: float) -> float:
        """So far, in a row: those in the first look's samples, then those between looks."""
        before = self.cycles if isinstance(self.cycles, float) else 0.0
        return before + peak.hz * self.hop_ms / 1000 if before else peak.hz * span_s


def _repetitive(peak: Peak, scale: Scale, span_s: float) -> bool:
    return (
        peak.amplitude >= scale.least_sw
        and peak.concentration >= LEAST_CONCENTRATION
        and peak.hz * span_s >= LEAST_CYCLES
    )


class HandRepetition(_Repetition):
    """Of each palm's centre, in the picture: a body that bounces takes the hands with it."""

    kind = HAND_REPETITION
    scales = HAND_SCALES
    fastest_hz = HAND_FASTEST_HZ
    hop_ms = 500

    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._tracks = {side: Track(HAND_SCALES[-1].window_ms) for side in (Side.LEFT, Side.RIGHT)}
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
            found = {hand.side: hand for hand in hands.hands}
            for side, track in self._tracks.items():
                if side in found:
                    palm = found[side].landmarks[PALM, :2].tolist()
                    x, y = (sum(axis) / len(palm) for axis in zip(*palm, strict=True))
                    track.add(hands.t_ms, (x * width, y * height))
                else:
                    track.miss(hands.t_ms)
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
            self._rest()
            return
        self._episodes.skip(scene)
        self._withhold(why)


class Rocking(_Repetition):
    """Of the shoulders' middle (sideways, up and down) and width (to and fro)."""

    kind = BODY_ROCKING
    scales = BODY_SCALES
    fastest_hz = BODY_FASTEST_HZ
    hop_ms = 1000

    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._track = Track(BODY_SCALES[-1].window_ms)
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
    tested: str,
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
            tested=tested,
            formula=formula,
            source="least-squares periodogram; thresholds after studies of recorded hand flapping",
            landmarker=landmarker,
            no_hands=Scene.both_hands_out if hands else None,
            algorithm_version=6,
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
    "For review: waving, clapping, bouncing or a swivel chair is repetitive too. Told three "
    "seconds, and of slow ones seven or more, after it begins.",
    "À revoir : saluer, applaudir, sautiller ou un fauteuil pivotant sont répétitifs aussi. Dit "
    "trois secondes après le début, sept ou plus si c'est lent.",
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
    "strongest frequency of the palm: in 3 s, 1.25 to 7 Hz, with over half of the power within "
    "± 0.5 Hz, amplitude ≥ 0.015 SW; else in 8 s, 0.4 to 1.5 Hz, ± 0.25 Hz, ≥ 0.03 SW; no more "
    "than rate / 2.5 and rate − 7 Hz; ≥ 3 cycles; two estimates 0.5 s apart within 0.2 Hz; the "
    "hand found in four of five looks",
    "Made-up hands: 0.5 to 5 Hz from 0.02 SW on (slow 0.05) within 0.2 Hz, amplitude within 20 %; "
    "at any rate from 4 to 30 Hz a movement of up to 7 Hz is told within 0.2 Hz or withheld; a "
    "faster one would read as a slower. Reaches, irregular fidgeting and a breathing belly are "
    "none.",
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
    "Made-up bodies: 0.4 to 1.3 Hz within 0.1 Hz, amplitude within 20 %; from 4 to "
    "30 Hz a movement of up to 4 Hz is told within 0.2 Hz or withheld; a shift is none.",
    Landmarker.POSE,
    4.0,
)
