"""Pictures of fewer pixels, unmixed: enough for levels, colours and their changes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def thinned(image: NDArray[np.uint8], every: int) -> NDArray[np.uint8]:
    """Every so many columns and rows. OpenCV does it four times as fast as a copy by numpy."""
    if every == 1:
        return image
    size = (image.shape[1] // every, image.shape[0] // every)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_NEAREST), np.uint8)
