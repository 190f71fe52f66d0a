"""MediaPipe's single-shot detectors: anchors, boxes, and non-maximum suppression by weighted means.

Source: MediaPipe's SsdAnchorsCalculator, TensorsToDetectionsCalculator and
NonMaxSuppressionCalculator with the options of its task graphs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.openvino_engine.network import Network
from agent.perception.openvino_engine.region import Region

LEAST_SCORE = 0.5
_LEAST_LOGIT = math.log(LEAST_SCORE / (1 - LEAST_SCORE))
SAME_OVERLAP = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """In pixels of the picture."""

    score: float
    box: Float32  # left, top, right, bottom
    points: Float32  # (n, 2)


class Detector:
    def __init__(self, network: Network, side_px: int, strides: Sequence[int]) -> None:
        self._network = network
        self._side_px = side_px
        self._anchors = _anchors(side_px, strides)

    def detect(self, image: NDArray[np.uint8], most: int) -> list[Detection]:
        """The best first."""
        height, width = image.shape[:2]
        square = Region.whole(width, height)
        boxes, logits = self._network(square.cut(image, self._side_px, black=True))
        likely = np.flatnonzero(logits[0, :, 0] >= _LEAST_LOGIT)
        if not len(likely):
            return []
        scores = 1 / (1 + np.exp(-np.clip(logits[0, likely, 0], -100, 100)))
        raw = boxes[0, likely] / self._side_px
        raw[:, 0:2] += self._anchors[likely]
        raw[:, 4:] += np.tile(self._anchors[likely], raw.shape[1] // 2 - 2)
        corners = np.hstack(
            [raw[:, :2] - raw[:, 2:4] / 2, raw[:, :2] + raw[:, 2:4] / 2, raw[:, 4:]]
        )
        kept = _suppressed(scores, corners, most)
        return [_in_picture(score, values, square) for score, values in kept]


def _anchors(side_px: int, strides: Sequence[int]) -> Float32:
    """Middles (n, 2), in units of the square: two for each cell and layer."""
    layers = []
    for stride in dict.fromkeys(strides):
        cells = -(-side_px // stride)
        middles = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
        layers.append(np.repeat(grid, 2 * strides.count(stride), axis=0))
    return np.concatenate(layers).astype(np.float32)


def _suppressed(scores: Float32, values: Float32, most: int) -> list[tuple[float, Float32]]:
    """values: (n, 4 + 2 points), corners first. What overlaps with the best one is averaged."""
    kept: list[tuple[float, Float32]] = []
    left = np.argsort(-scores, kind="stable")
    while len(left) and len(kept) < most:
        same = _overlaps(values[left[0]], values[left]) > SAME_OVERLAP
        weights = scores[left[same]]
        mean = weights @ values[left[same]] / weights.sum()
        kept.append((float(scores[left[0]]), mean.astype(np.float32)))
        left = left[~same]
    return kept


def _overlaps(one: Float32, many: Float32) -> Float32:
    low = np.maximum(one[:2], many[:, :2])
    high = np.minimum(one[2:4], many[:, 2:4])
    common = np.prod(np.maximum(high - low, 0), axis=1)
    areas = np.prod(many[:, 2:4] - many[:, :2], axis=1)
    overlaps: Float32 = common / (np.prod(one[2:4] - one[:2]) + areas - common)
    return overlaps


def _in_picture(score: float, values: Float32, square: Region) -> Detection:
    points = square.to_picture(values.reshape(-1, 2))
    return Detection(score, points[:2].reshape(-1), points[2:])
