"""A movement of the face that one or a few blend shapes carry, above the child's resting level."""

from __future__ import annotations

from agent.measures import reasons
from agent.measures.baseline import Baseline
from agent.measures.conditions import Condition
from agent.measures.detectors import Detector, Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Reason
from agent.measures.results import BaselineState
from agent.measures.scene import Scene
from agent.observation import Side

RESTING_QUANTILE = 0.1
LEAST_MS = 300
MERGE_MS = 200
ONE_SIDED = 0.5  # the weaker side does less than this much of the stronger

FEATURE_CONDITIONS = (
    Condition.FACE
    | Condition.PICTURE_LIVE
    | Condition.FACE_DETAIL
    | Condition.FACE_ANGLE
    | Condition.LIGHT_DETAIL
    | Condition.FACE_STEADY
    | Condition.SHARP
    | Condition.HANDS_OFF_FACE
)
MOUTH_CONDITIONS = FEATURE_CONDITIONS | Condition.MOUTH_IN_VIEW


class FacialAction(Detector):
    """The mean of a left and a right blend shape, each above its own resting level.

    Resting levels are not learned during the movement itself.
    """

    kind: EventKind
    left: tuple[int, ...]  # blend shapes of the subject's left, and of the right
    right: tuple[int, ...]
    on = 0.35
    off = 0.25
    most_at_rest = 1.0  # more is no resting level, unless the practitioner sets it
    sharp_iod_px = 0.0  # on a smaller face the landmarks' jitter is more of it: more is needed

    def __init__(self, detectors: Detectors) -> None:
        self._left_rest = Baseline(RESTING_QUANTILE, 0.0, 1.0)
        self._right_rest = Baseline(RESTING_QUANTILE, 0.0, 1.0)
        self._episodes = Episodes(
            self.kind,
            on=self.on,
            off=self.off,
            least_ms=LEAST_MS,
            merge_ms=MERGE_MS,
            seen_to_begin=True,
        )
        self._withhold(reasons.LEARNING)

    def _withhold(self, reason: Reason) -> None:
        self.intensity: float | Reason = reason
        self.active: float | Reason = reason
        self.asymmetry: float | Reason = reason

    @property
    def baseline_state(self) -> BaselineState:
        return self._left_rest.state

    def update(self, scene: Scene) -> None:
        left, right = levels = self._levels(scene)
        if self._episodes.shows_rest(scene.t_ms):
            self._left_rest.learn(left, scene.learn_s)
            self._right_rest.learn(right, scene.learn_s)
        self._tell(scene, levels)

    def _levels(self, scene: Scene) -> tuple[float, float]:
        left = sum([scene.blend[i] for i in self.left]) / len(self.left)
        right = sum([scene.blend[i] for i in self.right]) / len(self.right)
        return left, right

    def _rises(self, levels: tuple[float, float]) -> tuple[float, float]:
        left, right = levels
        return (
            max(0.0, left - min(self._left_rest.value, self.most_at_rest)),
            max(0.0, right - min(self._right_rest.value, self.most_at_rest)),
        )

    def _tell(self, scene: Scene, levels: tuple[float, float]) -> None:
        if self.baseline_state is BaselineState.LEARNING:
            self._withhold(reasons.LEARNING)
            return
        left, right = self._rises(levels)
        self.intensity = (left + right) / 2
        self._episodes.feed(
            scene,
            self.intensity / max(1.0, self.sharp_iod_px / scene.seen_iod_px),
            amplitude=self.intensity,
            side=_side(left, right),
        )
        self.active = 100.0 if self._episodes.on else 0.0
        self.asymmetry = left - right

    def skip(self, scene: Scene) -> None:
        self._episodes.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._episodes.reset(scene)
        if scene.unfamiliar:
            self.most_at_rest = type(self).most_at_rest
            self._left_rest.doubt(stranger=scene.stranger)
            self._right_rest.doubt(stranger=scene.stranger)

    def restart_baseline(self, scene: Scene) -> None:
        self._episodes.reset(scene)
        self.most_at_rest = 1.0
        self._left_rest.restart()
        self._right_rest.restart()


def _side(left: float, right: float) -> Side:
    if right < ONE_SIDED * left:
        return Side.LEFT
    if left < ONE_SIDED * right:
        return Side.RIGHT
    return Side.BOTH
