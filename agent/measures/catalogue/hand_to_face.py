"""A hand at the face, and where on it."""

from __future__ import annotations

import math

from agent.measures import reasons
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Landmarker, Measure, Over
from agent.measures.detectors import Detector, Detectors
from agent.measures.episodes import Episodes
from agent.measures.events import EventKind
from agent.measures.face_outline import FaceOutline
from agent.measures.geometry import distance, distance_from_line
from agent.measures.hands_by_pose import all_unseen
from agent.measures.labels import Reason, Text
from agent.measures.looks import APART_MS
from agent.measures.samplers import reads
from agent.measures.scene import Scene
from agent.observation import Hand, Side
from agent.observation.joints import ELBOWS, HANDS, LEFT_SHOULDER, RIGHT_SHOULDER

TOUCHING_IOD = 0.15  # outside the face's outline, in distances between the outer eye corners
LEAVING_IOD = 0.30
LEAST_MS = 100
BRIDGE_MS = 300  # hands are often lost for a moment just when they touch
LOOKS = 2  # in a row: a face alone is taken for a hand now and then, mostly in one
PALM_OF_IOD = (0.5, 1.6)  # a hand much nearer to the camera than the face is not on it
LED_SW = 0.6  # shoulder widths from the hand's wrist to a forearm: beyond it no arm leads there
WRIST, INDEX_BASE, MIDDLE_BASE, LITTLE_BASE = 0, 5, 9, 17
FINGERTIPS = (4, 8, 12, 16, 20)

ZONES: dict[str, tuple[int, ...]] = {
    "eyes": (468, 473),
    "nose": (1, 2),
    "mouth": (13, 14, 61, 291),
    "cheek": (50, 280, 205, 425),
    "ear": (234, 454, 127, 356),
    "forehead": (10, 151, 67, 297),
    "chin": (152, 175),
}


def _touch(zone: str, en: str, fr: str) -> EventKind:
    return EventKind(
        id=f"hand_to_{zone}",
        label=Text(f"Hand to the {en}", f"Main {fr}"),
        measure_id="hand_on_face",
        lasting=True,
    )


HAND_TO_EYES = _touch("eyes", "eyes", "aux yeux")
HAND_TO_NOSE = _touch("nose", "nose", "au nez")
HAND_TO_MOUTH = _touch("mouth", "mouth", "à la bouche")
HAND_TO_CHEEK = _touch("cheek", "cheek", "à la joue")
HAND_TO_EAR = _touch("ear", "ear", "à l'oreille")
HAND_TO_FOREHEAD = _touch("forehead", "forehead", "au front")
HAND_TO_CHIN = _touch("chin", "chin", "au menton")
KINDS = {
    "eyes": HAND_TO_EYES,
    "nose": HAND_TO_NOSE,
    "mouth": HAND_TO_MOUTH,
    "cheek": HAND_TO_CHEEK,
    "ear": HAND_TO_EAR,
    "forehead": HAND_TO_FOREHEAD,
    "chin": HAND_TO_CHIN,
}


class HandToFace(Detector):
    def __init__(self, detectors: Detectors) -> None:
        self._touches = Episodes(
            HAND_TO_CHEEK,
            on=-TOUCHING_IOD,
            off=-LEAVING_IOD,
            least_ms=LEAST_MS,
            merge_ms=BRIDGE_MS,
            seen_to_begin=True,
        )
        self._compared: tuple[Hand, ...] | None = None
        self._nearest_iod = math.inf
        self._side = Side.UNSPECIFIED
        self._looks, self._since_ms = 0, 0  # in a row that put a hand at the face
        self._counted_ms = 0
        self.distance: float | Reason = reasons.NO_HANDS_RESULT
        self.touching: float | Reason = reasons.NO_HANDS_RESULT

    def update(self, scene: Scene) -> None:
        found = scene.hands_found
        if found is not self._compared:
            self._compared = found
            self._compare(scene, found or ())
            self._count_looks(scene)
        unknown = reasons.NO_HANDS_RESULT if found is None else reasons.HAND_NOT_FOUND
        self.distance = self._nearest_iod if math.isfinite(self._nearest_iod) else unknown
        may_hide = not all_unseen(scene.hand_off_face, found or ())
        at_face = self._nearest_iod <= LEAVING_IOD
        if self._looks < LOOKS if at_face else may_hide:
            self._touches.skip(scene)
            self.touching = unknown
            return
        self._touches.feed(
            scene, -self._nearest_iod, side=self._side, since_ms=self._since_ms if at_face else None
        )
        self.touching = 100.0 if self._touches.on else 0.0

    def skip(self, scene: Scene) -> None:
        self._touches.skip(scene)

    def reset(self, scene: Scene) -> None:
        self._looks = 0
        self._touches.reset(scene)

    def _count_looks(self, scene: Scene) -> None:
        if self._nearest_iod > LEAVING_IOD:
            self._looks = 0
            return
        if self._looks and scene.t_ms - self._counted_ms < APART_MS:
            return
        if self._looks == 0:
            self._since_ms = scene.t_ms
        if self._looks or self._nearest_iod <= TOUCHING_IOD:
            self._looks, self._counted_ms = self._looks + 1, scene.t_ms

    def _compare(self, scene: Scene, hands: tuple[Hand, ...]) -> None:
        self._nearest_iod = math.inf
        outline = FaceOutline(scene.points)
        width, height = scene.width, scene.height
        for hand in hands:
            points = [(x * width, y * height) for x, y, _ in hand.landmarks.tolist()]
            if not PALM_OF_IOD[0] <= _palm_px(points) / scene.iod_px <= PALM_OF_IOD[1]:
                continue
            away = min(outline.outside_px(x, y) for x, y in points) / scene.iod_px
            if away <= LEAVING_IOD and not _arm_leads_to(points[WRIST], scene):
                continue
            if away < self._nearest_iod:
                self._nearest_iod, self._side = away, hand.side
                if away <= LEAVING_IOD:
                    self._touches.kind = KINDS[_zone(scene, points)]


