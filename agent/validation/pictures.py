"""Pictures of the failures, cut from the video around the face."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from agent.observation import Frame
from agent.offline.video_analysis import open_video
from agent.validation.findings import Box, Found

HEIGHT_PX = 150
MARGIN = 0.35  # of the face's height, on each side
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    t_ms: int
    box: Box  # NaN: the whole picture


def wanted(found: Found, frame: int) -> Wanted:
    left, top, right, bottom = (float(edge) for edge in found.faces[frame])
    return Wanted(int(found.frames.t_ms[frame]), (left, top, right, bottom))


def cut(
    video: Path, timestamps: Path | None, track: int | None, pictures: Iterable[Wanted]
) -> dict[Wanted, str]:
    """As data: addresses; decodes the video once more."""
    by_time: dict[int, list[Wanted]] = {}
    for picture in pictures:
        by_time.setdefault(picture.t_ms, []).append(picture)
    made: dict[Wanted, str] = {}
    first_us: int | None = None
    with closing(open_video(video, timestamps, track)) as opened:
        for frame in opened.frames():
            first_us = frame.media_us if first_us is None else first_us
            for picture in by_time.get((frame.media_us - first_us) // 1000, ()):
                made[picture] = _address(frame, picture.box)
    return made


def _address(frame: Frame, box: Box) -> str:
    image = frame.image if any(math.isnan(edge) for edge in box) else _around(frame.image, box)
    height, width = image.shape[:2]
    size = (max(1, round(width * HEIGHT_PX / height)), HEIGHT_PX)
    small = cv2.resize(
        image, size, interpolation=cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_CUBIC
    )
    _, content = cv2.imencode(
        ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, QUALITY)
    )
    return "data:image/jpeg;base64," + base64.b64encode(content.tobytes()).decode("ascii")


def _around(image: np.ndarray, box: Box) -> np.ndarray:
    height, width = image.shape[:2]
    left, top, right, bottom = box
    margin_px = MARGIN * (bottom - top) * height
    x0 = int(np.clip(left * width - margin_px, 0, width - 1))
    x1 = int(np.clip(right * width + margin_px, x0 + 1, width))
    y0 = int(np.clip(top * height - margin_px, 0, height - 1))
    y1 = int(np.clip(bottom * height + margin_px, y0 + 1, height))
    return image[y0:y1, x0:x1]
