"""Observations with known answers: a made-up child, posed at will, seen at any rate.

    observations = film(10, hz=30, child=lambda t: Child(yaw=20 * (t > 5)))

Angles have the design's signs. The face is an ellipsoid with the canonical face's rigid points and
a few exact landmarks more, in cm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from agent.measures import canonical_face
from agent.measures.geometry import FULLY_SHORT_DEG, YAW_SHORT
from agent.observation import (
    NO_SHIFTS,
    Command,
    Face,
    Float32,
    Hand,
    Hands,
    ImageQuality,
    Observation,
    PersonBox,
    Pose,
    Rates,
    Side,
)

WIDTH, HEIGHT = 640, 480
POSE_EVERY_S = 0.125
HANDS_EVERY_S = 0.2
IOD_CM = 8.892  # between the outer corners of the eyes
POSE_LAG_S = 0.1  # between a frame and the observation that carries its pose


@dataclass(frozen=True)
class Child:
    """Everything at rest, in the middle of a good picture."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    blink: tuple[float, float] = (0.1, 0.1)  # eyeBlinkLeft, eyeBlinkRight
    lids: float = 1.0  # opening of the eyes in the landmarks
    smile: tuple[float, float] = (0.05, 0.05)
    mouth: float = 0.02  # opening, of the mouth's width
    jaw_cm: float = 0.0  # that cheeks, jaw and the wings of the nose are deformed by, down and back
    shapes: dict[int, float] = field(default_factory=dict)  # other blend shapes
    gaze: tuple[float, float] = (0.0, 0.0)  # of the iris in the eye, of its half width
    iod_px: float = 90.0
    centre: tuple[float, float] = (0.5, 0.45)  # of the face
    body: tuple[float, float] = (0.0, 0.0)  # shift of the whole body, in shoulder widths
    wrists: tuple[tuple[float, float], tuple[float, float]] = ((0.72, 0.95), (0.28, 0.95))
    wrists_visible: float = 0.95
    hands: int = 2


@dataclass(frozen=True)
class Picture:
    luma: float = 130.0
    uneven: float = 0.1
    sharpness: float = 0.5
    change: float = 2.0
    background: float = 0.0
    lips: tuple[float, float] = (math.nan, math.nan)  # redness of the right and left half


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """R = Ry·Rx·Rz of the design's angles: pitch and roll turn against their axes."""
    y, x, z = math.radians(yaw), math.radians(-pitch), math.radians(-roll)
    ry = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    rx = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    rz = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
    return np.asarray(ry @ rx @ rz)


LOWER_FACE = [129, 358, 132, 361, 136, 365, 147, 376, 205, 425]


def _canonical(lids: float, mouth: float, gaze: tuple[float, float], jaw_cm: float) -> np.ndarray:
    """478 points in cm: x to the image's right (the subject's left), y up, z to the camera."""
    index = np.arange(478)
    height = 1 - 2 * (index + 0.5) / 478  # a spiral over the front of an ellipsoid
    angle = index * 2.399963
    ring = np.sqrt(1 - height**2)
    points = np.stack(
        (7.0 * ring * np.cos(angle), 9.0 * height, 4.0 * np.abs(ring * np.sin(angle))), axis=1
    )
    points[234], points[454] = (-7.0, 0, 0), (7.0, 0, 0)
    points[canonical_face.RIGID] = canonical_face.POINTS
    points[LOWER_FACE] += (0, -jaw_cm, -2 * jaw_cm)
    points[152], points[1] = (0, -8.5, 2.0), (0, -1.5, 6.5)
    points[2], points[168] = (0, -2.5, 5.5), (0, 3.0, 4.8)
    lid = 0.43 * lids
    for eye, iris in (
        ((33, 160, 158, 133, 153, 144), (468, 469, 470, 471, 472)),
        ((263, 387, 385, 362, 380, 373), (473, 474, 475, 476, 477)),
    ):
        corner, a, b, other, lower_b, lower_a = eye
        outer, inner = points[corner], points[other]
        for share, upper, lower in ((1 / 3, a, lower_a), (2 / 3, b, lower_b)):
            along = outer + share * (inner - outer) + (0, 0, 0.4)
            opening = np.array((0, lid, 0))
            points[upper], points[lower] = along + opening, along - opening
        half_width = np.linalg.norm(inner - outer) / 2
        centre = (outer + inner) / 2 + (half_width * gaze[0], half_width * gaze[1], 0)
        points[iris[0]] = centre
        for i, (dx, dy) in zip(
            iris[1:], ((0.59, 0), (0, 0.59), (-0.59, 0), (0, -0.59)), strict=True
        ):
            points[i] = centre + np.array((dx, dy, 0))
    half = mouth * 2.5
    points[61], points[291] = (-2.5, -4.5, 4.0), (2.5, -4.5, 4.0)
    points[13], points[14] = (0, -4.5 + half, 5.0), (0, -4.5 - half, 5.0)
    return points


