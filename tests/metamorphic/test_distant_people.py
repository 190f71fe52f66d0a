"""People with head and shoulders whose face is 3 to 9 % of the frame's width."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from perception.perceiving import ONE_FACE, Image, clip, noisy, observed, photograph, placed, scaled

from agent.perception.landmarkers import FaceTask
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
    return cv2.GaussianBlur(cv2.resize(patches, (1280, 720)), (0, 0), 3)


def face_width_px(image: Image) -> float:
    task = FaceTask(ModelBundles.verified().face, video=False)
    try:
        found = task.detect(np.ascontiguousarray(image), 0)
    finally:
        task.close()
    return max(float(np.ptp(face.landmarks[:, 0])) for face in found) * image.shape[1]


def far_away(images: list[Image], share: float) -> list[Image]:
    scale = share * 1280 / face_width_px(images[0])
    room, left, top = furnished(), 620, 260
    sized = (cv2.resize(image, None, fx=scale, fy=scale) for image in images)
    return [
        placed(room.copy(), image[: 720 - top, : 1280 - left], left, top)
        if scale > 1
        else placed(room.copy(), scaled(original, scale)[: 720 - top, : 1280 - left], left, top)
        for image, original in zip(sized, images, strict=True)
    ]


@pytest.mark.parametrize("share", [0.03, 0.04, 0.06, 0.09])
def test_a_distant_face_is_found_through_its_body(share):
    found = {}
    for name, images in people().items():
        seen = observed(far_away(images, share))[SETTLED:]
        found[name] = sum(o.face is not None for o in seen) / len(seen)
    print(f"\n  face {share:.0%} of the width:", {n: f"{f:.0%}" for n, f in found.items()})
    assert np.mean(list(found.values())) >= 0.95
