"""The two engines see the same: OpenVINO's graph against MediaPipe's, on the same pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from perceiving import clip, photograph

from agent.perception.engines import EngineName, build_engine
from agent.perception.landmarkers import Engine, Landmarker, RawFace, RawHand, RawPose
from agent.perception.mediapipe_engine import MediaPipeEngine
from agent.perception.openvino_engine.hands import HandGraph, region_of_landmarks
from agent.perception.openvino_engine.pose import refined_by_heat
from agent.settings import read_settings
from models.bundles import ModelBundles

pytestmark = pytest.mark.unit

WIDTH_PX = 640  # errors are told as in a picture of that width
VISIBLE = 0.5
Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def reference() -> MediaPipeEngine:
    return MediaPipeEngine(ModelBundles.verified())


@pytest.fixture(scope="module")
def engine() -> Engine:
    fast = build_engine(ModelBundles.verified(), EngineName.OPENVINO, read_settings().data)
    assert fast.name.startswith("openvino")
    return fast


def swaying(name: str, frames: int) -> Iterator[Image]:
    image = photograph(name)
    for number in range(frames):
        shift = 20 + round(8 * np.sin(number / 6))
        yield np.ascontiguousarray(image[:, shift : shift + 310])


def apart_px(a: NDArray[np.float32], b: NDArray[np.float32], image: Image) -> NDArray[np.float32]:
    height, width = image.shape[:2]
    away = (a[:, :2] - b[:, :2]) * (WIDTH_PX, WIDTH_PX * height / width)
    return np.asarray(np.hypot(*away.T), np.float32)


def turned_deg(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    cosine = (np.trace(a[:3, :3] @ b[:3, :3].T) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def both(
    one: Landmarker[RawFace], other: Landmarker[RawFace], images: Iterator[Image]
) -> Iterator[tuple[Image, RawFace, RawFace]]:
    for number, image in enumerate(images):
        found, same = (each.detect(image, 40 * number) for each in (one, other))
        assert len(found) == len(same)
        for face in found:
            nearest = min(same, key=lambda f: np.abs(f.landmarks - face.landmarks).mean())
            yield image, face, nearest


@pytest.mark.parametrize(
    ("name", "turned_most_deg"),
    [("single_face.mp4", 0.5), ("cap12_edit.webm", 0.5), ("carphone_pristine.mp4", 1.0)],
)
def test_faces(
    reference: MediaPipeEngine, engine: Engine, name: str, turned_most_deg: float
) -> None:
    errors_px, scores, turns_deg = [], [], []
    for image, face, same in both(reference.face(), engine.face(), iter(clip(name, 60))):
        errors_px.append(apart_px(face.landmarks, same.landmarks, image))
        scores.append(np.abs(face.blendshapes - same.blendshapes).max())
        turns_deg.append(turned_deg(face.matrix, same.matrix))
    assert len(errors_px) >= 40
    assert np.mean(errors_px) < 0.3
    assert np.percentile(errors_px, 99) < 1.5
    assert np.mean(scores) < 0.02
    assert np.percentile(turns_deg, 99) < turned_most_deg


@pytest.mark.parametrize(("below", "refined"), [(0, True), (2, True), (3, False)])
def test_a_joint_just_below_the_heat_map_is_refined_too(below: int, refined: bool) -> None:
    """As in MediaPipe, whose check of the rows looks at the columns."""
    heat = np.full((64, 64, 1), -20, np.float32)
    heat[63, 30, 0] = 5
    joint = np.array([[32.5 / 64, (64.5 + below) / 64]], np.float32)
    x, y = refined_by_heat(joint, heat)[0] * 64
    assert (x, y) == pytest.approx((30, 63) if refined else (32.5, 64.5 + below), abs=0.1)


def test_a_body_in_the_same_region(reference: MediaPipeEngine, engine: Engine) -> None:
    """In a picture of another size nothing is followed, and both look where the detector says."""
    one, other = reference.pose(), engine.pose()
    errors_px, visibilities = [], []
    for number, image in enumerate(clip("cap12_edit.webm", 10, every=4)):
        cut = np.ascontiguousarray(image[: len(image) - 2 * (number % 2)])
        (body,), (same,) = (each.detect(cut, 400 * number) for each in (one, other))
        seen = body.visibility > VISIBLE
        errors_px.append(apart_px(body.landmarks, same.landmarks, cut)[seen].mean())
        visibilities.append(np.abs(body.visibility - same.visibility)[seen].max())
        assert np.abs(body.world - same.world)[seen].max() < 0.01  # metres
    assert np.mean(errors_px) < 1
    assert np.max(visibilities) < 0.05


def test_a_still_body_is_found_at_the_same_place(engine: Engine) -> None:
    """What is followed does not tremble with its own region."""
    (image,) = clip("cap12_edit.webm", 1)
    body = engine.pose()
    found = [body.detect(image, 125 * number)[0].landmarks for number in range(12)]
    assert np.ptp(found[2:], axis=0).max() == 0


def test_hands(reference: MediaPipeEngine, engine: Engine) -> None:
    """As the palm detector finds them, and then each where the frame before shows it."""
    one, other = reference.hands(), engine.hands()
    assert isinstance(other, HandGraph)
    errors_px: list[float] = []
    before: tuple[RawHand, ...] = ()
    for number, image in enumerate(swaying("multi_face.jpg", 30)):
        found = one.detect(image, 40 * number)
        if number:
            size = (image.shape[1], image.shape[0])
            around = [region_of_landmarks(hand.landmarks[:, :2] * size) for hand in before]
            same = [seen.raw for region in around if (seen := other.look(image, region))]
        else:
            same = list(other.detect(image, 0))
        assert [hand.right for hand in found] == [hand.right for hand in same]
        for hand, likewise in zip(found, same, strict=True):
            errors_px.append(float(apart_px(hand.landmarks, likewise.landmarks, image).mean()))
            assert abs(hand.score - likewise.score) < 0.01
            assert np.abs(hand.landmarks[:, 2] - likewise.landmarks[:, 2]).max() < 0.01
            assert np.abs(hand.world - likewise.world).max() < 0.01  # metres
        before = found
    assert len(errors_px) == 60
    assert np.max(errors_px) < 1
    assert np.mean(errors_px) < 0.2


@pytest.mark.parametrize("which", ["face", "pose", "hands"])
def test_nothing_is_found_where_nothing_is(engine: Engine, which: str) -> None:
    landmarker: Landmarker[RawFace | RawPose | RawHand] = getattr(engine, which)()
    grey = np.full((360, 640, 3), 127, np.uint8)
    assert landmarker.detect(grey, 0) == ()
    assert landmarker.detect(np.zeros((1, 1, 3), np.uint8), 40) == ()
