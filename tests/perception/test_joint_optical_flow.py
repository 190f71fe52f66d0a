"""How far the picture moved at the joints: known shifts, plain surfaces, somebody else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agent.perception.joint_optical_flow import JointOpticalFlow, small_grey

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 640, 360
JOINTS = np.random.default_rng(2).uniform(0.3, 0.7, (33, 3)).astype(np.float32)
SEEN = np.full(33, 0.9, np.float32)


def wallpaper(right: float = 0.0, down: float = 0.0) -> np.ndarray:
    spots = np.random.default_rng(1).integers(0, 255, (45, 80, 3), np.uint8)
    wall = cv2.resize(spots, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    move = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return cv2.warpAffine(wall, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)


def followed(*images: np.ndarray, joints: np.ndarray = JOINTS) -> np.ndarray:
    motion = JointOpticalFlow()
    for image in images:
        shifts = motion.follow(1, small_grey(image), joints, SEEN)
    return shifts


@pytest.mark.parametrize("shift", [(0, 0), (3, 0), (-6, 4), (12, -10)])
def test_a_known_shift_is_found_whatever_the_landmarks_do(shift: tuple[float, float]) -> None:
    motion = JointOpticalFlow()
    motion.follow(1, small_grey(wallpaper()), JOINTS, SEEN)
    shifts = motion.follow(1, small_grey(wallpaper(*shift)), JOINTS + 0.05, SEEN)
    expected = np.array(shift) / (WIDTH, HEIGHT)
    assert np.abs((shifts - expected) * (WIDTH, HEIGHT)).max() < 0.3


def test_a_plain_surface_tells_nothing() -> None:
    plain = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    assert np.isnan(followed(plain, plain)).all()


def test_joints_outside_the_picture_or_hidden_are_not_followed() -> None:
    joints = JOINTS.copy()
    joints[7, 0] = 1.2
    motion, seen = JointOpticalFlow(), SEEN.copy()
    seen[9] = 0.1
    motion.follow(1, small_grey(wallpaper()), joints, seen)
    shifts = motion.follow(1, small_grey(wallpaper()), joints, seen)
    assert np.flatnonzero(np.isnan(shifts[:, 0])).tolist() == [7, 9]


def test_nothing_is_compared_across_people_sizes_or_an_absence() -> None:
    wall = wallpaper()
    assert followed(wall).shape == (0, 2)
    assert followed(wall, wall[:, :300]).shape == (0, 2)
    motion = JointOpticalFlow()
    motion.follow(1, small_grey(wall), JOINTS, SEEN)
    assert motion.follow(2, small_grey(wall), JOINTS, SEEN).shape == (0, 2)
    motion.forget()
    assert motion.follow(2, small_grey(wall), JOINTS, SEEN).shape == (0, 2)
