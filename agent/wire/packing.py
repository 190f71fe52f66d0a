"""Arrays as bytes: exact float32 for the log, int16 points for the wire."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32

POINT_SCALE = 16384  # int16 per unit of the normalised image: -2 to 2, 0.04 px at 640 px


def floats_to_bytes(values: Float32) -> bytes:
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def floats_from_bytes(data: bytes, *shape: int) -> Float32:
    """Read-only view; shape may hold one -1.

    Raises:
        ValueError: the bytes do not fill the shape.
    """
    return np.frombuffer(data, dtype="<f4").reshape(shape)


def points_to_bytes(points: NDArray[np.floating[Any]]) -> bytes:
    """Pack (n, 2 or more) normalised points as int16 (x, y), clipped to the range."""
    scaled = points[:, :2] * POINT_SCALE
    within = np.minimum(np.maximum(scaled, -32768), 32767)  # np.clip costs twice as much
    packed: bytes = np.rint(within).astype("<i2").tobytes()
    return packed


def points_from_bytes(data: bytes) -> Float32:
    integers = np.frombuffer(data, dtype="<i2").reshape(-1, 2)
    return integers.astype(np.float32) / np.float32(POINT_SCALE)
