"""Drawn faces are nobody's; photographed ones, however bad the picture, are somebody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
from changing import blurred, darkened, faces, vp8
from perceiving import Image, noisy, observe_with, observed, perception, scaled
from playing import play

from agent.observation import SelectPerson
from agent.perception import no_face_reasons
from agent.perception.drawing_check import FLAT_SHARE, flat_share
from agent.perception.landmarkers import RawFace
from agent.perception.mediapipe_engine import FaceTask
from models.bundles import ModelBundles

pytestmark = pytest.mark.unit

OUTLINE: tuple[int, ...] = (
    10,
    338,
    297,
    332,
    284,
    251,
    389,
    356,
    454,
    323,
    361,
    288,
    397,
    365,
    379,
    378,
    400,
    377,
)
OUTLINE += (152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
EYES = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283))
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
NOSE = (168, 6, 197, 195, 5, 4, 2)


@pytest.fixture(scope="module")
def task() -> Iterator[FaceTask]:
    task = FaceTask(ModelBundles.verified().face, follow=False)
    yield task
    task.close()


def face_of(task: FaceTask, image: Image) -> RawFace:
    (face,) = task.detect(np.ascontiguousarray(image), 0)
    return face


def places(face: RawFace, image: Image) -> np.ndarray:
    return np.round(face.landmarks[:, :2] * (image.shape[1], image.shape[0])).astype(np.int32)


def cartoon(face: RawFace, image: Image) -> Image:
    """Areas of one colour where a real face has its parts."""
    at = places(face, image)
    drawing = np.full_like(image, (150, 190, 210))
    outline = at[list(OUTLINE)]
    middle = outline.mean(axis=0)
    hair = np.round(middle + 1.3 * (outline - middle)).astype(int)
    cv2.fillPoly(drawing, [hair], (70, 45, 30))
    cv2.fillPoly(drawing, [outline], (238, 200, 170))
    for brow in BROWS:
        cv2.fillPoly(drawing, [at[list(brow)]], (80, 50, 30))
    for eye, iris in zip(EYES, (468, 473), strict=True):
        cv2.fillPoly(drawing, [at[list(eye)]], (255, 255, 255))
        cv2.circle(drawing, at[iris].tolist(), 5, (40, 60, 90), -1)
    cv2.polylines(drawing, [at[list(NOSE)]], False, (190, 140, 110), 3)
    cv2.fillPoly(drawing, [at[list(LIPS)]], (200, 80, 90))
    return drawing


def line_drawing(face: RawFace, image: Image) -> Image:
    """Black lines on white paper."""
    at = places(face, image)
    drawing = np.full_like(image, 255)
    for parts, closed in (((OUTLINE, *EYES, *BROWS, LIPS), True), ((NOSE,), False)):
        for part in parts:
            cv2.polylines(drawing, [at[list(part)]], closed, (0, 0, 0), 3)
    for iris in (468, 473):
        cv2.circle(drawing, at[iris].tolist(), 5, (0, 0, 0), -1)
    return drawing


@pytest.mark.parametrize("name", ["photograph", "talking", "in a car"])
@pytest.mark.parametrize("draw", [cartoon, line_drawing])
def test_a_drawn_face_that_mediapipe_finds_is_nobodys(
    task: FaceTask, name: str, draw: Callable[[RawFace, Image], Image]
) -> None:
    photo = faces()[name]
    drawing = draw(face_of(task, photo), photo)
    face_of(task, drawing)  # it does
    watched = observed(noisy([drawing] * 60))
    assert all(o.face is None for o in watched)
    assert watched[-1].reasons == (no_face_reasons.LOOKS_DRAWN,)
    assert watched[-1].faces_seen == 0
    assert not play(watched).events


def overexposed(image: Image) -> Image:
    return np.asarray(np.clip(image * 2.0, 0, 255), np.uint8)


def faded(image: Image) -> Image:
    return (110 + 0.35 * (image - 110.0)).astype(np.uint8)


def smoothed(image: Image) -> Image:
    """As a camera's beauty filter does."""
    return np.asarray(cv2.bilateralFilter(image, 15, 40, 9), np.uint8)


def over_a_poor_line(image: Image) -> Image:
    even = np.ascontiguousarray(image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2])
    return vp8(list(noisy([even] * 6)), kbps=120)[-1]


@pytest.mark.parametrize(
    "spoilt",
    [
        np.asarray,
        lambda image: scaled(image, 0.25),
        lambda image: blurred(image, 2),
        lambda image: darkened(image, 0.15),
        overexposed,
        faded,
        smoothed,
        over_a_poor_line,
    ],
    ids=["as it is", "a quarter", "blur", "light 15 %", "over-exposed", "faded", "smoothed", "VP8"],
)
def test_a_photographed_face_is_not_drawn(task: FaceTask, spoilt: Callable[[Image], Image]) -> None:
    shares = []
    for photo in faces().values():
        image = np.ascontiguousarray(spoilt(photo))
        shares += [flat_share(image, face.landmarks) for face in task.detect(image, 0)]
    print(f"\n  {np.round(shares, 2)}")
    assert shares
    assert not any(share > 0.75 * FLAT_SHARE for share in shares)


def test_whoever_is_mistaken_for_a_drawing_can_be_selected(task: FaceTask) -> None:
    photo = faces()["photograph"]
    images = list(noisy([cartoon(face_of(task, photo), photo)] * 48))
    with perception() as watching:
        before = observe_with(watching, images[:24])
        (shown,) = before[-1].others
        after = observe_with(watching, images[24:], 24, (SelectPerson(shown.person),))
    assert after[-1].face is not None
