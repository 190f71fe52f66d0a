"""MediaPipe's C results as numpy arrays.

Reading the C structures costs 0.1 ms a face; MediaPipe's own Python objects cost 1 ms, all of it
holding the interpreter's lock. The structures are private to the pinned version: their sizes are
checked on import.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from mediapipe.tasks.python.components.containers.category_c import CategoryC
from mediapipe.tasks.python.components.containers.landmark_c import LandmarkC, NormalizedLandmarkC

from agent.observation import Float32

_WORDS = 10  # of 4 bytes in a landmark: x, y, z, flag, visibility, flag, presence, padding, name
_VISIBILITY = 4
_CATEGORY_WORDS = 6  # index, score, two pointers

if {ctypes.sizeof(LandmarkC), ctypes.sizeof(NormalizedLandmarkC)} != {4 * _WORDS}:
    raise ImportError("this MediaPipe lays out its landmarks otherwise than the pinned version")
if ctypes.sizeof(CategoryC) != 4 * _CATEGORY_WORDS:
    raise ImportError("this MediaPipe lays out its categories otherwise than the pinned version")


def landmarks(points: Any) -> tuple[Float32, Float32]:
    """(n, 3) coordinates and (n,) visibility of a C list of landmarks."""
    words = _words(points.landmarks, points.landmarks_count, _WORDS)
    return words[:, :3].copy(), words[:, _VISIBILITY].copy()


def scores(categories: Any) -> Float32:
    """Scores of a C list of categories, each at its own index."""
    words = _words(categories.categories, categories.categories_count, _CATEGORY_WORDS)
    ordered = np.zeros(len(words), np.float32)
    ordered[words[:, 0].view(np.int32)] = words[:, 1]
    return ordered


def matrix(columns: Any) -> Float32:
    """A C matrix, which is stored column by column."""
    return _words(columns.data, columns.cols, columns.rows).T.copy()


def _words(pointer: Any, count: int, words_each: int) -> Float32:
    if count == 0:
        return np.empty((0, words_each), np.float32)
    address = ctypes.cast(pointer, ctypes.c_void_p).value or 0
    memory: Any = (ctypes.c_char * (4 * count * words_each)).from_address(address)
    words: Float32 = np.frombuffer(memory, np.float32)
    return words.reshape(count, words_each)
