"""Blinks and longer eye closures, from each eye's own rolling levels.

A fixed threshold on the blink blend shapes finds 41 % of blinks: their resting level and their
peaks (0.3 to 0.7) differ between children and between the eyes of one child, and the resting level
moves with the gaze. A blink is therefore a short peak over the level of just before, which is known
from the first frames on and while the lids are lowered; a closure is measured from the open eye.

Of a small face, of blurred lids and at few pictures a second the blend shapes' peak is cut off. So
the lids' landmarks have a vote, too: a fall of their aspect ratio by 15 %, if the blend shapes rise
some way with it. A fall alone may be a nod or a look down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from agent.measures.blendshapes import EYE_BLINK_LEFT, EYE_BLINK_RIGHT
from agent.measures.catalogue.eye_openness import LEFT_EYE, RIGHT_EYE, aspect_ratio
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.episodes import LONGEST_FREEZE_MS
from agent.measures.events import EventKind
from agent.measures.labels import Text
from agent.measures.results import Quality
from agent.measures.rolling_median import RollingMedian
from agent.measures.samplers import Sampler
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.observation import Side

BEFORE_MS = 300  # the level of just before
LEAST_BEFORE = 3  # frames of it
OPEN_MS = 20_000
OPEN_AT_MOST = 0.4  # open eyes read 0 to 0.25, closed ones 0.55 and more: closed from the start
RECENT_MS = 3000  # eyes that open after long being closed show their open level within half of it
LEARN_MS = 300

ON = 0.15
ON_IOD_PX = 60.0  # on a smaller face, where the landmarks' jitter is more of an eye, more is needed
OFF = 0.10
BACK = 0.5  # it is over when the lids are half back; they often follow the gaze down
LONGEST_BLINK_MS = 500
SHORTEST_BLINK_MS = 40
REFRACTORY_MS = 100
CLOSURE_ON = 0.20
CLOSURE_PEAK = 0.30  # lowered lids (reading, looking down) mostly stay under it
FAST_NOD_DPS = 60.0  # a nod moves the lids in the picture
OF_LIDS = 0.5  # of a movement that is the lids' own, and not a nod's
# One frame is the codec's (a key frame), and no blink, when it is so much less sharp than the one
# before, or when the eyes are wider apart in it: 5 to 13 % at key frames of VP8; in blinks of one
# frame they come nearer, or under 3.5 % apart. Of few pictures that proves nothing.
GLITCH = 0.6
WIDENED, AT_ONCE_MS = 0.04, 45
# Of men with glasses, motion-blurred, at 14 to 18 pictures a second: 8 of 30 (without the lids'
# vote, which was not tried on them). Under 18 a second quality is usable.
MISSED_AT_FEW_PICTURES = 0.27
# Of the blend shapes, beside a fall of the lids alone: a blurred picture of a moving head has 0.12.
WITNESS = 0.125
ONE_SIDED = 0.33  # the other eye moves less than this much of it

BLINK = EventKind(
    id="blink",
    label=Text("Blink", "Clignement"),
    measure_id="blink_rate",
    amplitude="rise of eyeBlink above the open eye",
    amplitude_unit="1",
)
EYE_CLOSURE = EventKind(
    id="eye_closure",
    label=Text("Eyes closed or lowered", "Yeux fermés ou baissés"),
    measure_id="blink_rate",
    amplitude="rise of eyeBlink above the open eye",
    amplitude_unit="1",
    lasting=True,
)


@dataclass(slots=True)
class _Rise:
    """The lids coming down, and how far."""

    onset_ms: int
    peak_ms: int
    quality: Quality
    peak: float = 0.0
    witness: float = 0.0  # of a fall of the lids: how far their blend shapes rose meanwhile
    left: float = 0.0
    right: float = 0.0
    frames: int = 0
    still: float = 0.0  # of the peak: what the lids came down while the head did not nod
    closure: bool = False  # longer than a blink, and deep
    event_id: int = 0  # of the closure

    @property
    def side(self) -> Side:
        if self.right < ONE_SIDED * self.left:
            return Side.LEFT
        if self.left < ONE_SIDED * self.right:
            return Side.RIGHT
        return Side.BOTH

    @property
    def nodding(self) -> bool:
        return self.still < OF_LIDS * self.peak

    @property
    def half_back(self) -> float:
        return max(OFF, BACK * self.peak)

    def deepen(self, scene: Scene, left: float, right: float) -> None:
        level = (left + right) / 2
        self.frames += 1
        self.left, self.right = max(self.left, left), max(self.right, right)
        self.quality = max(self.quality, scene.quality)
        if level > self.peak:
            if not abs(scene.nod_speed_dps) > FAST_NOD_DPS:
                self.still += level - self.peak
            self.peak, self.peak_ms = level, scene.t_ms
        long = scene.t_ms - self.onset_ms > LONGEST_BLINK_MS
        self.closure |= long and self.peak >= CLOSURE_PEAK and not self.nodding


class _Course:
    """A level from frame to frame, and when it crossed another, on a straight line."""

    def __init__(self) -> None:
        self.last_ms = 0
        self._last = math.nan

    def follow(self, t_ms: int, level: float) -> None:
        self.last_ms, self._last = t_ms, level

    def crossed_ms(self, t_ms: int, level: float, threshold: float) -> int:
        change = level - self._last
        if not abs(change) > 1e-9:
            return t_ms
        share = max(0.0, min(1.0, (threshold - self._last) / change))
        return round(self.last_ms + share * (t_ms - self.last_ms))


class _Peaks:
    """Blinks: moves by 0.15 and more from the level of just before, half back within 500 ms.

    With `falls` they are falls, as shares of that level; else rises.
    """

    def __init__(self, *, falls: bool = False) -> None:
        self._are_falls = falls
        self.level = math.nan
        self._before = (_median(BEFORE_MS), _median(BEFORE_MS))
        self._course = _Course()
        self._rise: _Rise | None = None
        self.latest: _Rise | None = None
        self._last_offset_ms = -REFRACTORY_MS
        self._sharpness = math.nan
        self._iod_px = math.nan
        self._glitch = False

    def feed(
        self, scene: Scene, levels: tuple[float, float], witness: float = 0.0
    ) -> tuple[_Rise, int] | None:
        """A blink that ended with this frame, and when it did."""
        t_ms = scene.t_ms
        left, right = (
            self._moved(now, before.value) for now, before in zip(levels, self._before, strict=True)
        )
        level = self.level = (left + right) / 2
        rise, ended = self._rise, None
        if rise is not None and level < rise.half_back:
            self._rise = None
            ended = self._checked(rise, self._course.crossed_ms(t_ms, level, rise.half_back))
        elif rise is not None and t_ms - rise.onset_ms > LONGEST_BLINK_MS:
            self._rise = None
        elif rise is None and level >= _least_rise(scene) and len(self._before[0]) >= LEAST_BEFORE:
            onset_ms = self._course.crossed_ms(t_ms, level, OFF)
            self._rise = self.latest = _Rise(onset_ms, t_ms, scene.quality)
            self._glitch = self._is_codecs(scene)
        if self._rise is not None:
            self._rise.deepen(scene, left, right)
            self._rise.witness = max(self._rise.witness, witness)
        else:
            self._sharpness = scene.observation.image.sharpness
            self._iod_px = scene.seen_iod_px
            for now, before in zip(levels, self._before, strict=True):
                before.add(t_ms, now)
        self._course.follow(t_ms, level)
        return ended

    @property
    def going_on(self) -> bool:
        return self._rise is not None

    def _is_codecs(self, scene: Scene) -> bool:
        blurred = scene.observation.image.sharpness < GLITCH * self._sharpness
        widened = scene.seen_iod_px / self._iod_px - 1 > WIDENED
        return blurred or (widened and scene.t_ms - self._course.last_ms <= AT_ONCE_MS)

    def _moved(self, now: float, before: float) -> float:
        return 1 - now / max(before, 1e-6) if self._are_falls else now - before

    def _checked(self, rise: _Rise, offset_ms: int) -> tuple[_Rise, int] | None:
        again_too_soon = rise.onset_ms - self._last_offset_ms < REFRACTORY_MS
        self._last_offset_ms = offset_ms
        lasted_ms = offset_ms - rise.onset_ms
        if rise.nodding or again_too_soon or (self._glitch and rise.frames == 1):
            return None
        if not SHORTEST_BLINK_MS <= lasted_ms <= LONGEST_BLINK_MS:
            return None
        return rise, offset_ms


class _Closures:
    """Longer than a blink, from each open eye's level: the lower of its long and recent medians.

    The long one holds through a look down, the recent one recovers after a long closure. Neither
    is learned while the eyes are closed, and neither is taken for open when it could not be. Eyes
    that were never seen open are told of when they open: they may be a sleeper's, or a picture's.
    """

    def __init__(self) -> None:
        self._opened = False
        self._long = (_median(OPEN_MS), _median(OPEN_MS))
        self._recent = (_median(RECENT_MS), _median(RECENT_MS))
        self.forget_course()

    def forget_course(self) -> None:
        self._course = _Course()
        self._rise: _Rise | None = None

    def feed(self, scene: Scene, levels: tuple[float, float]) -> None:
        t_ms = scene.t_ms
        left, right = (
            now - min(long.value, recent.value, OPEN_AT_MOST)
            for now, long, recent in zip(levels, self._long, self._recent, strict=True)
        )
        level = (left + right) / 2
        rise = self._rise
        if rise is not None and level < rise.half_back:
            self.end(scene, self._course.crossed_ms(t_ms, level, rise.half_back))
        elif rise is None and level >= CLOSURE_ON and self._long[0].span_ms >= LEARN_MS:
            onset_ms = self._course.crossed_ms(t_ms, level, CLOSURE_ON)
            self._rise = _Rise(onset_ms, t_ms, scene.quality)
        if self._rise is not None:
            self._rise.deepen(scene, left, right)
            if self._rise.closure and self._opened:
                self._begin(scene, self._rise)
        elif level < OFF:
            self._opened = True
        if self._rise is None or t_ms - self._rise.onset_ms > LONGEST_FREEZE_MS:
            for now, long, recent in zip(levels, self._long, self._recent, strict=True):
                long.add(t_ms, now)
                recent.add(t_ms, now)
        self._course.follow(t_ms, level)

    @staticmethod
    def _begin(scene: Scene, rise: _Rise) -> None:
        if not rise.event_id:
            rise.event_id = scene.events.begin(
                EYE_CLOSURE, rise.onset_ms, side=rise.side, quality=rise.quality
            )

    def end(self, scene: Scene, offset_ms: int, *, interrupted: bool = False) -> None:
        rise, self._rise = self._rise, None
        if rise is None:
            return
        if rise.closure and not interrupted:
            self._begin(scene, rise)
        if rise.event_id:
            scene.events.end(
                rise.event_id,
                offset_ms,
                peak_ms=rise.peak_ms,
                amplitude=rise.peak,
                side=rise.side,
                quality=rise.quality,
                reason=scene.interruption if interrupted else None,
            )


class Blinks(Sampler):
    """Samples are the blinks that ended with this frame."""

    def __init__(self, detectors: Detectors) -> None:
        self._closures = _Closures()
        self._forget_peaks()
        self._from_crop = False
        self._last_ms = -LONG_GAP_MS - 1

    def sample(self, scene: Scene) -> float:
        self.skip(scene)
        self._last_ms = scene.t_ms
        levels = scene.blend[EYE_BLINK_LEFT], scene.blend[EYE_BLINK_RIGHT]
        self._closures.feed(scene, levels)
        if scene.face is not None and scene.face.from_crop is not self._from_crop:
            # The whole frame and the crop around the head read one face a little differently.
            self._from_crop = scene.face.from_crop
            self._forget_peaks()
        if (ended := self._ended(scene, levels)) is None:
            return 0.0
        blink, offset_ms = ended
        self._told_until_ms = offset_ms
        scene.events.add(
            BLINK,
            blink.onset_ms,
            peak_ms=blink.peak_ms,
            offset_ms=offset_ms,
            amplitude=blink.witness or blink.peak,
            side=self._side(blink),
            quality=blink.quality,
        )
        return 1.0

    def _forget_peaks(self) -> None:
        self._peaks, self._falls = _Peaks(), _Peaks(falls=True)
        self._told_until_ms = -LONGEST_BLINK_MS

    def _ended(self, scene: Scene, levels: tuple[float, float]) -> tuple[_Rise, int] | None:
        """By the blend shapes; else by the lids' landmarks, if the shapes rose some way, too."""
        by_shapes = self._peaks.feed(scene, levels)
        lids = aspect_ratio(scene.points, LEFT_EYE), aspect_ratio(scene.points, RIGHT_EYE)
        by_lids = self._falls.feed(scene, lids, self._peaks.level)
        if self._peaks.going_on or (by_lids is not None and by_lids[0].witness < WITNESS):
            by_lids = None
        ended = by_shapes or by_lids
        again = ended is not None and ended[0].onset_ms - self._told_until_ms < REFRACTORY_MS
        return None if again else ended

    def _side(self, blink: _Rise) -> Side:
        """One eye alone, if the lids' landmarks do not say that both closed."""
        lids = self._falls.latest
        both = lids is not None and lids.peak_ms >= blink.onset_ms and lids.side is Side.BOTH
        return Side.BOTH if both else blink.side

    def skip(self, scene: Scene) -> None:
        if scene.t_ms - self._last_ms > LONG_GAP_MS:
            self.reset(scene)

    def reset(self, scene: Scene) -> None:
        self._closures.end(scene, self._last_ms, interrupted=True)
        self._closures.forget_course()
        self._forget_peaks()
        if scene.unfamiliar:
            self.restart_baseline(scene)

    def restart_baseline(self, scene: Scene) -> None:
        self._closures.end(scene, self._last_ms, interrupted=True)
        self._closures = _Closures()


