"""Real clips and pictures made from them, and perception run over them."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.observation import Command, Frame, Observation
from agent.perception.engines import given_engine
from agent.perception.landmarkers import Engine
from agent.perception.perception import Perception
from models.clips import clips_folder

Image = NDArray[np.uint8]

CAMERA_HZ = 24


def clip(name: str, frames: int = 10_000, every: int = 1) -> list[Image]:
    video = cv2.VideoCapture(str(clips_folder() / name))
    taken: list[Image] = []
    number = 0
    while len(taken) < frames:
        there, image = video.read()
        if not there:
            break
        if number % every == 0:
            taken.append(_rgb(image))
        number += 1
    video.release()
    assert taken, f"no frame in {name}: run epedicare models clips --all"
    return taken


def photograph(name: str) -> Image:
    picture = cv2.imread(str(clips_folder() / name))
    assert picture is not None, f"no {name}: run epedicare models clips --all"
    return _rgb(picture)


def _rgb(bgr: cv2.typing.MatLike) -> Image:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def scaled(image: Image, scale: float) -> Image:
    resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)


def room(width: int = 1280, height: int = 720) -> Image:
    """An empty grey room."""
    return np.full((height, width, 3), 90, np.uint8)


def placed(room: Image, picture: Image, left: int, top: int) -> Image:
    room[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return room


def noisy(images: Iterable[Image]) -> Iterator[Image]:
    """With a camera's noise; without it a resting picture is a frozen one."""
    cv2.setRNGSeed(0)
    for image in images:
        noise: cv2.typing.MatLike = np.empty(image.shape, np.float32)
        cv2.randn(noise, np.zeros(3), np.full(3, 3.0))
        yield np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)


@cache
def engine() -> Engine:
    """Shared by a process's tests, as a process's landmarkers share it."""
    return given_engine()


@contextmanager
def perception(*, live: bool = False) -> Iterator[Perception]:
    watching = Perception(engine(), live=live)
    try:
        yield watching
    finally:
        watching.close()


def frame(image: Image, number: int, track: int = 0) -> Frame:
    return Frame(image, round(number * 1e6 / CAMERA_HZ), None, 0, track)


def observed(images: Iterable[Image]) -> list[Observation]:
    with perception() as watching:
        return [watching.observe(frame(image, i)) for i, image in enumerate(images)]


def observe_with(
    watching: Perception,
    images: Sequence[Image],
    first: int = 0,
    commands: tuple[Command, ...] = (),
) -> list[Observation]:
    return [
        watching.observe(frame(image, first + i), commands if i == 0 else ())
        for i, image in enumerate(images)
    ]


def fingerprint(observation: Observation) -> str:
    """Of every bit of it."""
    digest = hashlib.sha256()
    _feed(digest, observation)
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        digest.update(value.tobytes())
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _feed(digest, getattr(value, field.name))
    elif isinstance(value, tuple):
        digest.update(b"(%d" % len(value))
        for item in value:
            _feed(digest, item)
    else:
        digest.update(repr(value).encode())


def face_px(observation: Observation, landmark: int = 1) -> NDArray[np.float64]:
    """A landmark of the patient's face (the tip of the nose) in pixels."""
    assert observation.face is not None
    size = np.array([observation.width, observation.height])
    return np.asarray(observation.face.landmarks[landmark, :2] * size, np.float64)


def faces(observations: Sequence[Observation]) -> list[Observation]:
    return [o for o in observations if o.face is not None]


TALKING_FACE = "WolfgangLanger_Pexels.mp4"
ONE_FACE = "single_face.mp4"
ONE_FACE_WIDTH_PX = 150
CARTOON = "no_face.mp4"
CLIP_FOLDER: Path = clips_folder()
