"""The faces of one frame, each with the person it belongs to."""

from __future__ import annotations

import math
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent.perception.head_crop import HeadCrop
from agent.perception.head_geometry import Bounds, Head, head_of_face
from agent.perception.landmarker_thread import LandmarkerThread
from agent.perception.landmarkers import LandmarkerFailed, RawFace
from agent.perception.person import Person
from agent.perception.person_tracker import PersonTracker

# After some crops without a face (a turned head) only now and then, until one shows it again.
PATIENCE = 5
RETRY_MS = 200

# Two results this close are one face.
SAME_WIDTHS = 0.35

# Who may become the patient is looked at closely, and so is the mirror image. Of people the two
# have nose, eyes and mouth in the same places within 0.02 head widths (half outside the picture
# 0.03, 39 px across in a grainy one 0.05). Of what else the face task takes for a face (gorilla,
# owl, calf, cloth dolls, an animated film's rabbit) they are mostly 0.03 to 0.3 apart, or one has
# no face.
SAME_PARTS = 0.025
SAME_PARTS_PX = 80  # a smaller face's parts may be as many pixels apart as this one's
MIRROR_EVERY_MS = 60  # until it is decided
MIRROR_AGAIN_MS = 300

# Of the frame's width: of a smaller face the whole frame's landmarks jump by 17 degrees on somebody
# who does not move, or lie beside it, the eyes on the cheeks. It is measured on the closer look.
SMALL_FACE = 0.14
NO_SMALL_FACE = 0.16  # of one that was small before


@dataclass(frozen=True, slots=True, eq=False)
class FoundFace:
    raw: RawFace
    bounds: Bounds
    head: Head
    person: Person | None = None  # None: in doubt
    from_crop: bool = False

    @classmethod
    def of(cls, raw: RawFace, aspect: float, *, from_crop: bool = False) -> FoundFace:
        bounds = Bounds.of(raw.landmarks)
        head = head_of_face(raw.landmarks, bounds, aspect)
        return cls(raw, bounds, head, from_crop=from_crop)


@dataclass(frozen=True, slots=True)
class FaceSearch:
    """A frame whose faces the landmarker is looking for."""

    image: NDArray[np.uint8]
    t_ms: int
    answer: Future[tuple[RawFace, ...]]

    @property
    def size_px(self) -> tuple[int, int]:
        height, width = self.image.shape[:2]
        return width, height

    @property
    def aspect(self) -> float:
        width, height = self.size_px
        return height / width


