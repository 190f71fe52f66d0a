"""The measures on real clips: a cartoon, and a face that talks."""

from __future__ import annotations

import numpy as np
import pytest
from perceiving import CARTOON, TALKING_FACE, clip, observed
from playing import Played, play

pytestmark = pytest.mark.unit


def test_a_cartoon_without_people_gives_no_value_and_no_blink() -> None:
    played = play(observed(clip(CARTOON)))
    assert not played.events
    assert all(np.isnan(played.series("head_yaw")))


@pytest.fixture(scope="module")
def talking() -> Played:
    """From frame 240 on: she smiles, tilts her head, and closes her eyes at the end."""
    return play(observed(clip(TALKING_FACE)[240:]))


def at(frame: int) -> float:
    return (frame - 240) * 1000 / 24


def test_the_blinks_a_person_sees_are_found(talking: Played) -> None:
    peaks = [e.peak_ms for e in talking.over("blink")]
    assert peaks == pytest.approx([at(249), at(288), at(386), at(428)], abs=90)


def test_eyes_closed_to_the_end_are_a_closure(talking: Played) -> None:
    (closure,) = talking.over("eye_closure")
    assert closure.onset_ms == pytest.approx(at(439), abs=90)
    assert closure.reasons == ("session_ended",)


def test_the_tilt_to_her_right_shoulder_then_to_her_left(talking: Played) -> None:
    roll = dict(zip(talking.times_ms, talking.series("head_roll"), strict=True))
    times = np.array(talking.times_ms)

    def near(frame: int) -> float:
        return roll[int(times[np.abs(times - at(frame)).argmin()])]

    assert near(408) < -18
    assert near(460) > 12
    assert abs(near(330)) < 8


def test_she_faces_the_camera_throughout(talking: Played) -> None:
    assert talking.summary["facing_screen"].value == pytest.approx(100)
    assert not talking.over("look_away")


def test_a_hand_over_the_face_is_never_an_absence_of_hands() -> None:
    """From frame 60 to 230 her hand is at mouth, nose and cheek; then it is out of the picture."""
    played = play(observed(clip(TALKING_FACE, 330)))
    for measure in ("hands_visible", "hand_on_face", "pointing"):
        series = played.series(measure)
        assert not any(level == 0 for level in series[60:240])
        assert any(level == 0 for level in series[300:])
        assert not any(level > 0 for level in series[300:])
        assert np.isnan(played.window(measure, 10_000).value), "the rest is no fair sample"
