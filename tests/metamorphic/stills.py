"""Still photographs of people, as a resting camera and a poor line show them."""

from __future__ import annotations

import numpy as np
from changing import vp8
from perceiving import Image, noisy, observed, photograph, scaled
from playing import Played, play

HZ = 24
SECONDS = 12  # of camera noise, and again of what a line of 250 kbit/s makes of that
STILLS = (
    ("single_face.jpg", 0.6),
    ("multi_face.jpg", 0.6),
    ("multi_face.jpg", 1.0),
    ("smiling.jpg", 1.0),
    ("frowning.jpg", 0.3),
)


def still(name: str, scale: float) -> list[Image]:
    photo = scaled(photograph(name), scale)
    photo = np.ascontiguousarray(photo[: photo.shape[0] // 2 * 2, : photo.shape[1] // 2 * 2])
    noise = list(noisy([photo] * SECONDS * HZ))
    return noise + vp8(noise, kbps=250, hz=HZ)


def watched_still(name: str, scale: float) -> Played:
    return play(observed(still(name, scale)))
