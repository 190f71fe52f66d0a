"""A second person enters, stays and leaves, and is never in the patient's values."""

from __future__ import annotations

import numpy as np
import pytest
from changing import ANGLES
from perceiving import (
    CAMERA_HZ,
    ONE_FACE,
    TALKING_FACE,
    Image,
    clip,
    face_px,
    observed,
    placed,
    room,
    scaled,
)
from playing import play

from agent.perception.person_tracker import WAIT_MS

pytestmark = pytest.mark.unit

LEFT, TOP = 120, 250
NOSE = (LEFT + 130, TOP + 150)  # of the patient
FRAMES = 70


def patient() -> list[Image]:
    return [scaled(image[20:, 120:480], 0.8) for image in clip(ONE_FACE, FRAMES)]


def intruder() -> list[Image]:
    return [scaled(image[:, 280:], 0.6) for image in clip(TALKING_FACE, 281 + FRAMES)[281:]]


def place(step: int, *, to: int) -> int:
    """Walks in from the right within 20 frames, stays for 30 and walks out again."""
    share = min(1.0, step / 20, (FRAMES - step) / 20)
    return round(1280 + share * (to - 1280))


def pictures(to: int | None) -> list[Image]:
    images = []
    for step, (mine, other) in enumerate(zip(patient(), intruder(), strict=True)):
        image = placed(room(), mine, LEFT, TOP)
        if to is not None:
            left = place(step, to=to)
            shown = other[:, : max(0, 1280 - left)]
            image = placed(image, shown, left, 200)
        images.append(image)
    return images


@pytest.fixture(scope="module")
def alone() -> np.ndarray:
    played = play(observed(pictures(None)))
    return np.array([played.series(m) for m in ANGLES])


@pytest.mark.parametrize("to", [700, 420, 260], ids=["beside", "shoulder", "in front"])
def test_the_patients_values_are_the_patients(alone: np.ndarray, to: int) -> None:
    seen = observed(pictures(to))
    with_face = [o for o in seen if o.face]
    assert len({o.face.person for o in with_face}) == 1
    assert max(np.hypot(*(face_px(o) - NOSE)) for o in with_face) < 40
    played = play(seen)
    apart = np.abs(np.array([played.series(m) for m in ANGLES]) - alone)
    print(
        f"\n  {len(with_face)} of {len(seen)} frames, apart by", np.nanmax(apart, axis=1).round(1)
    )
    if to > 300:  # else half of the face is covered for a while
        assert np.nanmean(apart) < 0.7
        assert np.nanmax(apart) < 5.0
        assert len(with_face) >= FRAMES - 12


def test_whoever_stays_behind_is_somebody_else_and_after_a_wait_the_patient() -> None:
    mine = patient()
    one = [placed(room(), image[:, ::-1], 700, TOP) for image in mine]
    both = [placed(right.copy(), image, LEFT, TOP) for right, image in zip(one, mine, strict=True)]
    first = [placed(room(), image, LEFT, TOP) for image in mine[:30]]
    seen = observed([*first, *both, *(one[::-1] + one) * 2])
    left = len(first) + len(both)
    (child,) = {o.face.person for o in seen[:left] if o.face}
    measured = [number for number, o in enumerate(seen) if number >= left and o.face]
    waited_s = (measured[0] - left) / CAMERA_HZ
    assert WAIT_MS / 1000 - 0.5 < waited_s < WAIT_MS / 1000 + 1.5
    assert {o.face.person for o in seen[measured[0] :] if o.face} != {child}
    reasons = {reason for o in seen[left + CAMERA_HZ : measured[0]] for reason in o.reasons}
    assert reasons == {"not_the_patient"}
