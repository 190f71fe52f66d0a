"""The models that are used of MediaPipe's bundles, and what of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Given(StrEnum):
    """What a model is asked with."""

    PICTURE = "picture"  # bytes, read as 0 to 1
    SIGNED_PICTURE = "signed picture"  # bytes, read as -1 to 1
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Model:
    bundle: str  # of models.bundles.ModelBundles
    name: str
    given: Given
    outputs: tuple[int, ...]  # what only others need is left out


FACE_DETECTOR = Model("face", "face_detector", Given.SIGNED_PICTURE, (0, 1))
FACE_LANDMARKS = Model("face", "face_landmarks_detector", Given.PICTURE, (0, 1))
FACE_BLENDSHAPES = Model("face", "face_blendshapes", Given.NUMBERS, (0,))
POSE_DETECTOR = Model("pose", "pose_detector", Given.SIGNED_PICTURE, (0, 1))
# Landmarks, presence, heat map, world; not the mask of the body.
POSE_LANDMARKS = Model("pose", "pose_landmarks_detector", Given.PICTURE, (0, 1, 3, 4))
PALM_DETECTOR = Model("hands", "hand_detector", Given.PICTURE, (0, 1))
HAND_LANDMARKS = Model("hands", "hand_landmarks_detector", Given.PICTURE, (0, 1, 2, 3))

MODELS = (
    FACE_DETECTOR,
    FACE_LANDMARKS,
    FACE_BLENDSHAPES,
    POSE_DETECTOR,
    POSE_LANDMARKS,
    PALM_DETECTOR,
    HAND_LANDMARKS,
)
