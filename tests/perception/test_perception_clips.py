"""Perception over real clips: who is seen, where, and that the machine's load changes nothing."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from perceiving import (
    CARTOON,
    ONE_FACE,
    ONE_FACE_WIDTH_PX,
    TALKING_FACE,
    Image,
    clip,
    engine,
    face_px,
    faces,
    fingerprint,
    frame,
    observe_with,
    observed,
    perception,
    photograph,
    placed,
    room,
    scaled,
)

from agent.observation import BLENDSHAPES, FACE_LANDMARKS, SelectPerson, Side
from agent.perception import no_face_reasons
from agent.perception.head_geometry import Head
from agent.perception.landmarkers import RawHand
from agent.perception.patient_hands import PatientHands

pytestmark = pytest.mark.unit


def burn() -> None:
    while True:
        sum(range(1000))


@contextmanager
def busy_machine() -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    burners = [context.Process(target=burn, daemon=True) for _ in range(3)]
    for burner in burners:
        burner.start()
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.join()


def test_a_talking_face_is_seen_on_every_frame_and_twice_the_same_under_load() -> None:
    images = clip(TALKING_FACE, 60)
    calm = observed(images)
    with busy_machine():
        busy = observed(images)
    assert [fingerprint(o) for o in calm] == [fingerprint(o) for o in busy]

    acquired = next(i for i, o in enumerate(calm) if o.face)
    assert calm[acquired].t_ms < 500
    assert all(o.face for o in calm[acquired:])
    assert {o.face.person for o in faces(calm) if o.face} == {1}
    assert all(o.reasons == (no_face_reasons.NOT_CONFIRMED,) for o in calm[:acquired])
    assert [o.pose.t_ms for o in calm if o.pose] == sorted({o.pose.t_ms for o in calm if o.pose})
    assert calm[-1].rates.pose_hz == pytest.approx(8, rel=0.05)
    assert calm[-1].rates.face_hz == pytest.approx(24, rel=0.02)
    face = calm[-1].face
    assert face is not None
    assert face.landmarks.shape == (FACE_LANDMARKS, 3) and face.landmarks.dtype == np.float32
    assert face.blendshapes.shape == (BLENDSHAPES,)
    assert 0.9 < face.presence <= 1 or "mediapipe" in engine().name
    assert np.linalg.det(face.matrix[:3, :3]) == pytest.approx(1, abs=1e-3)
    assert 40 < calm[-1].image.face_luma < 200


def test_landmarks_are_raw() -> None:
    """A sudden shift is followed at once and in full; MediaPipe's filter would creep after it."""
    still = clip(ONE_FACE, 1)[0]
    shift_px = 16
    shifted = np.roll(still, shift_px, axis=1)
    seen = observed([still] * 20 + [shifted] * 8)
    before, after = seen[19], seen[20]
    moved = (face_px(after) - face_px(before))[0]
    assert moved == pytest.approx(shift_px, abs=1.5)
    shoulders = [
        o.pose.landmarks[11:13, 0].mean() * o.width for o in seen if o.pose and o.pose.present
    ]
    assert shoulders[-1] - shoulders[0] == pytest.approx(shift_px, abs=3)
    steps = np.abs(np.diff(shoulders))
    assert np.count_nonzero(steps > 0.1) == 1, "no pose in between, before or after"


def test_a_still_photograph_gives_a_still_face() -> None:
    seen = observed([photograph("single_face.jpg")] * 30)
    noses = np.array([face_px(o) for o in faces(seen)[-15:]])
    assert len(noses) == 15
    assert np.ptp(noses, axis=0).max() < 0.5
    assert seen[-1].image.frame_change == 0


@pytest.mark.parametrize("share", [0.04, 0.06, 0.08])
def test_a_small_face_is_found_through_its_body(share: float) -> None:
    scale = share * 1280 / ONE_FACE_WIDTH_PX
    pictures = [scaled(image, scale) for image in clip(ONE_FACE, 40)]
    left, top = 700, 300
    seen = observed(placed(room(), picture, left, top) for picture in pictures)
    found = faces(seen[20:])
    assert len(found) == 20
    for observation, picture in zip(seen[20:], pictures[20:], strict=True):
        x, y = face_px(observation)
        height, width = picture.shape[:2]
        assert left + 0.3 * width < x < left + 0.6 * width
        assert top + 0.3 * height < y < top + 0.8 * height
        assert observation.face is not None
        assert observation.face.from_crop or share == 0.08


def test_a_cartoon_without_people_has_no_patient() -> None:
    seen = observed(clip(CARTOON))
    assert len(faces(seen)) <= 0.01 * len(seen)
    assert not any(o.pose and o.pose.present for o in seen)


def test_a_face_that_goes_is_not_held() -> None:
    images = clip("face_noface.mov")
    seen = observed(images)
    last = max(i for i, o in enumerate(seen) if o.face)
    assert 60 <= last <= 80
    assert all(o.reasons for o in seen[last + 1 :])


def walking_past(frames: int) -> tuple[list[Image], list[tuple[int, int]]]:
    """Two people who cross, the second in front; and where the first one's picture is."""
    first = [scaled(image[20:, 120:480], 0.8) for image in clip(ONE_FACE, frames)]
    second = [scaled(image[:, 280:], 0.62) for image in clip(TALKING_FACE, frames)]
    images, places = [], []
    for i, (a, b) in enumerate(zip(first, second, strict=True)):
        images.append(placed(placed(room(), a, 60 + 11 * i, 200), b, 900 - 11 * i, 230))
        places.append((60 + 11 * i, 200))
    return images, places


def test_two_people_who_cross_are_never_mixed_up() -> None:
    images, places = walking_past(72)
    seen = observed(images)
    patients = {o.face.person for o in seen if o.face}
    assert len(patients) == 1
    assert all(any(b.person not in patients for b in o.others) for o in seen[10:30])
    on_first = [
        abs(face_px(o)[0] - (left + 138)) < 40
        for o, (left, _) in zip(seen, places, strict=True)
        if o.face
    ]
    assert len(on_first) > 40
    assert all(on_first) or not any(on_first)


def test_the_practitioner_selects_the_other_person() -> None:
    images, _ = walking_past(24)
    with perception() as watching:
        before = observe_with(watching, images[:16])
        other = before[-1].others[0].person
        after = observe_with(watching, images[16:], 16, (SelectPerson(other),))
    assert before[-1].face and before[-1].face.person != other
    assert after[0].commands == (SelectPerson(other),)
    assert all(o.face and o.face.person == other for o in after)
    assert np.linalg.norm(face_px(after[0]) - face_px(before[-1])) > 200


def test_hands_are_looked_for_at_the_wrists_and_are_the_patients() -> None:
    """A seated man whose right hand lies on his left; nobody else's arms are in the picture."""
    man = photograph("multi_face.jpg")[:, 20:330]
    seen = observed([np.ascontiguousarray(man)] * 40)
    looked = [o.hands for o in seen if o.hands]
    assert looked, "his wrist is in view"
    found = [hand for hands in looked for hand in hands.hands]
    assert found
    assert all(hand.side is Side.RIGHT for hand in found if hand.landmarks[0, 0] < 0.5)
    assert 3 < seen[-1].rates.hands_hz < 7


def test_with_no_wrist_in_view_hands_are_looked_for_once_a_second() -> None:
    looked = [o.hands for o in observed(clip(ONE_FACE, 72)) if o.hands]
    assert not any(hands.hands for hands in looked)
    assert 2 <= len(looked) <= 3


def test_a_hand_before_a_close_face_is_found_although_its_wrist_is_out_of_the_picture() -> None:
    """The hand comes in the middle of the clip, from another photograph."""
    close = [scaled(image[30:300, 150:500], 2.0) for image in clip(ONE_FACE, 60)]
    hand = scaled(photograph("multi_face.jpg")[280:385, 95:250], 1.6)
    held = [placed(image.copy(), hand, 60, 330) for image in close[30:]]
    seen = observed(close[:30] + held)
    looked = [(o.t_ms, o.hands.hands) for o in seen if o.hands]
    assert not any(hands for t_ms, hands in looked if t_ms < 1250)
    found = [t_ms for t_ms, hands in looked if [h.side for h in hands] == [Side.RIGHT]]
    assert found and found[0] < 1250 + 1100
    assert len(found) >= 4, "and then it is followed"


def test_a_hand_beside_the_patient_while_somebody_else_is_there_is_nobodys() -> None:
    patient_hands = PatientHands()
    spread = np.linspace((0.45, 0.4, 0.0), (0.55, 0.4, 0.0), 21).astype(np.float32)
    hand = RawHand(right=True, score=0.9, landmarks=spread, world=spread)
    patient_hands.see_head(None)
    assert patient_hands.of_patient([hand], 0, 1.0) == ()
    patient_hands.see_head(Head(0.5, 0.4, 0.1))
    assert [h.side for h in patient_hands.of_patient([hand], 0, 1.0)] == [Side.RIGHT]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_camera_that_turns_and_turns_back_is_seen_again(turns: int) -> None:
    upright, turned = clip(ONE_FACE, 16), np.rot90(clip(ONE_FACE, 1)[0], turns)
    with perception() as watching:
        observe_with(watching, upright)
        seen = observe_with(watching, [turned] * 4, 16)
        again = observe_with(watching, upright, 20)
    assert (seen[0].width, seen[0].height) == (turned.shape[1], turned.shape[0])
    assert again[-1].face is not None


def test_the_size_may_change_from_one_frame_to_the_next() -> None:
    images = clip(ONE_FACE, 40)
    with perception() as watching:
        small = observe_with(watching, images[:20])
        large = observe_with(watching, [scaled(i, 2.0) for i in images[20:]], 20)
    assert small[-1].face is not None
    assert all(o.face and o.face.person == small[-1].face.person for o in large)
    assert large[-1].face is not None
    drift = np.abs(large[0].face.landmarks - small[-1].face.landmarks)[:, :2].max()  # type: ignore[union-attr]
    assert drift < 0.02


def test_a_new_track_starts_afresh() -> None:
    images = clip(ONE_FACE, 12)
    with perception() as watching:
        first = observe_with(watching, images)
        watching.reset_track()
        second = [watching.observe(frame(image, 12 + i, 1)) for i, image in enumerate(images)]
    assert first[-1].face and second[-1].face
    assert second[0].face is None and second[0].track == 1
    assert second[-1].face.person > first[-1].face.person
    assert second[0].t_ms > first[-1].t_ms
