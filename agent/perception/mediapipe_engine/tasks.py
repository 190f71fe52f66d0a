"""MediaPipe's three tasks, unsmoothed: the reference.

With one face or one pose MediaPipe filters the landmarks, and what it computes from them, in time.
Asked for two it does not, and a second person is noticed. A second pose costs a run of the pose
detector on each frame (28 ms in place of 16). Stretched time stamps would switch the filter off
for one pose too, but its tracking then feeds on its own noise: on a close-up the shoulders of a
still person trembled four times as much as with the detector's fresh region.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.core.mediapipe_c_bindings import load_raw_library
from mediapipe.tasks.python.vision.core.image import Image, ImageFormat
from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarkerResultC
from mediapipe.tasks.python.vision.hand_landmarker import HandLandmarkerResultC
from mediapipe.tasks.python.vision.pose_landmarker import PoseLandmarkerResultC
from numpy.typing import NDArray

from agent.perception.landmarkers import (
    HANDS,
    PEOPLE,
    LandmarkerFailed,
    RawFace,
    RawHand,
    RawPose,
)
from agent.perception.mediapipe_engine import arrays


class _Task:
    """A landmarker of MediaPipe's, called without its detour over a further thread."""

    _name: ClassVar[str]
    _result: ClassVar[type[ctypes.Structure]]

    def __init__(self, landmarker: Any, *, video: bool = True) -> None:
        self._landmarker = landmarker
        self._video = video
        self._library = load_raw_library()
        call = "DetectForVideo" if video else "DetectImage"
        self._detect = getattr(self._library, f"Mp{self._name}{call}")
        self._free = getattr(self._library, f"Mp{self._name}CloseResult")

    def _call(self, image: NDArray[np.uint8], stamp_ms: int) -> Any:
        picture = Image(image_format=ImageFormat.SRGB, data=image)
        result, message = self._result(), ctypes.c_char_p()
        stamp = (stamp_ms,) if self._video else ()
        status = self._detect(
            self._landmarker._handle,
            picture._image_ptr,
            None,
            *stamp,
            ctypes.byref(result),
            ctypes.byref(message),
        )
        if status != 0:
            text = (message.value or b"").decode(errors="replace")
            self._library.MpErrorFree(message)
            raise LandmarkerFailed(f"{self._name} answered {status}: {text}")
        return result

    def close(self) -> None:
        self._landmarker.close()


class FaceTask(_Task):
    _name = "FaceLandmarker"
    _result = FaceLandmarkerResultC

    def __init__(self, model: Path, *, follow: bool = True) -> None:
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=_mode(follow),
            num_faces=PEOPLE if follow else 1,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        super().__init__(vision.FaceLandmarker.create_from_options(options), video=follow)

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[RawFace, ...]:
        result = self._call(image, stamp_ms)
        try:
            return tuple(
                RawFace(
                    landmarks=arrays.landmarks(result.face_landmarks[i])[0],
                    blendshapes=arrays.scores(result.face_blendshapes[i]),
                    matrix=arrays.matrix(result.facial_transformation_matrixes[i]),
                )
                for i in range(result.face_landmarks_count)
            )
        finally:
            self._free(ctypes.byref(result))


class PoseTask(_Task):
    _name = "PoseLandmarker"
    _result = PoseLandmarkerResultC

    def __init__(self, model: Path) -> None:
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=_mode(True),
            num_poses=PEOPLE,
        )
        super().__init__(vision.PoseLandmarker.create_from_options(options))

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[RawPose, ...]:
        result = self._call(image, stamp_ms)
        try:
            return tuple(_raw_pose(result, i) for i in range(result.pose_landmarks_count))
        finally:
            self._free(ctypes.byref(result))


def _raw_pose(result: Any, i: int) -> RawPose:
    points, visibility = arrays.landmarks(result.pose_landmarks[i])
    world, _ = arrays.landmarks(result.pose_world_landmarks[i])
    return RawPose(points, world, visibility)


class HandsTask(_Task):
    _name = "HandLandmarker"
    _result = HandLandmarkerResultC

    def __init__(self, model: Path) -> None:
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=_mode(True),
            num_hands=HANDS,
        )
        super().__init__(vision.HandLandmarker.create_from_options(options))

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[RawHand, ...]:
        result = self._call(image, stamp_ms)
        try:
            return tuple(_raw_hand(result, i) for i in range(result.hand_landmarks_count))
        finally:
            self._free(ctypes.byref(result))


def _raw_hand(result: Any, i: int) -> RawHand:
    handedness = result.handedness[i].categories[0]
    return RawHand(
        right=handedness.category_name == b"Right",
        score=float(handedness.score),
        landmarks=arrays.landmarks(result.hand_landmarks[i])[0],
        world=arrays.landmarks(result.hand_world_landmarks[i])[0],
    )


def _mode(video: bool) -> Any:
    return vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE
