"""A talking face as it arrives over a poor line: VP8 at 250 kbit/s."""

from __future__ import annotations

import numpy as np
import pytest
from changing import ANGLES, vp8
from perceiving import TALKING_FACE, clip, observed
from playing import Played, play

pytestmark = pytest.mark.unit

FIRST = 228  # half a second before a blink


@pytest.fixture(scope="module")
def both() -> tuple[Played, Played]:
    images = clip(TALKING_FACE)[FIRST:436]
    return play(observed(images)), play(observed(vp8(images, kbps=250)))


def test_the_head_is_read_alike(both: tuple[Played, Played]) -> None:
    apart = [np.nanmean(np.abs(np.subtract(both[0].series(m), both[1].series(m)))) for m in ANGLES]
    print("\n  yaw, pitch, roll apart by", np.round(apart, 2))
    assert max(apart) < 1.0


def test_the_same_blinks_are_found(both: tuple[Played, Played]) -> None:
    peaks, again = ([e.peak_ms for e in played.over("blink")] for played in both)
    assert again == pytest.approx(peaks, abs=90)


def test_no_hand_is_seen_that_is_not_there(both: tuple[Played, Played]) -> None:
    for played in both:
        assert not any(level > 0 for level in played.series("hands_visible"))
        assert not played.over("hand_to_face")
