"""What was found is followed from picture to picture; the detector looks for more now and then."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.perception.openvino_engine.detector import Detection, Detector
from agent.perception.openvino_engine.region import Region

DETECT_EVERY_MS = 500  # while fewer are followed than may be

Raw = TypeVar("Raw")
Look = Callable[[NDArray[np.uint8], Region], "Seen[Raw] | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Seen(Generic[Raw]):
    raw: Raw
    region: Region  # around it, for the next picture


class Follower(Generic[Raw]):
    def __init__(
        self,
        most: int,
        detector: Detector,
        region_of: Callable[[Detection], Region],
        look: Look[Raw],
    ) -> None:
        self._most = most
        self._detector = detector
        self._region_of = region_of
        self._look = look
        self._regions: list[Region] = []
        self._size = (0, 0)
        self._due_ms = -math.inf

    def detect(self, image: NDArray[np.uint8], stamp_ms: int) -> tuple[Raw, ...]:
        if self._size != image.shape[:2]:
            self._size, self._regions = image.shape[:2], []
        seen = self._looked_at(image, self._regions, [])
        if len(seen) < self._most and (
            len(seen) < len(self._regions) or not seen or stamp_ms >= self._due_ms
        ):
            self._due_ms = stamp_ms + DETECT_EVERY_MS
            found = map(self._region_of, self._detector.detect(image, self._most))
            seen = self._looked_at(image, found, seen)
        self._regions = [one.region for one in seen]
        return tuple(one.raw for one in seen)

    def close(self) -> None:
        """Nothing is open."""

    def _looked_at(
        self, image: NDArray[np.uint8], regions: Iterable[Region], seen: list[Seen[Raw]]
    ) -> list[Seen[Raw]]:
        """With what was seen already: nothing is looked at, or kept, twice."""
        seen = list(seen)
        for region in regions:
            if len(seen) == self._most or _among(region, seen):
                continue
            one = self._look(image, region)
            if one is not None and not _among(one.region, seen):
                seen.append(one)
        return seen


def _among(region: Region, seen: Iterable[Seen[Raw]]) -> bool:
    return any(region.is_on(other.region) for other in seen)
