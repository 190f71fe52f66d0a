"""A raised hand, a pointing hand."""

from __future__ import annotations

import math

from agent.measures import reasons
from agent.measures.body import Body, Joint
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.hands_by_pose import all_unseen
from agent.measures.labels import Reason, Text
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene
from agent.observation import Hand, Pose, Side

LEAST_MS = 300
MERGE_MS = 300
RAISED_SW = 0.15  # shoulder widths above the shoulder, until it is below
SIDES = ((Side.LEFT, 11, 15), (Side.RIGHT, 12, 16))  # shoulder, wrist
FINGERS = ((5, 6, 8), (9, 10, 12), (13, 14, 16), (17, 18, 20))  # base, middle joint, tip
STRAIGHT_DEG = 40.0  # of bend at most
BENT_DEG = 70.0  # at least

HAND_RAISED_EVENT = EventKind(
    id="hand_raised",
    label=Text("Hand raised above the shoulder", "Main levée au-dessus de l'épaule"),
    measure_id="hand_raised",
    lasting=True,
)
POINTING_EVENT = EventKind(
    id="pointing",
    label=Text("Pointing hand", "Main qui pointe"),
    measure_id="pointing",
    lasting=True,
)


class HandRaised(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._body = detectors.of(Body)
        self._raised = Episodes(
            HAND_RAISED_EVENT,
            on=RAISED_SW,
            off=0.0,
            least_ms=LEAST_MS,
            merge_ms=MERGE_MS,
            seen_to_begin=True,
        )

    def sample(self, scene: Scene) -> float | Reason:
        body = self._body.updated(scene)
        if not body.seen(scene.t_ms):
            self._raised.skip(scene)
            return reasons.NO_BODY
        if body.shoulders_now_px is None:
            self._raised.skip(scene)
            return reasons.PART_HIDDEN
        lifts = {
            side: _above(body.joints[wrist], body.joints[shoulder]) / body.shoulders_px
            for side, shoulder, wrist in SIDES
        }
        up = [side for side, lift in lifts.items() if lift >= 0]
        if not up and _may_be_raised(scene.pose, body):
            self._raised.skip(scene)
            return reasons.PART_HIDDEN
        side = Side.BOTH if len(up) > 1 else up[0] if up else Side.UNSPECIFIED
        self._raised.feed(scene, max(lifts.values()), side=side)
        return 100.0 if self._raised.on else 0.0

    def skip(self, scene: Scene) -> None:
        self._raised.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._raised.reset(scene)


def _above(wrist: Joint, shoulder: Joint) -> float:
    """By how many pixels; a joint that does not count is not above anything."""
    return shoulder[1] - wrist[1] if wrist and shoulder else -math.inf


def _may_be_raised(pose: Pose | None, body: Body) -> bool:
    """A wrist that does not count may have left through the top, or be a guess."""
    if pose is None:
        return False
    heights = pose.landmarks[:, 1].tolist()
    return any(
        body.joints[wrist] is None and heights[wrist] < heights[shoulder]
        for _, shoulder, wrist in SIDES
    )


class Pointing(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._pointing = Episodes(
            POINTING_EVENT,
            on=1.0,
            off=1.0,
            least_ms=LEAST_MS,
            merge_ms=MERGE_MS,
            seen_to_begin=True,
        )
        self._judged: tuple[Hand, ...] | None = None
        self._side = Side.UNSPECIFIED

    def sample(self, scene: Scene) -> float | Reason:
        found = scene.hands_found
        if found is not self._judged:
            self._judged = found
            self._side = next((h.side for h in found or () if points(h)), Side.UNSPECIFIED)
        if not self._side and not all_unseen(scene.hand_out, found or ()):
            self._pointing.skip(scene)
            return reasons.NO_HANDS_RESULT if found is None else reasons.HAND_NOT_FOUND
        self._pointing.feed(scene, float(self._side is not Side.UNSPECIFIED), side=self._side)
        return 100.0 if self._pointing.on else 0.0

    def skip(self, scene: Scene) -> None:
        self._pointing.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._pointing.reset(scene)


def points(hand: Hand) -> bool:
    """The index straight, the three other fingers bent."""
    world = hand.world.tolist()
    index, *others = (_bend_deg(world[0], *(world[i] for i in finger)) for finger in FINGERS)
    return index <= STRAIGHT_DEG and min(others) >= BENT_DEG


def _bend_deg(wrist: list[float], base: list[float], joint: list[float], tip: list[float]) -> float:
    """Between the palm's direction and the finger's end."""
    palm = [b - w for b, w in zip(base, wrist, strict=True)]
    end = [t - j for t, j in zip(tip, joint, strict=True)]
    size = math.hypot(*palm) * math.hypot(*end)
    if size == 0:
        return 0.0
    cosine = sum(a * b for a, b in zip(palm, end, strict=True)) / size
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


HAND_RAISED = Measure(
    id="hand_raised",
    group=Group.HANDS,
    label=Text("Hand raised", "Main levée"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=10_000,
    needs=Text("The shoulders in view.", "Les épaules visibles."),
    limits=Text(
        "Withheld while a wrist that is not seen may be above the shoulder.",
        "Non donnée quand un poignet qu'on ne voit pas peut être au-dessus de l'épaule.",
    ),
    tested="Made-up bodies: duration within 0.2 s, side right.",
    formula="share of measurable time with a visible wrist above its shoulder, from 0.15 shoulder "
    "widths above it on until it is below",
    source="MediaPipe pose landmarks",
    algorithm_version=4,
    landmarker=Landmarker.POSE,
    minimum_hz=4.0,
    conditions=Condition.PICTURE_LIVE,
    hidden_by=(reasons.PART_HIDDEN,),
    make=HandRaised,
)
POINTING = Measure(
    id="pointing",
    group=Group.HANDS,
    label=Text("Hand pointing", "Main qui pointe"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=10_000,
    needs=Text("A hand in view.", "Une main visible."),
    limits=Text(
        "A shape of the hand: index straight, the others bent. Not at what it points.",
        "Une forme de la main : index tendu, les autres repliés. Pas ce qu'elle montre.",
    ),
    tested="Made-up hands: of five shapes only the straight index alone.",
    formula="index bent ≤ 40°, middle, ring and little finger ≥ 70°, for 300 ms or longer",
    source="MediaPipe hand world landmarks",
    algorithm_version=4,
    landmarker=Landmarker.HANDS,
    no_hands=Scene.both_hands_out,
    minimum_hz=4.0,
    conditions=Condition.PICTURE_LIVE,
    hidden_by=reasons.HAND_UNSEEN,
    make=Pointing,
)
