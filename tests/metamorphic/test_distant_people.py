"""People with head and shoulders whose face is 3 to 9 % of the frame's width."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from perceiving import ONE_FACE, Image, clip, noisy, observed, photograph, placed, scaled

from agent.perception.mediapipe_engine import FaceTask
from models.bundles import ModelBundles

pytestmark = pytest.mark.unit

FRAMES, SETTLED = 36, 24  # found within a second, and from then on


def people() -> dict[str, list[Image]]:
    sitting = np.ascontiguousarray(photograph("multi_face.jpg")[:, 20:330])
    return {
        "clip": clip(ONE_FACE, FRAMES),
        "photograph": list(noisy([photograph("single_face.jpg")] * FRAMES)),
        "sitting": list(noisy([sitting] * FRAMES)),
        "in a car": clip("carphone_pristine.mp4", FRAMES),
    }


def furnished() -> Image:
    """Something behind the person that is neither plain nor anybody."""
    rng = np.random.default_rng(1)
    patches = rng.integers(60, 160, (45, 80, 3)).astype(np.uint8)
    blurred = cv2.GaussianBlur(cv2.resize(patches, (1280, 720)), (0, 0), 3)
    return np.asarray(blurred, np.uint8)


def face_px(image: Image) -> np.ndarray:
    """(478, 2) landmarks of the largest face, seen close up."""
    task = FaceTask(ModelBundles.verified().face, follow=False)
    try:
        found = task.detect(np.ascontiguousarray(image), 0)
    finally:
        task.close()
    largest = max(found, key=lambda face: float(np.ptp(face.landmarks[:, 0])))
    return largest.landmarks[:, :2] * image.shape[1::-1]


LEFT, TOP = 620, 260


def scale_to(images: list[Image], share: float) -> float:
    return share * 1280 / float(np.ptp(face_px(images[0])[:, 0]))


def far_away(images: list[Image], share: float) -> list[Image]:
    scale = scale_to(images, share)
    room, left, top = furnished(), LEFT, TOP
    sized = (np.asarray(cv2.resize(image, None, fx=scale, fy=scale), np.uint8) for image in images)
    return [
        placed(room.copy(), image[: 720 - top, : 1280 - left], left, top)
        if scale > 1
        else placed(room.copy(), scaled(original, scale)[: 720 - top, : 1280 - left], left, top)
        for image, original in zip(sized, images, strict=True)
    ]


@pytest.mark.parametrize("share", [0.03, 0.04, 0.06, 0.09])
def test_a_distant_face_is_found_through_its_body(share: float) -> None:
    found = {}
    for name, images in people().items():
        seen = observed(far_away(images, share))[SETTLED:]
        found[name] = sum(o.face is not None for o in seen) / len(seen)
    print(f"\n  face {share:.0%} of the width:", {n: f"{f:.0%}" for n, f in found.items()})
    assert np.mean(list(found.values())) >= 0.95


@pytest.mark.parametrize("name", ["clip", "photograph", "sitting", "in a car"])
def test_the_landmarks_of_a_small_face_lie_on_it(name: str) -> None:
    """On the whole frame MediaPipe lays the photograph's eyes on its cheeks."""
    images = people()[name]
    last = observed(far_away(images, 0.09))[-1].face
    assert last is not None
    expected = face_px(images[-1]) * scale_to(images, 0.09) + (LEFT, TOP)
    apart_px = np.linalg.norm(last.landmarks[:, :2] * (1280, 720) - expected, axis=1).mean()
    assert apart_px < 0.05 * 0.09 * 1280
