"""Small video files with known pictures, times and faults, made when a test needs them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
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
    matrix: Sequence[int] | None = None,
    sound_s: int = 0,
    also: Picture | None = None,
) -> Path:
    """The same picture at each of the times; `rotation` is anticlockwise, as in the container.

    matrix: a whole display matrix instead; sound_s: silence, from 0; also: a second video track.
    """
    height, width, _ = picture.shape
    options = {"movflags": "faststart"} if index_first else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.sample_aspect_ratio = Fraction(aspect)
        if rotation:
            stream.set_display_rotation(rotation)
        if matrix is not None:
            stream.set_display_matrix(matrix)
        second = None if also is None else _second_track(container, also)
        silence = container.add_stream("aac", rate=16000) if sound_s else None
        for t_ms in times_ms:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = t_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if second is not None and also is not None:
            for t_ms in times_ms:
                frame = av.VideoFrame.from_ndarray(also, format="rgb24")
                frame.pts, frame.time_base = t_ms, Fraction(1, 1000)
                container.mux(second.encode(frame))
            container.mux(second.encode())
        if silence is not None:
            container.mux(silence.encode(_silence(sound_s)))
            container.mux(silence.encode())
    return path


def _second_track(container: OutputContainer, picture: Picture) -> VideoStream:
    stream = container.add_stream("mpeg4", rate=1000)
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = Fraction(1, 1000)
    return stream


def make_with_later_pictures(path: Path, pictures: Sequence[Picture], b_frames: int = 2) -> Path:
    """H.264 at 25 a second in which pictures refer to later ones."""
    with av.open(str(path), "w") as container:
        options = {"bf": str(b_frames), "g": "25", "b_strategy": "0"}
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
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


def make_late(path: Path, clip: Path, late_ms: int) -> Path:
    """The clip's own pictures, beginning after the sound."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as container:
        pictures = source.streams.video[0]
        stream = container.add_stream_from_template(pictures)
        silence = container.add_stream("aac", rate=16000)
        for packet in source.demux(pictures):
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            late = round(late_ms / 1000 / packet.time_base)
            packet.pts, packet.dts = packet.pts + late, packet.dts + late
            packet.stream = stream
            container.mux(packet)
        container.mux(silence.encode(_silence(2)))
        container.mux(silence.encode())
    return path


def _silence(lasts_s: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, lasts_s * 16000), np.float32), "fltp", "mono")
    frame.sample_rate = 16000
    return frame
