"""Photographed faces laid on MediaPipe's canonical face and turned by known angles."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from perceiving import Image, observed
from synthetic import rotation

from models.bundles import FACE, bundles_folder

WIDTH, HEIGHT = 640, 480
FACE_PX = 240  # across the cheeks, when it looks straight ahead
FIELD_OF_VIEW_DEG = 40  # from top to bottom

_GEOMETRY = "geometry_pipeline_metadata_landmarks.binarypb"
_VERTICES, _INDICES = 3, 4  # of its Mesh3d
_WHOLE_NUMBER, _FOUR_BYTES = 0, 5  # kinds of a protocol buffer's fields
_FACE_CM = 14.5
_FOCAL_PX = HEIGHT / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
_DISTANCE_CM = _FOCAL_PX * _FACE_CM / FACE_PX
_CENTRE_CM = (0.0, 0.0, 3.0)  # about where a head turns


@dataclass(frozen=True, slots=True)
class TurningHead:
    """A face of one photograph, before a grey wall."""

    photo: Image
    places: NDArray[np.float32]  # (468, 2) of its landmarks, in pixels of the photograph

    @classmethod
    def of(cls, photo: Image) -> TurningHead:
        face = next(o.face for o in observed([photo] * 24) if o.face is not None)
        size = np.array((photo.shape[1], photo.shape[0]), np.float32)
        return cls(photo, face.landmarks[:468, :2] * size)

    def at(
        self, yaw_deg: float, pitch_deg: float = 0.0, roll_deg: float = 0.0, *, young: bool = False
    ) -> Image:
        points, triangles = canonical_mesh()
        if young:
            points = with_a_childs_proportions(points)
        turned = (points - _CENTRE_CM) @ rotation(yaw_deg, pitch_deg, roll_deg).T
        depth = _DISTANCE_CM - turned[:, 2]
        scale = (_FOCAL_PX / depth)[:, None]
        flat = (turned[:, :2] * (1, -1) * scale + (WIDTH / 2, HEIGHT / 2)).astype(np.float32)
        corners = flat[triangles]
        first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        facing = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] < 0
        order = np.argsort(-depth[triangles].mean(axis=1))
        image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
        for number in order[facing[order]]:
            _paint(image, corners[number], self.photo, self.places[triangles[number]])
        return image


def with_a_childs_proportions(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A shorter lower face, and a flatter one."""
    childs = points * (1.0, 1.0, 0.93)
    childs[points[:, 1] < 0, 1] *= 0.88
    return childs


def _paint(
    image: Image, corners: NDArray[np.float32], photo: Image, places: NDArray[np.float32]
) -> None:
    left, top = np.floor(corners.min(axis=0)).astype(int) - 1
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 2
    inside = corners - (left, top)
    warp = cv2.getAffineTransform(places, inside.astype(np.float32))
    size = int(right - left), int(bottom - top)
    patch = cv2.warpAffine(photo, warp, size, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round(inside * 16).astype(np.int32), 1, shift=4)
    target = image[top:bottom, left:right]
    target[mask > 0] = patch[mask > 0]


@cache
def canonical_mesh() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points (468, 3) in cm and triangles (898, 3), as the face bundle holds them."""
    with zipfile.ZipFile(bundles_folder() / FACE.name) as bundle:
        metadata = bundle.read(_GEOMETRY)
    mesh = max((part for _, part in _fields(metadata) if isinstance(part, bytes)), key=len)
    fields = list(_fields(mesh))
    vertices = b"".join(part for number, part in fields if number == _VERTICES)  # type: ignore[misc]
    triangles = [part for number, part in fields if number == _INDICES]
    points = np.frombuffer(vertices, "<f4").reshape(-1, 5)[:, :3]
    return points.astype(np.float64), np.array(triangles, np.int64).reshape(-1, 3)


def _fields(packed: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Of a protocol buffer: each field's number, and its bytes or whole number."""
    place = 0
    while place < len(packed):
        tag, place = _varint(packed, place)
        number, kind = tag >> 3, tag & 7
        if kind == _WHOLE_NUMBER:
            value, place = _varint(packed, place)
            yield number, value
            continue
        length, place = (4, place) if kind == _FOUR_BYTES else _varint(packed, place)
        yield number, packed[place : place + length]
        place += length


def _varint(packed: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = packed[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