def _least_rise(scene: Scene) -> float:
    return ON * max(1.0, ON_IOD_PX / scene.seen_iod_px)


def _median(window_ms: int) -> RollingMedian:
    return RollingMedian(window_ms, 0.0, 1.0, 200)


BLINK_RATE = Measure(
    id="blink_rate",
    group=Group.EYES,
    label=Text("Blinks per minute", "Clignements par minute"),
    unit="/min",
    decimals=0,
    low=0,
    over=Over.RATE,
    display_window_ms=60_000,
    headline=True,
    needs=Text(
        "Half a minute of the face in view within a minute, eyes lit and large enough, head "
        "turned under 28°, at least 12 pictures a second.",
        "Une demi-minute de visage visible par minute, yeux éclairés et assez grands, tête tournée "
        "de moins de 28°, au moins 12 images par seconde.",
    ),
    limits=Text(
        "Unsteady under a few minutes: look at the interval. Looking down quickly may count. Time "
        "with the eyes closed counts as time, though nobody blinks in it.",
        "Instable en dessous de quelques minutes : voir l'intervalle. Un regard rapide vers le bas "
        "peut compter. Le temps yeux fermés compte aussi, bien qu'on n'y cligne pas.",
    ),
    formula="peaks of the mean rise of eyeBlinkLeft/Right over each eye's median of the 300 ms "
    "before ≥ 0.15 (on a face with eye corners under 60 px apart, × 60 px / their distance), half "
    "back after 40–500 ms; or a fall of the eyes' mean aspect ratio by that share of its own such "
    "median, with a rise ≥ 0.125; not what came down while the head nodded at ≥ 60 deg/s, nor one "
    "frame in which the eyes are > 4 % wider apart within 45 ms; count / measurable minutes; "
    "Poisson interval, its upper end × 1 / (1 − 0.27) for time of usable quality",
    source="MediaPipe blend shapes; threshold measured on labelled clips",
    algorithm_version=8,
    minimum_hz=12.0,
    most_missed=MISSED_AT_FEW_PICTURES,
    minimum_seconds=30.0,
    conditions=Condition.FACE
    | Condition.PICTURE_LIVE
    | Condition.FACE_DETAIL
    | Condition.EYES_ANGLE
    | Condition.LIGHT_DETAIL
    | Condition.EVEN_LIGHT
    | Condition.FACE_STEADY
    | Condition.SHARP
    | Condition.HANDS_OFF_FACE,
    make=Blinks,
)
