"""Which tiles of the frame are looked at, with a detector that answers what it is told."""

import numpy as np
import pytest

from agent.perception.head_geometry import Head
from agent.perception.landmarkers import RawPose
from agent.perception.tiled_pose_landmarker import HELD_PATIENCE, PATIENCE, TiledPoseLandmarker

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 1280, 720
NUMBERS = np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)


def picture() -> np.ndarray:
    """Every pixel tells where it is."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for channel in range(3):
        image[..., channel] = NUMBERS >> 8 * channel & 255
    return image


def where(image: np.ndarray) -> tuple[int, int]:
    first = sum(int(image[0, 0, channel]) << 8 * channel for channel in range(3))
    return first % WIDTH, first // WIDTH


class Person:
    """Stands at a pixel; a detector finds them in any picture that has their head and shoulders."""

    def __init__(self, x: int, y: int, *, only_zoomed: bool = True) -> None:
        self.at, self.only_zoomed = (x, y), only_zoomed
        self.looked: list[tuple[int, int, int]] = []

    def detect(self, image: np.ndarray, stamp_ms: int) -> tuple[RawPose, ...]:
        left, top = where(image)
        height, width = image.shape[:2]
        self.looked.append((left, top, width))
        x, y = self.at[0] - left, self.at[1] - top
        inside = 60 <= x < width - 60 and 40 <= y < height - 120
        if not inside or (self.only_zoomed and width == WIDTH):
            return ()
        points = np.zeros((33, 3), np.float32)
        points[:11, :2] = x, y
        points[7, 0], points[8, 0] = x + 18, x - 18
        points[11, :2], points[12, :2] = (x + 50, y + 60), (x - 50, y + 60)
        points[:, :2] /= (width, height)
        return (RawPose(points, points, np.ones(33, np.float32)),)

    def close(self) -> None:
        pass


def look(search: TiledPoseLandmarker, times: int) -> list[tuple[RawPose, ...]]:
    return [search.detect(picture(), i) for i in range(times)]


@pytest.mark.parametrize("x", [80, 400, 640, 1000, 1200])
@pytest.mark.parametrize("y", [60, 300, 560])
def test_somebody_small_anywhere_is_found_in_a_round_and_held(x: int, y: int) -> None:
    person = Person(x, y)
    found = look(TiledPoseLandmarker(person), 24)
    first = next(i for i, poses in enumerate(found) if poses)
    assert first <= 16
    assert all(found[first:])
    assert len(set(person.looked[first + 1 :])) == 1
    nose = found[-1][0].landmarks[0, :2] * (WIDTH, HEIGHT)
    assert nose == pytest.approx((x, y), abs=0.5)


def test_the_whole_frame_is_enough_while_it_shows_somebody() -> None:
    person = Person(600, 300, only_zoomed=False)
    assert all(look(TiledPoseLandmarker(person), 10))
    assert {width for _, _, width in person.looked} == {WIDTH}


def test_the_whole_frame_comes_again_and_again_while_nobody_is_found() -> None:
    nobody = Person(-1000, -1000)
    assert not any(look(TiledPoseLandmarker(nobody), 32))
    widths = [width for _, _, width in nobody.looked]
    assert widths[:PATIENCE] == [WIDTH] * PATIENCE
    assert 8 <= widths.count(WIDTH) <= 14
    assert len({place for place in nobody.looked if place[2] < WIDTH}) >= 8


def test_somebody_who_leaves_is_looked_for_on_the_whole_frame() -> None:
    person = Person(640, 300)
    search = TiledPoseLandmarker(person)
    look(search, 20)
    person.at = (-1000, -1000)
    look(search, HELD_PATIENCE + 1)
    assert person.looked[-1][2] == WIDTH


def test_a_person_who_walks_is_followed() -> None:
    person = Person(200, 300)
    search = TiledPoseLandmarker(person)
    look(search, 20)
    lost = 0
    for step in range(80):
        person.at = (200 + 10 * step, 300)
        lost += not search.detect(picture(), 100 + step)
    assert lost == 0


def test_while_somebody_is_near_nobody_far_is_looked_for() -> None:
    near = True
    person = Person(1000, 300)
    search = TiledPoseLandmarker(person, worthwhile=lambda: not near)
    assert not any(look(search, 40))
    assert {width for _, _, width in person.looked} == {WIDTH}
    near = False
    assert any(look(search, 40))


@pytest.mark.parametrize("width", [0.05, 0.12])
def test_around_a_head_its_body_alone_is_looked_for(width: float) -> None:
    person = Person(900, 300)
    search = TiledPoseLandmarker(person, around=lambda: Head(900 / WIDTH, 300 / WIDTH, width))
    (poses,) = look(search, 1)
    assert poses[0].landmarks[0, :2] * (WIDTH, HEIGHT) == pytest.approx((900, 300), abs=0.5)
    ((left, top, side),) = person.looked
    assert left < 900 - 2 * width * WIDTH + 1 and top < 300 < top + side
    assert side >= 4 * width * WIDTH - 1 and side < WIDTH