def _as_laid(yaw: float) -> float:
    """MediaPipe's landmarks fall short of a turned head."""
    laid = yaw
    for _ in range(40):
        laid = yaw - YAW_SHORT * laid * min(1.0, (laid / FULLY_SHORT_DEG) ** 2)
    return laid


@lru_cache(maxsize=64)
def _landmarks(
    angles: tuple[float, float, float],
    shape: tuple[float, float, tuple[float, float], float],
    iod_px: float,
    centre: tuple[float, float],
) -> Float32:
    yaw, pitch, roll = angles
    turned = _canonical(*shape) @ rotation(_as_laid(yaw), pitch, roll).T
    px_per_cm = iod_px / IOD_CM
    x = centre[0] * WIDTH + turned[:, 0] * px_per_cm
    y = centre[1] * HEIGHT - turned[:, 1] * px_per_cm
    z = -turned[:, 2] * px_per_cm
    return np.stack((x / WIDTH, y / HEIGHT, z / WIDTH), axis=1).astype(np.float32)


def face_of(child: Child) -> Face:
    angles = (child.yaw, child.pitch, child.roll)
    shape = (child.lids, child.mouth, child.gaze, child.jaw_cm)
    landmarks = _landmarks(angles, shape, child.iod_px, child.centre)
    shapes = np.zeros(52, np.float32)
    shapes[9], shapes[10] = child.blink
    shapes[44], shapes[45] = child.smile
    for i, level in child.shapes.items():
        shapes[i] = level
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = rotation(*angles)
    matrix[:3, 3] = (0, 0, -50)
    return Face(landmarks, shapes, matrix, from_crop=False, person=1)


SHOULDER_PX = 220.0
# Of a hand's landmarks: how far from the wrist, of its length, and on which finger.
REACH = np.array((0.0, 0.15, 0.3, 0.4, 0.5) + (0.5, 0.7, 0.85, 1.0) * 4)
FINGER = np.array((0, -3, -3, -3, -3) + (-1,) * 4 + (0,) * 4 + (1,) * 4 + (2,) * 4)


def pose_of(child: Child, t_ms: int, *, people: int = 1) -> Pose:
    cx, cy = child.centre[0] * WIDTH, child.centre[1] * HEIGHT
    joints = np.zeros((33, 2))
    joints[:11] = [(cx + 6 * ((i % 5) - 2), cy + 4 * (i % 3)) for i in range(11)]
    joints[11], joints[12] = (cx + SHOULDER_PX / 2, cy + 130), (cx - SHOULDER_PX / 2, cy + 130)
    joints[13], joints[14] = (cx + SHOULDER_PX * 0.6, cy + 215), (cx - SHOULDER_PX * 0.6, cy + 215)
    for wrist, (x, y) in zip((15, 16), child.wrists, strict=True):
        joints[wrist] = (x * WIDTH, y * HEIGHT)
        joints[wrist + 2] = joints[wrist + 4] = joints[wrist + 6] = joints[wrist] + (4, 4)
    joints[23:] = (cx, HEIGHT * 1.3)  # hips and legs: outside the frame
    joints += np.array(child.body) * SHOULDER_PX
    landmarks = np.zeros((33, 3), np.float32)
    landmarks[:, :2] = joints / (WIDTH, HEIGHT)
    visibility = np.full(33, 0.98, np.float32)
    visibility[15:23] = child.wrists_visible
    return Pose(t_ms, None, True, landmarks, landmarks * 0.0, visibility, people, NO_SHIFTS)


