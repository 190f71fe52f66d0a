"""Still photographs of people, and pictures without people: nothing happens in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import cv2
import numpy as np
import pytest
from changing import vp8
from perceiving import (
    TALKING_FACE,
    Image,
    clip,
    frame,
    noisy,
    observed,
    perception,
    photograph,
    scaled,
)
from playing import Played, play
from stills import HZ, STILLS, watched_still

from agent.perception.perception import Perception

pytestmark = pytest.mark.unit


def looked_at(watching: Perception, images: Iterable[Image], first: int) -> Played:
    watching.reset_track()
    return play(watching.observe(frame(image, first + i, first)) for i, image in enumerate(images))


@pytest.mark.parametrize(("name", "scale"), STILLS)
def test_nothing_happens_in_a_photograph(name: str, scale: float) -> None:
    played = watched_still(name, scale)
    assert known(played, "head_yaw") > 0.9, "or nothing would be shown"
    assert known(played, "movement_head") > 0.85
    allowed = {"second_face"} if name == "multi_face.jpg" else set()
    assert {e.kind for e in played.events} <= allowed
    for measure in ("movement_head", "movement_left_arm", "movement_right_arm", "movement_torso"):
        if measure in played.summary:
            value = played.summary[measure]
            assert value.reasons or value.value < 0.1, measure
    for measure in ("nod_rate", "shake_rate", "look_away_rate"):
        assert played.summary[measure].value == 0, measure


def test_nothing_happens_in_a_photograph_of_closed_eyes() -> None:
    photo = clip(TALKING_FACE, 90)[89]
    with perception() as watching:
        played = looked_at(watching, noisy([photo] * 10 * HZ), 0)
    assert not played.events
    assert played.last("eyes_closed_time").reasons, "eyes that were never seen open have no level"


def known(played: Played, measure: str) -> float:
    """Share of the pictures for which there is a value."""
    return float(np.mean(~np.isnan(played.series(measure))))


def landscape() -> Image:
    image = np.empty((480, 640, 3), np.uint8)
    image[:] = np.linspace((90, 140, 220), (220, 230, 240), 480)[:, None].astype(np.uint8)
    hills = np.array(
        [[0, 330], [120, 220], [230, 310], [390, 180], [640, 340], [640, 480], [0, 480]]
    )
    cv2.fillPoly(image, [hills], (60, 110, 70))
    cv2.circle(image, (520, 90), 40, (250, 230, 120), -1)
    return image


def smiley() -> Image:
    image = np.full((480, 640, 3), 235, np.uint8)
    cv2.circle(image, (320, 240), 150, (250, 210, 60), -1)
    for x in (265, 375):
        cv2.circle(image, (x, 195), 18, (30, 30, 30), -1)
    cv2.ellipse(image, (320, 270), (80, 55), 0, 10, 170, (30, 30, 30), 8)
    return image


def stick_figure() -> Image:
    image = np.full((480, 640, 3), 240, np.uint8)
    black = (20, 20, 20)
    cv2.circle(image, (320, 110), 45, black, 5)
    for a, b in (((320, 155), (320, 300)), ((320, 190), (240, 250)), ((320, 190), (400, 250))):
        cv2.line(image, a, b, black, 5)
    for foot in (260, 380):
        cv2.line(image, (320, 300), (foot, 420), black, 5)
    return image


def doll() -> Image:
    """A drawn head with eyes, nose and mouth on a body with arms."""
    image = np.full((480, 640, 3), (120, 150, 140), np.uint8)
    cv2.ellipse(image, (320, 430), (130, 140), 0, 180, 360, (170, 60, 80), -1)
    cv2.ellipse(image, (320, 190), (80, 100), 0, 0, 360, (235, 195, 165), -1)
    cv2.ellipse(image, (320, 130), (86, 60), 0, 180, 360, (90, 60, 40), -1)
    for x in (288, 352):
        cv2.ellipse(image, (x, 180), (15, 8), 0, 0, 360, (255, 255, 255), -1)
        cv2.circle(image, (x, 180), 6, (60, 40, 30), -1)
    cv2.line(image, (320, 185), (316, 218), (190, 140, 120), 3)
    cv2.ellipse(image, (320, 245), (28, 10), 0, 0, 180, (180, 60, 60), -1)
    return image


def empty_room() -> Image:
    image = np.full((480, 640, 3), 150, np.uint8)
    cv2.rectangle(image, (0, 360), (640, 480), (110, 90, 70), -1)
    cv2.rectangle(image, (80, 80), (220, 220), (200, 220, 240), -1)
    cv2.rectangle(image, (400, 200), (560, 420), (90, 70, 60), -1)
    return image


def nothing_is_measured(pictures: Iterable[Image]) -> None:
    with perception() as watching:
        nothing_in(looked_at(watching, pictures, 0))


def nothing_in(played: Played) -> None:
    assert not played.events
    of_pictures = {"face_present", "faces_in_view", "picture_usable"}
    for measure in played.frames[0].keys() - of_pictures:
        assert known(played, measure) <= 0.01, measure


@pytest.mark.parametrize("draw", [landscape, smiley, stick_figure, doll, empty_room])
def test_where_nobody_is_nothing_is_measured(draw: Callable[[], Image]) -> None:
    nothing_is_measured(noisy([draw()] * 3 * HZ))


def test_an_animated_rabbit_is_nobody() -> None:
    """MediaPipe takes a quarter of these frames for a face, some with a pose."""
    cartoon = clip("big_buck_bunny.mp4")
    nothing_in(play(observed(scaled(image, 480 / image.shape[0]) for image in cartoon)))


def test_a_macaque_that_grins_into_the_camera_is_nobody() -> None:
    """MediaPipe finds a face in each frame, and mostly another in the mirrored frame."""
    photo = photograph("macaque.jpg")
    height, width = photo.shape[:2]
    close = photo[: 4 * height // 5, width // 10 : 9 * width // 10]
    nothing_is_measured(noisy([scaled(close, 480 / close.shape[0])] * 10 * HZ))


@pytest.mark.parametrize("name", ["quokka.jpg", "cheetah1.jpg", "lion.jpg"])
def test_an_animal_is_nobody(name: str) -> None:
    photo = photograph(name)
    photo = scaled(photo, 480 / photo.shape[0])
    still = list(noisy([photo[:480, : photo.shape[1] // 2 * 2]] * 10 * HZ))
    nothing_is_measured(still + vp8(still, kbps=250, hz=HZ))
