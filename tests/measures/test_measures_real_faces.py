"""The measures on real faces: signs under mirroring and rotation, stills, and a face that talks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from perception.perceiving import CARTOON, TALKING_FACE, Image, clip, observed, photograph
from playing import Played, play

pytestmark = pytest.mark.unit

ANGLES = ("head_yaw", "head_pitch", "head_roll")


def rolled(image: Image, degrees: float) -> Image:
    """Turned so that the subject leans toward their left shoulder (clockwise in the picture)."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(image, turn, (width, height), borderValue=(90, 90, 90))


def angles(image: Image) -> np.ndarray:
    """Long enough for a pose to confirm the person, too short to be a frozen picture."""
    played = play(observed([image] * 9))
    return np.array([played.last(measure).value for measure in ANGLES])


@pytest.fixture(scope="module")
def face() -> Image:
    return photograph("single_face.jpg")


@pytest.fixture(scope="module")
def upright(face: Image) -> np.ndarray:
    return angles(face)


def test_mirroring_swaps_yaw_and_roll_and_leaves_pitch(face, upright):
    mirrored = angles(np.ascontiguousarray(face[:, ::-1]))
    assert mirrored == pytest.approx(upright * (-1, 1, -1), abs=1.5)


@pytest.mark.parametrize("degrees", [-20, 20])
def test_a_picture_turned_clockwise_is_a_head_on_its_left_shoulder(face, upright, degrees):
    yaw, pitch, roll = angles(rolled(face, degrees)) - upright
    assert roll == pytest.approx(degrees, abs=1.0)
    assert abs(yaw) < 3.5
    assert abs(pitch) < 3.5


def test_a_still_photograph_with_a_cameras_noise_gives_no_event(face):
    rng = np.random.default_rng(0)
    small = cv2.resize(face, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    noise = [rng.normal(0, 2, small.shape) for _ in range(12)]
    frames = [np.clip(small + noise[i % 12], 0, 255).astype(np.uint8) for i in range(144)]
    played = play(observed(frames))
    assert not played.events
    assert played.window("face_present", 1000).value == pytest.approx(100)
    head = played.window("movement_head", 1000)
    assert head.reasons or head.value < 0.1


def test_a_cartoon_without_people_gives_no_value_and_no_blink():
    played = play(observed(clip(CARTOON)))
    assert not played.events
    assert all(np.isnan(played.series("head_yaw")))


@pytest.fixture(scope="module")
def talking() -> Played:
    """From frame 240 on: she smiles, tilts her head, and closes her eyes at the end."""
    return play(observed(clip(TALKING_FACE)[240:]))


def at(frame: int) -> float:
    return (frame - 240) * 1000 / 24


def test_the_blinks_a_person_sees_are_found(talking):
    peaks = [e.peak_ms for e in talking.over("blink")]
    assert peaks == pytest.approx([at(249), at(288), at(386), at(428)], abs=90)


def test_eyes_closed_to_the_end_are_a_closure(talking):
    (closure,) = talking.over("eye_closure")
    assert closure.onset_ms == pytest.approx(at(439), abs=90)
    assert closure.reasons == ("session_ended",)


def test_the_tilt_to_her_right_shoulder_then_to_her_left(talking):
    roll = dict(zip(talking.times_ms, talking.series("head_roll"), strict=True))
    times = np.array(talking.times_ms)

    def near(frame: int) -> float:
        return roll[int(times[np.abs(times - at(frame)).argmin()])]

    assert near(408) < -18
    assert near(460) > 12
    assert abs(near(330)) < 8


def test_she_faces_the_camera_throughout(talking):
    assert talking.summary["facing_screen"].value == pytest.approx(100)
    assert not talking.over("look_away")
