"""The sample faces, pictures changed in known ways, and what the measures read from them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO

import av
import cv2
import numpy as np
from perceiving import ONE_FACE, TALKING_FACE, Image, clip, photograph, scaled
from playing import Played, play

from agent.observation import Frame, Observation
from agent.perception.perception import Perception

ANGLES = ("head_yaw", "head_pitch", "head_roll")
FRAMES = 16  # enough for poses to confirm a person


def faces() -> dict[str, Image]:
    """One person each, head and shoulders, 480 pixels high."""
    several = photograph("multi_face.jpg")
    pictures = {
        "photograph": photograph("single_face.jpg"),
        "clip": clip(ONE_FACE, 1)[0][:, 120:520],
        "talking": clip(TALKING_FACE, 281)[280][:, 260:],
        "one of five": several[180:500, 580:900],
        "in a car": clip("carphone_pristine.mp4", 1)[0],
    }
    return {name: scaled(image, 480 / image.shape[0]) for name, image in pictures.items()}


class Reader:
    """Reads single pictures through one Perception, each as if the camera were new."""

    def __init__(self, perception: Perception) -> None:
        self._perception = perception
        self._frames = 0
        self._track = 0

    def read(self, image: Image) -> Played:
        self._track += 1
        self._perception.reset_track()
        flickering = (
            image,
            np.asarray(cv2.add(image, np.array((1.0, 1, 1, 0))), np.uint8),
        )  # else it were a frozen picture
        return play(self._observe(flickering[i % 2]) for i in range(FRAMES))

    def _observe(self, image: Image) -> Observation:
        self._frames += 1
        media_us = self._frames * 41_667
        return self._perception.observe(Frame(image, media_us, None, 0, self._track))

    def angles(self, image: Image) -> np.ndarray:
        """Yaw, pitch, roll."""
        played = self.read(image)
        return np.array([played.last(measure).value for measure in ANGLES])


def rolled(image: Image, degrees: float) -> Image:
    """Turned so that the subject leans toward their left shoulder (clockwise in the picture)."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    lean = cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(lean, np.uint8)


def shifted(image: Image, right: int) -> Image:
    """Whole, on a wide canvas, away from its middle."""
    height, width = image.shape[:2]
    canvas = np.full((720, 1280, 3), 110, np.uint8)
    left = (1280 - width) // 2 + right
    canvas[120 : 120 + height, left : left + width] = image
    return canvas


def blurred(image: Image, sigma: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def jpeg(image: Image, quality: int) -> Image:
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def darkened(image: Image, share: float) -> Image:
    return (image * share).astype(np.uint8)


def vp8(images: Sequence[Image], *, kbps: int, hz: int = 24) -> list[Image]:
    """As a browser's encoder would have sent them: one pass, no look ahead, its effort fixed."""
    packed = BytesIO()
    with av.open(packed, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=hz)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 1000 * kbps
        stream.time_base = Fraction(1, hz)
        stream.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"}
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    packed.seek(0)
    with av.open(packed, "r") as sent:
        pictures = [frame.to_ndarray(format="rgb24") for frame in sent.decode(video=0)]
    return [np.asarray(picture, np.uint8) for picture in pictures]