@dataclass(slots=True)
class FaceFinder:
    """The face task on the whole frame, and on a crop where a pose shows a head without a face."""

    whole: LandmarkerThread[RawFace]
    crop: LandmarkerThread[RawFace]
    people: PersonTracker
    failed: bool = False  # on this frame
    _misses: int = 0
    _retry_ms: float = -math.inf
    _mirror_due_ms: float = -math.inf

    def start(self, image: NDArray[np.uint8], t_ms: int) -> FaceSearch:
        return FaceSearch(image, t_ms, self.whole.submit(image, t_ms))

    def finish(self, search: FaceSearch) -> list[FoundFace]:
        self.failed = False
        faces = self._distinct(self._answer(search.answer), search.aspect)
        owners = self.people.see_faces([face.head for face in faces], search.t_ms)
        found = [
            replace(face, person=person)
            for face, person in zip(faces, owners, strict=True)
            if person is not None or self.people.doubt
        ]
        target = None if self.people.doubt or self.failed else self._target(search.t_ms)
        if target is not None and (extra := self._look_closer(search, target, found)) is not None:
            found.append(extra)
        found = [near for face in found if (near := self._measured_closely(face, search))]
        for face in found:
            if face.person is not None:
                face.person.see_presence(face.raw.presence)
        self._look_at_strangers(found, search.image)
        if search.t_ms >= self._mirror_due_ms:
            self._mirror_due_ms = search.t_ms + MIRROR_AGAIN_MS
            for face in found:
                self._compare_with_mirror(face, search)
        return found

    def _measured_closely(self, face: FoundFace, search: FaceSearch) -> FoundFace | None:
        """That face, as the closer look shows it when it is small; None when that shows none."""
        person = face.person
        if person is None or face.from_crop or not self._matters(person, search.t_ms):
            return face
        if face.head.width >= (NO_SMALL_FACE if person.closely else SMALL_FACE):
            person.closely = False
            return face
        person.closely = True
        if (square := HeadCrop.around(face.head, *search.size_px)) is None:
            return None
        closer = self._on_crop(square.cut(search.image), square, search)
        if closer is None or closer.head.distance(face.head) > SAME_WIDTHS:
            return None
        self.people.see_closely(person, face.head, closer.head, search.t_ms)
        return replace(closer, person=person)

    def _matters(self, person: Person, t_ms: int) -> bool:
        """The patient, and who may become it."""
        if self.people.seeking(t_ms):
            return not person.drawing_check.drawn
        return person is self.people.patient

    def _look_at_strangers(self, found: list[FoundFace], image: NDArray[np.uint8]) -> None:
        for face in found:
            person = face.person
            if (
                person is not None
                and person is not self.people.patient
                and not person.drawing_check.settled
            ):
                person.drawing_check.add(image, face.raw.landmarks)

    def _compare_with_mirror(self, face: FoundFace, search: FaceSearch) -> None:
        person = face.person
        square = HeadCrop.around(face.head, *search.size_px)
        if person is None or square is None or not self.people.seeking(search.t_ms):
            return
        if person.drawing_check.drawn:
            return
        mirrored_picture = square.cut(search.image)[:, ::-1]
        mirrored = self._on_crop(mirrored_picture, square, search, mirrored=True)
        if mirrored is not None and face.head.distance(mirrored.head) > SAME_WIDTHS:
            return  # somebody else's
        same = mirrored is not None and _same_parts(face, mirrored, search)
        person.see_mirrored(same=same, t_ms=search.t_ms)
        if person.mirror_undecided:
            self._mirror_due_ms = search.t_ms + MIRROR_EVERY_MS

    def _on_crop(
        self,
        picture: NDArray[np.uint8],
        square: HeadCrop,
        search: FaceSearch,
        *,
        mirrored: bool = False,
    ) -> FoundFace | None:
        """Where it is in the frame."""
        faces = self._answer(self.crop.submit(np.ascontiguousarray(picture), search.t_ms))
        if not faces:
            return None
        raw = square.to_frame(faces[0].mirrored() if mirrored else faces[0])
        face = FoundFace.of(raw, search.aspect, from_crop=True)
        return replace(face, head=face.head.sides_swapped()) if mirrored else face

    def _answer(self, answer: Future[tuple[RawFace, ...]]) -> tuple[RawFace, ...]:
        try:
            return answer.result()
        except LandmarkerFailed:
            self.failed = True
            return ()

    @staticmethod
    def _distinct(faces: tuple[RawFace, ...], aspect: float) -> list[FoundFace]:
        kept: list[FoundFace] = []
        for raw in faces:
            face = FoundFace.of(raw, aspect)
            if all(face.head.distance(other.head) > SAME_WIDTHS for other in kept):
                kept.append(face)
        return kept

    def _target(self, t_ms: int) -> Person | None:
        """Whose head to look at more closely: the patient's, else of whoever may become it."""
        people = self.people
        if people.patient is not None and not people.seeking(t_ms):
            candidates = [people.patient]
        else:
            candidates = [p for p in people.active(t_ms) if people.may_follow(p, t_ms)]
        faceless = [p for p in candidates if p.face_ms != t_ms and p.head_known(t_ms)]
        if not faceless or t_ms < self._retry_ms:
            return None
        return max(faceless, key=lambda p: p.head.width)

    def _look_closer(
        self, search: FaceSearch, target: Person, found: list[FoundFace]
    ) -> FoundFace | None:
        square = HeadCrop.around(target.head, *search.size_px)
        if square is None:
            return None
        closer = self._on_crop(square.cut(search.image), square, search)
        if closer is not None:
            is_new = all(closer.head.distance(face.head) > SAME_WIDTHS for face in found)
            if is_new and self.people.see_crop_face(target, closer.head, search.t_ms):
                self._misses, self._retry_ms = 0, -math.inf
                return replace(closer, person=target)
        self._misses += 1
        if self._misses >= PATIENCE:
            self._retry_ms = search.t_ms + RETRY_MS
        return None


def _same_parts(face: FoundFace, mirrored: FoundFace, search: FaceSearch) -> bool:
    width_px = face.head.width * search.size_px[0]
    most = SAME_PARTS * max(1.0, SAME_PARTS_PX / width_px)
    return face.head.parts_apart(mirrored.head) <= most
