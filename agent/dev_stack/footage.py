"""A video file as an endless camera."""

from collections.abc import Iterator
from itertools import cycle
from math import ceil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.errors import NotPlayable

CAMERA_HZ = 30.0
CAMERA_SIDE_PX = 1280
# Played forth and back, without a seam. A longer file would fill the memory: it starts again.
SEAMLESS_S = 30.0

I420 = NDArray[np.uint8]  # (3/2 height, width)


class Footage:
    def __init__(self, path: Path) -> None:
        self._path = path
        first = next(self._decoded(), None)
        if first is None:
            raise self._not_playable()
        self._stride = ceil(self._file_hz() / CAMERA_HZ)
        self.hz = self._file_hz() / self._stride
        self.width, self.height = _camera_size(*first.shape[1::-1])

    def frames(self) -> Iterator[I420]:
        played: list[I420] = []
        limit = SEAMLESS_S * self.hz
        for frame in self._once():
            if len(played) <= limit:
                played.append(frame)
            yield frame
        if len(played) <= limit:
            yield from cycle(played[-2::-1] + played[1:] or played)
        while True:
            frames = self._once()
            # Without a frame this would spin for ever: the file is gone or no video any more.
            first = next(frames, None)
            if first is None:
                raise self._not_playable()
            yield first
            yield from frames

    def _not_playable(self) -> NotPlayable:
        return NotPlayable(f"{self._path} is not a video that can be played")

    def _once(self) -> Iterator[I420]:
        for index, picture in enumerate(self._decoded()):
            if index % self._stride == 0:
                sized = cv2.resize(picture, (self.width, self.height), interpolation=cv2.INTER_AREA)
                yield np.asarray(cv2.cvtColor(sized, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)

    def _decoded(self) -> Iterator[NDArray[np.uint8]]:
        """Upright: OpenCV applies the file's rotation."""
        video = cv2.VideoCapture(str(self._path))
        try:
            while True:
                found, picture = video.read()
                if not found:
                    return
                yield np.asarray(picture, dtype=np.uint8)
        finally:
            video.release()

    def _file_hz(self) -> float:
        video = cv2.VideoCapture(str(self._path))
        try:
            return float(video.get(cv2.CAP_PROP_FPS)) or CAMERA_HZ
        finally:
            video.release()


def _camera_size(width: int, height: int) -> tuple[int, int]:
    """No larger than a camera's picture, and even, as I420 needs."""
    scale = min(1.0, CAMERA_SIDE_PX / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
