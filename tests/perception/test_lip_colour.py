"""Lips are redder than the skin around them, on both halves; what covers them is not."""

import cv2
import numpy as np
import pytest
from perceiving import Image, observed, photograph, scaled

from agent.observation import Float32
from agent.perception.lip_colour import lip_redness

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def landmarks() -> Float32:
    picture = photograph("single_face.jpg")
    return next(o.face.landmarks for o in observed([picture] * 24) if o.face is not None)


@pytest.fixture
def picture() -> Image:
    return photograph("single_face.jpg")


def test_both_halves_are_red_whatever_the_picture_measures(
    picture: Image, landmarks: Float32
) -> None:
    right, left = lip_redness(picture, landmarks)
    assert min(right, left) > 5
    small = scaled(picture, 60 / (np.ptp(landmarks[[33, 263], 0]) * picture.shape[1]))
    assert lip_redness(small, landmarks) == pytest.approx((right, left), abs=1.5)


def test_skin_before_one_half_takes_its_colour_alone(picture: Image, landmarks: Float32) -> None:
    right, left = lip_redness(picture, landmarks)
    points = landmarks[:, :2] * (picture.shape[1], picture.shape[0])
    x, y = points[50].astype(int)  # on the cheek
    skin = picture[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3).mean(axis=0)
    half = cv2.convexHull(points[[2, 98, 206, 216, 212, 202, 204, 200, 17, 0]].astype(np.int32))
    covered = np.asarray(cv2.fillConvexPoly(picture.copy(), half, skin.tolist()), np.uint8)
    right_now, left_now = lip_redness(covered, landmarks)
    assert right_now < 0.2 * right
    assert left_now > 0.7 * left


def test_no_colours_and_too_few_pixels_tell_nothing(picture: Image, landmarks: Float32) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert lip_redness(np.asarray(grey, np.uint8), landmarks) == pytest.approx((0, 0), abs=0.5)
    tiny = scaled(picture, 10 / picture.shape[1])
    assert np.isnan(lip_redness(tiny, landmarks)).all()