def _palm_px(points: list[tuple[float, float]]) -> float:
    """Of the sides of the palm the longest: a hand may point at the camera."""
    return max(
        distance(points[WRIST], points[MIDDLE_BASE]),
        distance(points[WRIST], points[INDEX_BASE]),
        distance(points[INDEX_BASE], points[LITTLE_BASE]),
    )


def _arm_leads_to(wrist: tuple[float, float], scene: Scene) -> bool:
    """Whether a forearm ends about there. Without a body nothing speaks against it."""
    pose = scene.fresh_pose
    if pose is None or not pose.present:
        return True
    joints = [(x * scene.width, y * scene.height) for x, y in pose.landmarks[:, :2].tolist()]
    reach_px = LED_SW * distance(joints[LEFT_SHOULDER], joints[RIGHT_SHOULDER])
    return any(
        distance_from_line(wrist, joints[ELBOWS[side]], joints[hand[0]]) <= reach_px
        for side, hand in HANDS.items()
    )


def _zone(scene: Scene, hand: list[tuple[float, float]]) -> str:
    tips = [hand[i] for i in FINGERTIPS]

    def nearest(zone: str) -> float:
        return min(distance(scene.points[i], tip) for i in ZONES[zone] for tip in tips)

    return min(ZONES, key=nearest)


_CONDITIONS = Condition.FACE | Condition.PICTURE_LIVE | Condition.FACE_SIZE | Condition.FACE_ANGLE
_NEEDS = Text(
    "The face and, when there is one, the hand in view.",
    "Le visage visible et, s'il y en a une, la main.",
)
_LIMITS = Text(
    "A hand held before the face reads as on it. Withheld while a hand is not found and may be on "
    "the face. While no wrist is in the picture, hands are looked for once a second.",
    "Une main tenue devant le visage compte comme dessus. Non donnée quand une main n'est pas "
    "trouvée et pourrait être sur le visage. Tant qu'aucun poignet n'est dans l'image, les mains "
    "sont cherchées une fois par seconde.",
)

HAND_ON_FACE = Measure(
    id="hand_on_face",
    group=Group.HANDS,
    label=Text("Hand at the face", "Main au visage"),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=_NEEDS,
    limits=_LIMITS,
    tested="Made-up hands: zone and side right, beginning and end within 0.3 s, a hand beside the "
    "face not; share of time within 4 %. A real hand over mouth and nose, its wrist outside the "
    "frame, is not found by the landmarker, and withheld throughout.",
    formula="any of 21 hand points within 0.15 IOD of the face's outline until beyond 0.30, palm "
    "0.5 to 1.6 IOD long, wrist within 0.6 shoulder widths of a forearm, two looks in a row; the "
    "zone is the one nearest to a fingertip at the start; none: each hand found farther off, or "
    "more than 0.3 shoulder widths off in every pose of the last second",
    source="MediaPipe hand and face landmarks",
    landmarker=Landmarker.HANDS,
    minimum_hz=4.0,
    no_hands=Scene.both_hands_off_face,
    algorithm_version=6,
    conditions=_CONDITIONS,
    hidden_by=reasons.HAND_UNSEEN,
    make=reads(HandToFace, lambda hand: hand.touching),
)
HAND_FACE_DISTANCE = Measure(
    id="hand_face_distance",
    group=Group.HANDS,
    label=Text("Hand's distance from the face", "Distance de la main au visage"),
    unit="IOD",
    decimals=1,
    low=0,
    needs=_NEEDS,
    limits=Text(
        "In the picture, not in depth, in distances between the outer eye corners.",
        "Dans l'image, pas en profondeur, en distances entre les coins externes des yeux.",
    ),
    tested="Made-up hands: grows as the hand goes.",
    formula="least distance of any hand point from the face's outline / IOD",
    source=HAND_ON_FACE.source,
    landmarker=Landmarker.HANDS,
    minimum_hz=4.0,
    no_hands=Scene.both_hands_off_face,
    algorithm_version=6,
    conditions=_CONDITIONS,
    make=reads(HandToFace, lambda hand: hand.distance),
)
