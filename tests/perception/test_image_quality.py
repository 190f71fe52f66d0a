import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from agent.observation import ImageQuality
from agent.perception.head_geometry import Bounds
from agent.perception.image_quality import ImageQualityMeter

pytestmark = pytest.mark.unit

FACE = np.array([[0.4, 0.2, 0.0], [0.6, 0.6, 0.0]], np.float32)
RNG = np.random.default_rng(7)


def textured(level: float = 120.0) -> NDArray[np.uint8]:
    noise = RNG.normal(level, 20, (360, 640, 1)).repeat(3, axis=2)
    return np.clip(noise, 0, 255).astype(np.uint8)


def judged(*images: NDArray[np.uint8], face: NDArray[np.float32] | None = FACE) -> ImageQuality:
    watch = ImageQualityMeter()
    for image in images:
        watch.look(image)
    return watch.judge(images[-1], None if face is None else Bounds.of(face))


def test_brightness_is_the_faces() -> None:
    image = np.full((360, 640, 3), 30, np.uint8)
    image[72:216, 256:384] = 150
    assert judged(image).face_luma == pytest.approx(150, abs=1)
    assert judged(image, face=None).face_luma == pytest.approx(40, abs=3)


def test_light_from_one_side_is_uneven() -> None:
    image = np.full((360, 640, 3), 100, np.uint8)
    assert judged(image).uneven_light == 0
    image[:, 320:] = 50
    assert judged(image).uneven_light == pytest.approx(0.67, abs=0.02)


def test_blur_lowers_sharpness() -> None:
    image = textured()
    blurred = np.asarray(cv2.GaussianBlur(image, (0, 0), 3), np.uint8)
    assert judged(blurred).sharpness < 0.3 * judged(image).sharpness


def test_a_frozen_picture_does_not_change() -> None:
    image = textured()
    assert judged(image, image).frame_change == 0
    assert judged(image, image).background_change == 0
    assert judged(image, textured()).frame_change > 1
    assert math.isnan(judged(image).frame_change), "nothing to compare with"


def test_only_the_background_counts_as_background() -> None:
    still = np.full((360, 640, 3), 100, np.uint8)
    head_moves = still.copy()
    head_moves[72:216, 256:384] = 200
    assert judged(still, head_moves).background_change == 0
    camera_moves = still.copy()
    camera_moves[:, :60] = 200
    assert judged(still, camera_moves).background_change > 0.1


def test_another_size_cannot_be_compared() -> None:
    assert math.isnan(judged(textured(), textured()[:, :400]).frame_change)


@pytest.mark.parametrize("face", [FACE + 2, FACE - 2, FACE * 0])
def test_a_face_outside_the_picture_is_not_measured(face: NDArray[np.float32]) -> None:
    quality = judged(textured(), textured(), face=face)
    assert math.isnan(quality.sharpness) and math.isnan(quality.uneven_light)
    assert math.isfinite(quality.face_luma)
