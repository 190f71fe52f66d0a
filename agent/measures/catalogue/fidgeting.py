"""Small movements back and forth while the child stays in one place."""

from __future__ import annotations

from collections import deque

from agent.measures import reasons
from agent.measures.body import Body, Joint
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.labels import Reason, Text
from agent.measures.samplers import reads
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.measures.turning_points import Swing, SwingFinder
from agent.observation.joints import LEFT_SHOULDER, RIGHT_SHOULDER

LEAST_SW, LARGEST_SW = 0.06, 0.4  # of one swing; below is jitter, above a gesture
SHORTEST_MS, LONGEST_MS = 200, 1000  # half cycles of 0.5 to 2.5 Hz
REST_MS = 1200
RECENT_MS = 3500
LEAST_SWINGS = 3  # within them, of one part
PLACE_MS = 10_000
PLACE_SW = 0.3  # the shoulders' middle stays within it
LEAST_MS = 1000
MERGE_MS = 1000

# Of each part the first joint in view is followed: wrist or elbow, ankle or knee.
PARTS = {
    "left_arm": (15, 13),
    "right_arm": (16, 14),
    "left_leg": (27, 25),
    "right_leg": (28, 26),
}
SHOULDER_JOINTS = (LEFT_SHOULDER, RIGHT_SHOULDER)
SHOULDERS = {"left_arm": LEFT_SHOULDER, "right_arm": RIGHT_SHOULDER}

FIDGETING_EVENT = EventKind(
    id="fidgeting",
    label=Text("Small movements on the spot", "Petits mouvements sur place"),
    measure_id="fidgeting_time",
    lasting=True,
)
NOT_IN_PLACE = Reason(
    "not_in_place",
    Text(
        "The child is moving about. It is shown after some seconds in one place.",
        "L'enfant se déplace. La valeur vient après quelques secondes à la même place.",
    ),
)

Point = tuple[float, float]


class _Part:
    """The small swings of one joint, sideways and up and down."""

    def __init__(self) -> None:
        self._finders = (SwingFinder(LEAST_SW, REST_MS), SwingFinder(LEAST_SW, REST_MS))
        self.clear()

    def clear(self) -> None:
        self._joint = -1
        self._place = (0.0, 0.0)
        self._ends_ms: tuple[deque[int], deque[int]] = (deque(), deque())
        for finder in self._finders:
            finder.clear()

    def follow(self, t_ms: int, joint: int, step: Point | None) -> None:
        """step: from the pose before, in shoulder widths; None when it cannot be told."""
        if joint != self._joint or step is None:
            self.clear()
            self._joint = joint
        if step is None:
            return
        self._place = (self._place[0] + step[0], self._place[1] + step[1])
        for level, finder, ends_ms in zip(self._place, self._finders, self._ends_ms, strict=True):
            swing = finder.add(t_ms, level)
            if swing is not None and _small(swing):
                ends_ms.append(swing.to_ms)

    def swinging(self, t_ms: int) -> bool:
        for ends_ms in self._ends_ms:
            while ends_ms and ends_ms[0] < t_ms - RECENT_MS:
                ends_ms.popleft()
        return any(len(ends_ms) >= LEAST_SWINGS for ends_ms in self._ends_ms)


def _small(swing: Swing) -> bool:
    lasted_ms = swing.to_ms - swing.from_ms
    return SHORTEST_MS <= lasted_ms <= LONGEST_MS and abs(swing.size) <= LARGEST_SW


