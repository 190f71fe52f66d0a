"""The crop's face against the whole frame's, where both see it."""

import math

import numpy as np
import pytest
from perceiving import ONE_FACE, clip, placed, room, scaled

from agent.perception.face_finder import SAME_WIDTHS
from agent.perception.head_crop import HeadCrop
from agent.perception.head_geometry import Bounds, Head
from agent.perception.landmarkers import RawFace
from agent.perception.mediapipe_engine import FaceTask
from models.bundles import ModelBundles

pytestmark = pytest.mark.unit

ASPECT = 720 / 1280


def angles_deg(face: RawFace) -> np.ndarray:
    matrix = face.matrix
    return np.degrees(
        [math.atan2(matrix[0, 2], matrix[2, 2]), math.asin(np.clip(matrix[1, 2], -1, 1))]
    )


@pytest.mark.parametrize(
    ("left", "top"), [(480, 230), (100, 230), (900, 230), (480, 60), (900, 400)]
)
def test_a_crop_tells_what_the_whole_frame_tells(left: int, top: int) -> None:
    picture = scaled(clip(ONE_FACE, 1)[0][60:300, 170:430], 1.0)
    image = placed(room(), picture, left, top)
    task = FaceTask(ModelBundles.verified().face, follow=False)
    try:
        (whole,) = task.detect(image, 0)
        head = Bounds.of(whole.landmarks).head(ASPECT)
        crop = HeadCrop.around(head, 1280, 720)
        assert crop is not None
        (cropped,) = map(crop.to_frame, task.detect(crop.cut(image), 0))
    finally:
        task.close()
    apart_px = np.hypot(*((cropped.landmarks - whole.landmarks)[:, :2] * (1280, 720)).T)
    assert apart_px.mean() < 2
    assert np.abs(cropped.landmarks[:, 2] - whole.landmarks[:, 2]).mean() < 0.01
    assert np.abs(angles_deg(cropped) - angles_deg(whole)).max() < 2.5
    assert np.abs(cropped.matrix[:3, 3] - whole.matrix[:3, 3]).max() < 5  # cm, of about 55
    assert Bounds.of(cropped.landmarks).head(ASPECT).distance(head) < SAME_WIDTHS


def test_a_crop_over_the_edge_is_filled_up() -> None:
    image = np.full((720, 1280, 3), 200, np.uint8)
    crop = HeadCrop.around(Head(0.0, 0.0, 0.1), 1280, 720)
    assert crop is not None
    cut = crop.cut(image)
    assert cut.shape == (512, 512, 3)
    assert cut[10, 10].tolist() == [0, 0, 0]
    assert cut[-10, -10].tolist() == [200, 200, 200]


def test_a_head_of_a_few_pixels_is_left_alone() -> None:
    assert HeadCrop.around(Head(0.5, 0.3, 0.005), 1280, 720) is None
