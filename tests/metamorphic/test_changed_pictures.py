"""Head angles of real faces in pictures that were mirrored, turned, scaled, shifted and spoilt."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from changing import (
    Reader,
    blurred,
    darkened,
    faces,
    jpeg,
    rolled,
    shifted,
)
from perceiving import Image, perception, scaled

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with perception() as watching:
        yield Reader(watching)


@pytest.fixture(scope="module")
def upright(reader: Reader) -> dict[str, np.ndarray]:
    read = {name: reader.angles(image) for name, image in faces().items()}
    assert not any(np.isnan(angles).any() for angles in read.values())
    return read


def errors(
    reader: Reader,
    upright: dict[str, np.ndarray],
    change: Callable[[Image], Image],
    expected: Callable[[np.ndarray], np.ndarray] = lambda angles: angles,
) -> np.ndarray:
    """One row a face: yaw, pitch, roll less what they should be."""
    rows = [
        reader.angles(np.ascontiguousarray(change(image))) - expected(upright[name])
        for name, image in faces().items()
    ]
    found = np.array(rows)
    print(
        f"\n  mean {np.abs(found).mean(axis=0).round(2)}  most {np.abs(found).max(axis=0).round(2)}"
    )
    return np.asarray(np.abs(found))


def test_a_mirror_swaps_the_signs_of_yaw_and_roll(
    reader: Reader, upright: dict[str, np.ndarray]
) -> None:
    found = errors(reader, upright, lambda image: image[:, ::-1], lambda a: a * (-1, 1, -1))
    assert found.mean(axis=0).max() < 1.0
    assert found.max() < 1.5


@pytest.mark.parametrize("degrees", [-30, -20, -10, 10, 20, 30])
def test_a_turned_picture_is_a_tilted_head(
    reader: Reader, upright: dict[str, np.ndarray], degrees: int
) -> None:
    found = errors(
        reader, upright, lambda image: rolled(image, degrees), lambda a: np.add(a, (0, 0, degrees))
    )
    yaw, pitch, roll = found.mean(axis=0)
    assert roll < 0.6
    assert max(yaw, pitch) < 0.5 + 0.1 * abs(degrees)


@pytest.mark.parametrize(("scale", "most"), [(0.25, 2.0), (0.5, 1.0), (0.75, 1.0), (1.5, 1.0)])
def test_the_size_changes_nothing(
    reader: Reader, upright: dict[str, np.ndarray], scale: float, most: float
) -> None:
    assert errors(reader, upright, lambda image: scaled(image, scale)).mean(axis=0).max() < most


@pytest.mark.parametrize("right", [-300, 300])
def test_a_face_beside_the_middle_is_turned_as_it_looks(
    reader: Reader, upright: dict[str, np.ndarray], right: int
) -> None:
    """Relative to the line of sight, whatever the camera's field of view."""
    assert errors(reader, upright, lambda image: shifted(image, right)).mean(axis=0).max() < 1.0


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (lambda image: blurred(image, 1), 0.8),
        (lambda image: blurred(image, 2), 1.0),
        (lambda image: jpeg(image, 20), 1.0),
        (lambda image: darkened(image, 0.4), 1.0),
        (lambda image: darkened(image, 0.15), 1.5),
    ],
    ids=["blur 1 px", "blur 2 px", "jpeg 20", "light 40 %", "light 15 %"],
)
def test_a_spoilt_picture_is_read_alike(
    reader: Reader, upright: dict[str, np.ndarray], change: Callable[[Image], Image], most: float
) -> None:
    assert errors(reader, upright, change).mean(axis=0).max() < most
