"""Photographed faces turned by known angles, and what is read of them."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from changing import ANGLES, faces
from numpy.typing import NDArray
from perceiving import CAMERA_HZ, Image, noisy, observed
from playing import Played, play
from rendering import TurningHead

FIRST_SECONDS = 2 * CAMERA_HZ  # until a face without a body is taken for a person
LOOKS = 5  # frames for each angle: the face's tracking follows
YAWS, PITCHES, ROLL = (-45, -30, -15, 0, 15, 30, 45), (-15, 0, 15), 5
TURNS = tuple(product(YAWS, PITCHES, (ROLL,)))


@cache
def head(name: str) -> TurningHead:
    return TurningHead.of(faces()[name])


def watched(images: list[Image]) -> Played:
    return play(observed(noisy(images)))


def angle_errors(
    name: str, turns: tuple[tuple[int, int, int], ...] = TURNS, *, young: bool = False
) -> NDArray[np.float64]:
    """(turns, 3) read − true yaw, pitch and roll in degrees, of one photograph."""
    images = [head(name).at(0, young=young)] * FIRST_SECONDS
    for yaw, pitch, roll in turns:
        images += [head(name).at(yaw, pitch, roll, young=young)] * LOOKS
    played = watched(images)
    read = np.stack([played.series(measure) for measure in ANGLES], axis=1)
    return np.asarray(read[FIRST_SECONDS + LOOKS - 1 :: LOOKS] - turns, np.float64)
