"""The pose task on tiles of the frame, one after another, while the whole frame shows nobody.

Its detector looks at 224 pixels. Of people whose face is 3 % of the frame's width it finds 6 in 10
on the whole frame, and all of them on a tile of two fifths of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.perception.head_geometry import Head, head_of_pose
from agent.perception.landmarkers import RawPose

SIDE = 0.4  # of the frame's longer side
STRIDE = 0.2  # at most: any head with its shoulders is whole in one tile
PATIENCE = 2  # empty answers in a row on the whole frame before looking elsewhere
HELD_PATIENCE = 4  # on a tile where somebody was: MediaPipe's tracking does not survive a new one
TILES_PER_WHOLE = 2  # while searching
SMALL_HEAD = (0.015, 0.12)  # of the frame's width; a larger one is seen on the whole frame
BODY_WIDTHS = 4.0  # of a head: the side of the tile that shows its shoulders
OFF_CENTRE = 0.35  # of the tile's side, from where on it follows: tracking starts again then


class PoseDetector(Protocol):
    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[RawPose, ...]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Tile:
    """In pixels, inside a frame of that width and height."""

    left: int
    top: int
    side: int
    width: int
    height: int

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        right, bottom = self.left + self.side, self.top + self.side
        return np.ascontiguousarray(image[self.top : bottom, self.left : right])

    def to_frame(self, pose: RawPose) -> RawPose:
        across, down = self.side / self.width, self.side / self.height
        offset = (self.left / self.width, self.top / self.height, 0.0)
        landmarks = pose.landmarks * (across, down, across) + offset
        return RawPose(np.asarray(landmarks, np.float32), pose.world, pose.visibility)

    def centred(self, head: Head) -> bool:
        x, y = head.x * self.width - self.left, head.y * self.width - self.top
        return max(abs(x / self.side - 0.5), abs(y / self.side - 0.5)) <= OFF_CENTRE


class TiledPoseLandmarker:
    """Itself a landmarker. What it looks at depends on nothing but the frames it was given, and on
    what was known of each.
    """

    def __init__(
        self,
        detector: PoseDetector,
        worthwhile: Callable[[], bool] = lambda: True,
        around: Callable[[], Head | None] = lambda: None,
    ) -> None:
        """worthwhile: whether anybody at a distance would matter on the frame at hand.
        around: the head whose body alone is looked for on it.
        """
        self._detector = detector
        self._worthwhile = worthwhile
        self._around = around
        self._size = (0, 0)
        self._restart()

    def _restart(self) -> None:
        self._held: Tile | None = None
        self._empty = 0
        self._turn = 0

    def close(self) -> None:
        self._detector.close()

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[RawPose, ...]:
        height, width = image.shape[:2]
        if self._size != (width, height):
            self._size = width, height
            self._restart()
        if not self._worthwhile():
            self._restart()
        if (head := self._around()) is not None:
            close = _around(head, width, height, _side_of_body(head, width, height))
            return tuple(map(close.to_frame, self._detector.detect(close.cut(image), stamp_ms)))
        tile = self._held or self._next()
        if tile is None:
            found = self._detector.detect(image, stamp_ms)
            found = tuple(pose for pose in found if not _tiny(pose, height / width))
            self._empty = 0 if found else self._empty + 1
            return found
        poses = map(tile.to_frame, self._detector.detect(tile.cut(image), stamp_ms))
        heads = [(pose, _small_head(pose, height / width)) for pose in poses]
        self._hold(tile, [head for _, head in heads if head])
        return tuple(pose for pose, head in heads if head)

    def _next(self) -> Tile | None:
        """The tile to look at now; None is the whole frame."""
        if self._empty < PATIENCE:
            return None
        self._turn += 1
        if self._turn % (TILES_PER_WHOLE + 1) == 0:
            return None
        tiles = _tiles(*self._size)
        return tiles[(self._turn - self._turn // (TILES_PER_WHOLE + 1)) % len(tiles)]

    def _hold(self, tile: Tile, heads: list[Head]) -> None:
        if not heads:
            if tile is self._held:
                self._empty += 1
                if self._empty >= HELD_PATIENCE:
                    self._restart()
            return
        self._empty = 0
        head = min(heads, key=lambda h: abs(h.x * tile.width - tile.left - tile.side / 2))
        if not tile.centred(head):
            tile = _around(head, *self._size, _side(*self._size))
        self._held = tile


def _tiny(pose: RawPose, aspect: float) -> bool:
    """Nobody: a texture that the detector took for a body."""
    head = head_of_pose(pose.landmarks, pose.visibility, aspect)
    return head is not None and head.width < SMALL_HEAD[0]


def _small_head(pose: RawPose, aspect: float) -> Head | None:
    head = head_of_pose(pose.landmarks, pose.visibility, aspect)
    if head is None or not SMALL_HEAD[0] <= head.width <= SMALL_HEAD[1]:
        return None
    return head


def _around(head: Head, width: int, height: int, side: int) -> Tile:
    """The head a little above the middle, the tile inside the frame."""
    left = round(head.x * width - side / 2)
    top = round(head.y * width - 0.4 * side)
    return Tile(
        min(max(left, 0), width - side), min(max(top, 0), height - side), side, width, height
    )


def _tiles(width: int, height: int) -> list[Tile]:
    side = _side(width, height)
    places = product(_starts(height, side), _starts(width, side))
    return [Tile(left, top, side, width, height) for top, left in places]


def _side(width: int, height: int) -> int:
    return min(width, height, round(SIDE * max(width, height)))


def _side_of_body(head: Head, width: int, height: int) -> int:
    return min(width, height, max(_side(width, height), round(BODY_WIDTHS * head.width * width)))


def _starts(length: int, side: int) -> list[int]:
    steps = -(-(length - side) // max(1, round(side * STRIDE / SIDE)))
    return [round(i * (length - side) / max(steps, 1)) for i in range(steps + 1)]
