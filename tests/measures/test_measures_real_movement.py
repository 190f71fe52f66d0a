"""Known translations of a real picture: how fast what moves in it moves; a moved camera."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from perceiving import CAMERA_HZ, Image, noisy, observed, photograph, scaled
from playing import Played, measured, play

from agent.measures.body import Body

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 960, 540
STEP_PX = 3  # from picture to picture, to and fro
TURN = 36  # pictures one way
FRAMES = 4 * TURN


@pytest.fixture(scope="module")
def person() -> Image:
    """Head and shoulders, fading into grey at the edges so that no edge moves in the room."""
    picture = scaled(photograph("single_face.jpg"), 0.8).astype(np.float32)
    height, width = picture.shape[:2]
    inner = np.zeros((height, width), np.float32)
    cv2.ellipse(
        inner,
        (width // 2, height // 2),
        (width * 2 // 5, height * 2 // 5),
        0,
        0,
        360,
        1.0,
        -1,
    )
    share = cv2.GaussianBlur(inner, (0, 0), 20)[:, :, None]
    return np.asarray(picture * share + 90 * (1 - share), np.uint8)


def places() -> list[int]:
    """Left edges in px: along a triangle."""
    phase = np.arange(FRAMES) % (2 * TURN)
    return [int(100 + STEP_PX * (p if p < TURN else 2 * TURN - p)) for p in phase]


def in_room(person: Image, left: int) -> Image:
    room = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    rows = min(person.shape[0], HEIGHT)
    room[HEIGHT - rows :, left : left + person.shape[1]] = person[:rows]
    return room


@pytest.fixture(scope="module")
def translated(person: Image) -> Played:
    return play(observed(noisy([in_room(person, left) for left in places()])))


@pytest.fixture(scope="module")
def resting(person: Image) -> Played:
    return play(observed(noisy([in_room(person, 150)] * FRAMES)))


def middle(values: list[float]) -> float:
    return float(np.median(measured(values)))


def test_the_head_moves_as_fast_as_the_picture(translated: Played) -> None:
    speed_px_s = STEP_PX * CAMERA_HZ
    iod_px = middle(translated.series("eye_distance"))
    assert middle(translated.series("head_movement")) == pytest.approx(speed_px_s / iod_px, rel=0.1)
    assert middle(translated.series("head_speed")) < 6


def test_the_body_moves_as_fast_as_the_picture(translated: Played, resting: Played) -> None:
    """In widths of the shoulders, as the pose itself sees them."""
    frames = zip(translated.times_ms, translated.frames, strict=True)
    speeds = [f["movement_head"].value for t, f in frames if 1500 < t < 5500]
    rest = middle(resting.series("movement_head"))
    shoulders_px = middle_shoulders_px(translated)
    assert middle(speeds) == pytest.approx(STEP_PX * CAMERA_HZ / shoulders_px, rel=0.2)
    assert rest < 0.01 * middle(speeds)


def middle_shoulders_px(played: Played) -> float:
    return played.analyser._detectors.of(Body).detector.shoulders_px


def test_a_person_at_rest_has_neither(resting: Played) -> None:
    assert middle(resting.series("head_movement")) < 0.05
    assert middle(resting.series("head_acceleration")) < 0.2
    assert not resting.events


def swaying(person: Image, hz: float, size_px: float, seconds: int = 9) -> Played:
    phases = 2 * np.pi * hz * np.arange(seconds * CAMERA_HZ) / CAMERA_HZ
    lefts = np.rint(150 + size_px / 2 * np.sin(phases)).astype(int).tolist()
    return play(observed(noisy([in_room(person, left) for left in lefts])))


@pytest.mark.parametrize("hz", [0.7, 1.5, 2.2])
def test_who_moves_to_and_fro_a_little_fidgets(person: Image, hz: float) -> None:
    played = swaying(person, hz, size_px=30)
    assert played.last("fidgeting_time").value == 100
    assert [e.kind for e in played.over("fidgeting")] == ["fidgeting"]


def test_a_camera_that_moves_is_no_movement(person: Image) -> None:
    """The whole room, papered, moves with the person."""
    paper = np.random.default_rng(1).integers(0, 255, (HEIGHT // 12, WIDTH // 2, 3), np.uint8)
    papered = cv2.resize(paper, (2 * WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    wall = np.asarray(papered, np.uint8)
    wall[:, WIDTH // 2 : WIDTH // 2 + WIDTH][in_room(person, 250) != 90] = 0
    wall[:, WIDTH // 2 : WIDTH // 2 + WIDTH] += in_room(person, 250)
    frames = [wall[:, WIDTH // 2 - 300 + x : WIDTH // 2 - 300 + x + WIDTH] for x in places()]
    played = play(observed(noisy(frames[:72])))
    assert played.last("head_movement").reasons == ("camera_moved",)
    assert played.last("movement_body").reasons == ("camera_moved",)
    assert "camera_moved" in {e.kind for e in played.events}