def hands_of(child: Child, t_ms: int) -> Hands:
    hands = []
    for side, (x, y) in list(zip((Side.LEFT, Side.RIGHT), child.wrists, strict=True))[
        : child.hands
    ]:
        points = np.stack((x + 0.01 * FINGER, y - 0.33 * REACH, 0 * REACH), axis=1)
        landmarks = points.astype(np.float32)
        landmarks[:, 0] += child.body[0] * SHOULDER_PX / WIDTH
        landmarks[:, 1] += child.body[1] * SHOULDER_PX / HEIGHT
        hands.append(Hand(side, 0.9, landmarks, landmarks * 0.0))
    return Hands(t_ms, None, tuple(hands))


def noisy(array: Float32, rng: np.random.Generator, spread: float) -> Float32:
    return (array + rng.normal(0, spread, array.shape)).astype(np.float32)


def film(
    seconds: float,
    child: Callable[[float], Child | None] = lambda t: Child(),
    *,
    hz: float = 30.0,
    start_s: float = 0.0,
    picture: Callable[[float], Picture] = lambda t: Picture(),
    commands: Mapping[int, tuple[Command, ...]] | None = None,  # by frame
    others: Callable[[float], tuple[PersonBox, ...]] = lambda t: (),
    track: Callable[[float], int] = lambda t: 0,
    body: bool = True,
    pose_hz: float = 1 / POSE_EVERY_S,
    hands_hz: float = 1 / HANDS_EVERY_S,
    jitter: float = 0.0,  # of the frame interval
    drop: float = 0.0,  # share of frames
    noise: float = 0.0,  # of landmarks, normalised; blend shapes get 20 times as much
    seed: int = 0,
) -> Iterator[Observation]:
    """What is seen of child(t); None: no face and no body."""
    rng = np.random.default_rng(seed)
    pose_due = hands_due = start_s
    last_ms = hands_ms = -1
    for i in range(round(seconds * hz)):
        t = start_s + (i + (rng.uniform(-jitter, jitter) if jitter else 0.0)) / hz
        if drop and rng.random() < drop:
            continue
        t_ms = max(round(t * 1000), last_ms + 1, 0)
        last_ms = t_ms
        seen = child(t)
        face = face_of(seen) if seen else None
        if face and noise:
            face = Face(
                noisy(face.landmarks, rng, noise),
                np.clip(noisy(face.blendshapes, rng, 20 * noise), 0, 1),
                face.matrix,
                face.from_crop,
                face.person,
            )
        pose = hands = None
        if body and t >= pose_due - 1e-6:
            pose_due = max(pose_due, t - 1 / pose_hz) + 1 / pose_hz
            then_ms = max(0, round((t - POSE_LAG_S) * 1000))
            before = child(t - POSE_LAG_S)
            pose = pose_of(before, then_ms) if before else _no_pose(then_ms)
        if body and t >= hands_due - 1e-6:
            hands_due = max(hands_due, t - 1 / hands_hz) + 1 / hands_hz
            then_ms = max(0, round((t - POSE_LAG_S) * 1000))
            before = child(t - POSE_LAG_S)
            if then_ms > hands_ms:
                hands = hands_of(before, then_ms) if before else Hands(then_ms, None, ())
            hands_ms = then_ms
        look, boxes = picture(t), others(t)
        yield Observation(
            t_ms=t_ms,
            media_us=t_ms * 1000,
            key=None,
            width=WIDTH,
            height=HEIGHT,
            rotation_deg=0,
            track=track(t),
            face=face,
            faces_seen=(face is not None) + len(boxes),
            pose=pose,
            hands=hands,
            image=ImageQuality(
                look.luma, look.uneven, look.sharpness, look.change, look.background, *look.lips
            ),
            others=boxes,
            rates=Rates(hz, hz, pose_hz, hands_hz, 0, 0),
            commands=(commands or {}).get(i, ()),
        )


def _no_pose(t_ms: int) -> Pose:
    empty = np.zeros((0, 3), np.float32)
    return Pose(t_ms, None, False, empty, empty, np.empty(0, np.float32), 0, NO_SHIFTS)
