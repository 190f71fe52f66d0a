"""The patient's joints in pixels, those that count, how they move, and the shoulders' usual width.

Joints outside the frame or hidden do not count, whatever the model believes about them: it calls a
wrist behind the back or under the table visible. So a hand must be found there now and then. And a
joint moves only where the picture does: landmarks tremble over what is still.
"""

from __future__ import annotations

import math

from agent.measures.detectors import Detector, Detectors
from agent.measures.geometry import distance
from agent.measures.rolling_median import RollingMedian
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.observation import Hands, Pose, Side
from agent.observation.joints import HANDS, LEFT_SHOULDER, RIGHT_SHOULDER

LEAST_VISIBILITY = 0.7
MARGIN = 0.02  # of the frame: joints at its edge are guesses
HELD_MS = 400  # how long a pose speaks for the frames after it
MISSED_MS = 2000  # a hand looked for so long and not found is hidden: its wrist is a guess
LOOKED_MS = 1000  # that a look for hands speaks for
LARGE_SHOULDERS = 0.25  # of the frame's width: hands of so near a body are found when in view
SHOULDERS_MS = 30_000
SHOULDERS_PER_IOD = 3.5  # shoulder width over the outer eye corners', where shoulders are off-frame
STILL_SW = 0.01  # of the picture's shift from one pose to the next: there nothing moved
JUMP_SW = 0.25  # of a joint from where nothing moved: it was a guess there
GUESSED_MS = 2000  # and is not believed for a while
SHOULDER_RANGE = (math.log(4), math.log(4096))  # px

Joint = tuple[float, float] | None


class Body(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._widths = RollingMedian(SHOULDERS_MS, *SHOULDER_RANGE, 400)
        self._guesses = RollingMedian(SHOULDERS_MS, *SHOULDER_RANGE, 400)
        self._forget()

    def _forget(self) -> None:
        self._missed_since_ms: dict[Side, int] = {}  # hands looked for and not found
        self._looked_ms = -LOOKED_MS - 1
        self._guessed_ms: dict[int, int] = {}  # joints, and when they last jumped
        self.joints: list[Joint] = []  # empty: no body
        self.t_ms = -HELD_MS - 1
        self.steps: list[Joint] = []  # px since the pose before; empty: there was none
        self.shifts: list[Joint] = []  # px that the picture moved there; empty: not known
        self.step_ms = 0

    def update(self, scene: Scene) -> None:
        if scene.observation.hands is not None:
            self._follow_hands(scene.observation.hands)
        pose = scene.observation.pose
        if pose is None:
            return
        if not pose.present:
            self._forget()
            return
        before, before_ms = self.joints, self.t_ms
        self.step_ms = pose.t_ms - before_ms
        self.t_ms = pose.t_ms
        width, height = scene.width, scene.height
        self.joints = counted_joints(pose, width, height)
        self.shifts = [None if x != x else (x * width, y * height) for x, y in pose.shifts.tolist()]
        if (shoulders_px := self.shoulders_now_px) is not None:
            self._widths.add(pose.t_ms, math.log(max(shoulders_px, 4.0)))
            if shoulders_px > LARGE_SHOULDERS * width:
                self._hide_hands()
        elif scene.iod_px == scene.iod_px:
            self._guesses.add(pose.t_ms, math.log(max(scene.iod_px * SHOULDERS_PER_IOD, 4.0)))
        camera_moved = before_ms < scene.camera_moved_ms
        if camera_moved:
            self.shifts = []
        follows = before and 0 < self.step_ms <= LONG_GAP_MS and not camera_moved
        self.steps = self._steps(before) if follows else []
        self._hide_guesses()

    def _steps(self, before: list[Joint]) -> list[Joint]:
        """The landmarks' own, but where the picture is still, what little it moved.

        None of a joint that does not count, or where the picture is too plain to tell.
        """
        still_px = STILL_SW * self.shoulders_px
        steps: list[Joint] = []
        for i, (a, b) in enumerate(zip(before, self.joints, strict=True)):
            step = (b[0] - a[0], b[1] - a[1]) if a and b else None
            if step and self.shifts:
                shift = self.shifts[i]
                if shift is None or math.hypot(*shift) < still_px:
                    if shift and math.hypot(*step) > JUMP_SW * self.shoulders_px:
                        self._guessed_ms[i] = self.t_ms
                    step = shift
            steps.append(step)
        return steps

    def _hide_guesses(self) -> None:
        for joint, jumped_ms in self._guessed_ms.items():
            if self.t_ms - jumped_ms <= GUESSED_MS:
                self.joints[joint] = None

    def _follow_hands(self, hands: Hands) -> None:
        self._looked_ms = hands.t_ms
        found = {hand.side for hand in hands.hands}
        for side in HANDS:
            if side in found:
                self._missed_since_ms.pop(side, None)
            else:
                self._missed_since_ms.setdefault(side, hands.t_ms)

    def _hide_hands(self) -> None:
        if self.t_ms - self._looked_ms > LOOKED_MS:
            return
        for side, since_ms in self._missed_since_ms.items():
            if self._looked_ms - since_ms >= MISSED_MS:
                for joint in HANDS[side]:
                    self.joints[joint] = None

    def reset(self, scene: Scene) -> None:
        self._forget()
        if scene.unfamiliar:
            self.restart_baseline(scene)

    def restart_baseline(self, scene: Scene) -> None:
        self._widths.clear()
        self._guesses.clear()

    def seen(self, t_ms: int) -> bool:
        return bool(self.joints) and t_ms - self.t_ms <= HELD_MS

    @property
    def shoulders_now_px(self) -> float | None:
        if not self.joints:
            return None
        left, right = self.joints[LEFT_SHOULDER], self.joints[RIGHT_SHOULDER]
        return distance(left, right) if left and right else None

    @property
    def shoulders_px(self) -> float:
        """Usual width of the last half minute: a turned body must not look faster.

        Of shoulders that were never in view, what the eyes suggest. NaN when not even that.
        """
        usual = self._widths.value
        return math.exp(self._guesses.value if math.isnan(usual) else usual)


def counted_joints(pose: Pose, width: int, height: int) -> list[Joint]:
    """Pixels of each joint that is visible and inside the frame."""
    joints: list[Joint] = []
    for (x, y, _), seen in zip(pose.landmarks.tolist(), pose.visibility.tolist(), strict=True):
        inside = MARGIN <= x <= 1 - MARGIN and MARGIN <= y <= 1 - MARGIN
        joints.append((x * width, y * height) if inside and seen >= LEAST_VISIBILITY else None)
    return joints
