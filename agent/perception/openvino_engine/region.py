"""A turned square of the picture: where a model looks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Float32

HELD_WITHIN = 0.05  # of the side; radians
SAME_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Region:
    """In pixels of the picture; it may reach over the picture's edge."""

    x: float  # of the middle
    y: float
    side: float
    turn: float = 0.0  # radians, clockwise

    @classmethod
    def whole(cls, width: int, height: int) -> Region:
        """All of a picture, in the middle of a square."""
        return cls(width / 2, height / 2, max(width, height))

    @classmethod
    def around(cls, low: Float32, high: Float32, turn: float) -> Region:
        """A box between two corners, which stands upright."""
        x, y = (float(value) for value in (low + high) / 2)
        return cls(x, y, float((high - low).max()), turn)

    def grown(self, factor: float, *, down: float = 0.0) -> Region:
        """down: by what part of its side it moves first, along its own vertical."""
        shift = down * self.side
        return replace(
            self,
            x=self.x - shift * math.sin(self.turn),
            y=self.y + shift * math.cos(self.turn),
            side=self.side * factor,
        )

    def cut(self, image: NDArray[np.uint8], side_px: int, *, black: bool) -> NDArray[np.uint8]:
        """(side_px, side_px, 3). Beyond the picture is black, or its edge goes on."""
        step = self.side / side_px
        across, down = step * math.cos(self.turn), step * math.sin(self.turn)
        half = side_px / 2
        to_picture = np.array(
            [
                [across, -down, self.x - half * (across - down)],
                [down, across, self.y - half * (down + across)],
            ]
        )
        return np.asarray(
            cv2.warpAffine(
                image,
                to_picture,
                (side_px, side_px),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT if black else cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )

    def to_picture(self, points: NDArray[np.floating[Any]]) -> Float32:
        """Points (n, 2 or more) in units of the square, as (n, 2) pixels of the picture."""
        inside = (points[:, :2] - 0.5) * self.side
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        turned = inside @ np.array([[cos, sin], [-sin, cos]], np.float32)
        return np.asarray(turned + np.array([self.x, self.y], np.float32), np.float32)

    def landmarks(
        self,
        inside: NDArray[np.floating[Any]],
        image: NDArray[np.uint8],
        depth_per_side: float = 1.0,
    ) -> tuple[Float32, Float32]:
        """Points (n, 3 or more) in units of the square: as (n, 2) pixels of the picture, and as
        (n, 3) in widths and heights of it, depths in widths. depth_per_side: that is one side."""
        height, width = image.shape[:2]
        placed_px = self.to_picture(inside)
        landmarks = np.empty((len(inside), 3), np.float32)
        landmarks[:, :2] = placed_px / (width, height)
        landmarks[:, 2] = inside[:, 2] * (self.side / width / depth_per_side)
        return placed_px, landmarks

    def held(self, before: Region) -> Region:
        """The former one while this is hardly another: landmarks tremble with their region."""
        moved = math.dist((self.x, self.y), (before.x, before.y)) / before.side
        grown = abs(self.side / before.side - 1)
        swung = abs(math.remainder(self.turn - before.turn, 2 * math.pi))
        return before if max(moved, grown, swung) < HELD_WITHIN else self

    def is_on(self, other: Region) -> bool:
        """So much that it is the same thing's."""
        return self.overlap(other) > SAME_OVERLAP

    def overlap(self, other: Region) -> float:
        """Intersection over union, both taken as upright."""
        width = _common(self.x, self.side, other.x, other.side)
        height = _common(self.y, self.side, other.y, other.side)
        common = width * height
        return common / (self.side**2 + other.side**2 - common)


def turn_between(line: Float32, upright: float) -> float:
    """By how much a line of two points is turned from the angle `upright`, in radians."""
    x, y = (float(way) for way in line[1] - line[0])
    angle = upright - math.atan2(-y, x)
    return angle - 2 * math.pi * math.floor((angle + math.pi) / (2 * math.pi))


def turned(world: Float32, turn: float) -> Float32:
    """Points (n, 3) around their own middle, as the picture has them."""
    cos, sin = math.cos(turn), math.sin(turn)
    rotation = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]], np.float32)
    return np.asarray(world @ rotation, np.float32)


def _common(a: float, a_side: float, b: float, b_side: float) -> float:
    return max(0.0, min(a + a_side / 2, b + b_side / 2) - max(a - a_side / 2, b - b_side / 2))
