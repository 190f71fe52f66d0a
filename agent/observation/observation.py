"""What perception saw on one frame: frozen numpy arrays, and nothing that needs MediaPipe to read.

Landmarks are normalised to the upright, un-mirrored image (origin top left, x right, y down; z in
the scale of x). Left and right are always the subject's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

FACE_LANDMARKS = 478
BLENDSHAPES = 52
POSE_LANDMARKS = 33
HAND_LANDMARKS = 21
NO_SHIFTS = np.empty((0, 2), np.float32)


class Side(IntEnum):
    UNSPECIFIED = 0
    LEFT = 1
    RIGHT = 2
    BOTH = 3


@dataclass(frozen=True, slots=True)
class FrameKey:
    """The sender's stamp on a video frame (LiveKit frame metadata). Opaque: never a clock."""

    user_timestamp_us: int
    frame_id: int


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    landmarks: Float32  # (478, 3)
    blendshapes: Float32  # (52,), MediaPipe's order
    matrix: Float32  # (4, 4), canonical face to virtual camera, cm
    from_crop: bool
    person: int  # stays with a person while followed
    presence: float = math.nan  # 0 to 1: how sure the model is of a face; NaN: it does not say


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A pose result, which may belong to an earlier frame than the observation that carries it."""

    t_ms: int
    key: FrameKey | None
    present: bool  # False: looked for, and the patient's body was not found
    landmarks: Float32  # (33, 3), empty (0, 3) when not present
    world: Float32  # (33, 3), metres
    visibility: Float32  # (33,), 0-1
    people: int  # poses seen in all
    shifts: Float32  # (33, 2): how far the picture moved at each joint since the pose
    # before, in the landmarks' units, NaN where it cannot be told; empty (0, 2) at the first one


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    side: Side
    score: float
    landmarks: Float32  # (21, 3)
    world: Float32  # (21, 3), metres


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """A hand result, which may belong to an earlier frame than the observation that carries it."""

    t_ms: int
    key: FrameKey | None
    hands: tuple[Hand, ...]  # of the patient; empty: looked for, none seen
    others: int = 0  # hands too far from the patient's wrists to be theirs


@dataclass(frozen=True, slots=True)
class PersonBox:
    """Somebody else in view. Normalised corners."""

    person: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class ImageQuality:
    """Measured on the pixels, because re-analysis has none. NaN: not measured."""

    face_luma: float  # mean grey level 0-255 of the face, else of the image
    uneven_light: float  # |left - right| / mean over the face
    sharpness: float  # variance of the Laplacian over variance, on the face at 128 x 128
    frame_change: float  # mean absolute grey difference to the last analysed frame
    background_change: float  # share of background pixels that changed
    # How much redder each half of the lips is than the skin around it, in CIELAB's a*. Of the
    # subject's right and left.
    right_lips: float = math.nan
    left_lips: float = math.nan


@dataclass(frozen=True, slots=True)
class Rates:
    """Achieved over the last 5 s."""

    camera_hz: float
    face_hz: float
    pose_hz: float
    hands_hz: float
    dropped_frames: int  # since the track began
    step: int  # how far the schedule has stepped down; 0: it looks at everything


@dataclass(frozen=True, slots=True)
class SetBaseline:
    pass


@dataclass(frozen=True, slots=True)
class SelectPerson:
    person: int


@dataclass(frozen=True, slots=True)
class Mark:
    label: str
    ago_ms: int = 0  # before this frame: when its key was pressed


Command = SetBaseline | SelectPerson | Mark


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    t_ms: int  # the session's media time, strictly increasing
    media_us: int  # the received time stamp that t_ms was made from
    key: FrameKey | None
    width: int  # px, of the upright image
    height: int
    rotation_deg: int
    track: int  # counts up when the camera is republished or switched
    face: Face | None  # the patient's
    faces_seen: int
    pose: Pose | None  # None: no new pose result arrived with this frame
    hands: Hands | None
    image: ImageQuality
    others: tuple[PersonBox, ...]
    rates: Rates
    reasons: tuple[str, ...] = ()  # why there is no face although one may be there
    commands: tuple[Command, ...] = ()
