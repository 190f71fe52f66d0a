"""Small video files with known pictures, times and faults, made when a test needs them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def plain_picture(width: int = 320, height: int = 240, grey: int = 90) -> Picture:
    return np.full((height, width, 3), grey, np.uint8)


def marked_picture(width: int = 320, height: int = 240) -> Picture:
    """Grey, with a white top left quarter: whoever turns it is found out."""
    picture = plain_picture(width, height)
    picture[: height // 2, : width // 2] = 250
    return picture


def make_video(
    path: Path,
    picture: Picture,
    times_ms: Sequence[int],
    *,
    rotation: int = 0,
    aspect: str = "1",
    index_first: bool = False,
) -> Path:
    """The same picture at each of the times; `rotation` is anticlockwise, as in the container."""
    height, width, _ = picture.shape
    options = {"movflags": "faststart"} if index_first else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.sample_aspect_ratio = Fraction(aspect)
        if rotation:
            stream.set_display_rotation(rotation)
        for t_ms in times_ms:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = t_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def make_sound(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), "fltp", "mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def make_without_pictures(path: Path) -> Path:
    """The head of a raw video that ends there."""
    path.write_bytes(b"YUV4MPEG2 W320 H240 F25:1 Ip A1:1 C420jpeg\n")
    return path