class Fidgeting(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._parts = {name: _Part() for name in ("torso", *PARTS)}
        self._places: deque[tuple[int, float, float]] = deque()  # of the shoulders' middle
        self._episodes = Episodes(
            FIDGETING_EVENT, on=1.0, off=1.0, least_ms=LEAST_MS, merge_ms=MERGE_MS
        )
        self.active: float | Reason = reasons.NO_BODY

    def update(self, scene: Scene) -> None:
        body = self._body.updated(scene)
        if scene.observation.pose is not None or not body.seen(scene.t_ms):
            self.active = self._look(body)
        if isinstance(self.active, Reason):
            self._episodes.skip(scene)
        else:
            self._episodes.feed(scene, self.active / 100)

    def skip(self, scene: Scene) -> None:
        self._episodes.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._episodes.reset(scene)
        self._forget()

    def _forget(self) -> None:
        self._places.clear()
        for part in self._parts.values():
            part.clear()

    def _look(self, body: Body) -> float | Reason:
        if not body.joints:
            self._forget()
            return reasons.NO_BODY
        left, right = body.joints[LEFT_SHOULDER], body.joints[RIGHT_SHOULDER]
        if left is None or right is None:
            self._forget()
            return reasons.PART_HIDDEN
        unit = body.shoulders_px
        middle = ((left[0] + right[0]) / 2 / unit, (left[1] + right[1]) / 2 / unit)
        self._follow_place(body.t_ms, middle)
        self._follow_parts(body)
        if body.t_ms - self._places[0][0] < RECENT_MS:
            return reasons.WINDOW_FILLING
        if not self._in_place():
            return NOT_IN_PLACE
        return 100.0 if any(p.swinging(body.t_ms) for p in self._parts.values()) else 0.0

    def _follow_place(self, t_ms: int, middle: Point) -> None:
        places = self._places
        if places and t_ms - places[-1][0] > LONG_GAP_MS:
            self._forget()
        places.append((t_ms, *middle))
        while places[0][0] < t_ms - PLACE_MS:
            places.popleft()

    def _in_place(self) -> bool:
        xs, ys = [x for _, x, _ in self._places], [y for _, _, y in self._places]
        return max(xs) - min(xs) <= PLACE_SW and max(ys) - min(ys) <= PLACE_SW

    def _follow_parts(self, body: Body) -> None:
        steps = body.shifts or body.steps
        self._parts["torso"].follow(body.t_ms, 0, _mean_step(steps, SHOULDER_JOINTS, body))
        for name in PARTS:
            part, joint = self._parts[name], _followed(name, body.joints)
            if joint is None:
                part.clear()
            else:
                part.follow(body.t_ms, joint, _mean_step(steps, (joint,), body))


def _mean_step(steps: list[Joint], joints: tuple[int, ...], body: Body) -> Point | None:
    """In shoulder widths: what the picture moved there, which does not tremble."""
    known = [step for i in joints if steps and (step := steps[i]) is not None]
    if len(known) < len(joints):
        return None
    share = 1 / len(known) / body.shoulders_px
    return sum(x for x, _ in known) * share, sum(y for _, y in known) * share


def _followed(name: str, joints: list[Joint]) -> int | None:
    """None when nothing of the part is in view, or a hand is above its shoulder: it gestures."""
    for joint in PARTS[name]:
        place = joints[joint]
        if place is not None:
            shoulder = joints[SHOULDERS[name]] if name in SHOULDERS else None
            return None if shoulder is not None and place[1] < shoulder[1] else joint
    return None


FIDGETING_TIME = Measure(
    id="fidgeting_time",
    group=Group.MOVEMENT,
    label=Text("Small movements on the spot", "Petits mouvements sur place"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=Text(
        "Both shoulders in view and in one place for some seconds; the pose analysed 6.5 times a "
        "second. Of arms and legs, what is in view counts.",
        "Les deux épaules visibles, à la même place depuis quelques secondes ; la posture analysée "
        "6,5 fois par seconde. Des bras et des jambes, seul le visible compte.",
    ),
    limits=Text(
        "Fingers that move on a resting hand are too small to be seen. A rhythm (rocking, tapping) "
        "counts too, and a moved tablet on which the camera stands may.",
        "Des doigts qui bougent sur une main posée sont trop petits. Un rythme (balancement, "
        "tapotement) compte aussi, et une tablette bougée peut compter.",
    ),
    tested="Made-up bodies: 0.6 to 2.2 Hz of 0.12 to 0.3 SW found all of the time; jitter of 0.03 "
    "SW, a reach, a shift of weight, a wide gesture and a wave never.",
    formula="share of measurable time with ≥ 3 swings of 0.06 to 0.4 SW in 0.2 to 1 s each "
    "within 3.5 s, of the torso, a wrist (or elbow) below its shoulder, or an ankle (or knee), "
    "while the shoulders' middle stays within 0.3 SW for 10 s",
    source="turning points of the picture's shift at MediaPipe pose joints (Lucas & Kanade 1981), "
    "0.5 to 2.5 Hz",
    algorithm_version=2,
    landmarker=Landmarker.POSE,
    minimum_hz=6.5,
    conditions=Condition.PICTURE_LIVE | Condition.CAMERA_STILL,
    make=reads(Fidgeting, lambda fidgeting: fidgeting.active),
)
