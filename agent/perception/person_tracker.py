"""Who is who: people followed by the position and size of their heads, and one is the patient.

Doubt is not settled by a guess: an ambiguous frame gives nobody, and the practitioner may select.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from agent.perception.head_geometry import Head
from agent.perception.person import ACTIVE_MS, MISFIT_PARTS, MISFIT_SIZE_RATIO, Person, Place

# Two heads fit one person about equally well: nobody knows which is whose.
DOUBT_WIDTHS = 0.3

LARGE_FACE = 0.25  # of the image's width
NEAR_FACE = 0.15
ROW_GAP_MS = 250  # without a face ends a row of them
FACE_LEADS_MS = 250  # a face this recent says better than a pose where the head is
HOLD_MS = 3000  # the patient's place is kept while not seen
WAIT_MS = 10_000  # so long from somebody who was in one picture with the patient
FORGET_MS = 60_000  # and so long from everybody else, when the patient was selected


@dataclass(slots=True)
class PersonTracker:
    """Everybody in view and, for a while, everybody who was."""

    only: int | None = None  # the patient's number, where somebody said it beforehand
    everybody: list[Person] = field(default_factory=list)
    patient: Person | None = None
    doubt: bool = False  # on this frame: two faces, and no telling which is whose
    _latest: Person | None = None  # the patient, or who it was when last there was one
    _replaced: Person | None = None  # for whom somebody who was beside them now stands in
    _selected: bool = False
    _count: int = 0

    def see_faces(self, heads: Sequence[Head], t_ms: int) -> list[Person | None]:
        """Whose face each head is; None where that is in doubt, or it is no single face."""
        self.everybody = [p for p in self.everybody if t_ms - p.seen_ms <= FORGET_MS]
        owners = _assign(heads, self.everybody, t_ms)
        self.doubt = self._in_doubt(heads, owners, t_ms)
        if self.doubt:
            return [None] * len(heads)
        return [
            self._whole_face(owner, head, t_ms) for head, owner in zip(heads, owners, strict=True)
        ]

    def _whole_face(self, owner: Person | None, head: Head, t_ms: int) -> Person | None:
        if owner is not None and owner.misfits(head, t_ms):
            owner.misfit_ms = t_ms
            return None
        return self._face(owner, head, t_ms)

    def _in_doubt(self, heads: Sequence[Head], owners: Sequence[Person | None], t_ms: int) -> bool:
        """Whether the head taken for the patient's could about as well be somebody else's."""
        patient = self.patient
        if patient is None or patient not in owners:
            return False
        mine = heads[owners.index(patient)]
        best = patient.head.distance(mine)
        for head, owner in zip(heads, owners, strict=True):
            if owner is not patient and patient.fits(head, t_ms):
                swapped = patient.head.distance(head) - best
                if owner is not None:
                    swapped += owner.head.distance(mine) - owner.head.distance(head)
                if swapped < DOUBT_WIDTHS:
                    return True
        return any(
            person.head.distance(mine) < best + DOUBT_WIDTHS
            for person in self.everybody
            if person not in owners
            and person.face_ms is not None
            and t_ms - person.face_ms <= HOLD_MS
            and person.fits(mine, t_ms)
        )

    def _face(self, person: Person | None, head: Head, t_ms: int) -> Person:
        if person is None:
            person = self._new(head, t_ms)
        if person.face_ms is None or t_ms - person.face_ms > ROW_GAP_MS:
            person.faces, person.sure_faces, person.large_since_ms = 0, 0, t_ms
        if head.width < LARGE_FACE:
            person.large_since_ms = t_ms
        if person.face_ms != t_ms:
            person.faces += 1
        person.head, person.seen_ms, person.face_ms = head, t_ms, t_ms
        person.from_crop = False
        return person

    def see_crop_face(self, person: Person, head: Head, t_ms: int) -> bool:
        """A face found where person's pose shows a head; False when it is somewhere else."""
        if not person.fits(head, t_ms):
            return False
        just_seen = person.face_ms is not None and t_ms - person.face_ms <= ROW_GAP_MS
        if just_seen and not person.from_crop and person.head.size_ratio(head) > MISFIT_SIZE_RATIO:
            person.misfit_ms = t_ms
        self._crop_face(person, head, t_ms)
        return True

    def see_closely(self, person: Person, face: Head, closer: Head, t_ms: int) -> None:
        """On the crop a small face is itself; on the whole frame it may be laid beside it."""
        if closer.size_ratio(face) > MISFIT_SIZE_RATIO or closer.parts_apart(face) > MISFIT_PARTS:
            person.misfit_ms = t_ms
        person.head = closer

    def _crop_face(self, person: Person, head: Head, t_ms: int) -> None:
        self._face(person, head, t_ms)
        person.from_crop = True

    def see_poses(
        self, heads: Sequence[Head | None], then: Sequence[Place], t_ms: int
    ) -> list[Person | None]:
        """Whose body each pose is. `then` says where everybody was on the pose's own frame.

        Those whose face was seen on it come first: somebody hidden behind them has no body there.
        """
        places: list[Place | None] = [None] * len(heads)
        pairs = sorted(
            (not place.face, place.head.distance(head), i, j)
            for i, head in enumerate(heads)
            if head is not None
            for j, place in enumerate(then)
            if place.agrees(head)
        )
        taken: set[int] = set()
        for _, _, i, j in pairs:
            if places[i] is None and j not in taken:
                places[i] = then[j]
                taken.add(j)
        owners = [
            self._pose(place, head, t_ms)
            if head is not None and (place or not any(p.overlaps(head) for p in then))
            else None
            for place, head in zip(places, heads, strict=True)
        ]
        _tell_apart([owner for owner in owners if owner is not None])
        return owners

    def _pose(self, place: Place | None, head: Head, t_ms: int) -> Person:
        person = None if place is None else place.person
        if person is None:
            known = [p for p in self.everybody if p.face_ms is None and p.fits(head, t_ms)]
            person = min(known, key=lambda p: p.head.distance(head), default=None)
        if person is None:
            person = self._new(head, t_ms)
        person.pose_ms = t_ms
        person.poses += 1
        if person.face_ms is None or t_ms - person.face_ms > FACE_LEADS_MS:
            person.head = head
        elif place is not None and place.face:
            person.compare(place.head, head, t_ms)
        person.pose_head = head
        person.seen_ms = max(person.seen_ms, t_ms)
        return person

    def _new(self, head: Head, t_ms: int) -> Person:
        self._count += 1
        person = Person(self._count, head, seen_ms=t_ms)
        self.everybody.append(person)
        return person

    def forget_places(self) -> None:
        self.everybody, self._selected = [], False
        self.patient = self._latest = self._replaced = None

    def select(self, number: int) -> None:
        """The practitioner says who the patient is."""
        for person in self.everybody:
            if person.number == number:
                for other in self.everybody:
                    if other is not person:
                        person.is_not(other)
                self._appoint(person, selected=True)

    def _appoint(self, person: Person, *, selected: bool = False) -> None:
        self.patient = self._latest = person
        self._replaced, self._selected = None, selected

    def may_follow(self, person: Person, t_ms: int) -> bool:
        """Whether this could be the next patient, now that the latest is not in view."""
        if self.only is not None:
            return person.number == self.only
        return self._latest is None or t_ms - self._latest.seen_ms > self._wait_ms(person)

    def _wait_ms(self, person: Person) -> int:
        """How long the latest patient must have been unseen, for this one to follow."""
        if self._latest is None or person is self._latest:
            return -1
        if person.number not in self._latest.others:
            return HOLD_MS
        return FORGET_MS if self._selected else WAIT_MS

    def seeking(self, t_ms: int) -> bool:
        """Whether the next patient is looked for: there is none, or not in view."""
        return self.patient is None or t_ms - self.patient.seen_ms > ACTIVE_MS

    def settle(self, t_ms: int) -> None:
        """Keeps, loses or acquires the patient, once everything of a frame was seen."""
        _tell_apart([person for person in self.everybody if person.face_ms == t_ms])
        if self.patient is not None and t_ms - self.patient.seen_ms > self._hold_ms:
            self.patient = None
        if self.doubt:
            return
        if (back := self._returned(t_ms)) is not None:
            self._appoint(back)
        elif self.seeking(t_ms) and (next_one := self._next(t_ms)) is not None:
            replaced = self._latest
            self._appoint(next_one)
            if replaced is not None and replaced.number in next_one.others:
                self._replaced = replaced

    def _returned(self, t_ms: int) -> Person | None:
        """The patient for whom somebody stood in, once they are back."""
        back = self._replaced
        seen = back is not None and back in self.everybody and back.face_ms == t_ms
        return back if back is not None and seen and back.confirmed else None

    def _next(self, t_ms: int) -> Person | None:
        candidates = (p for p in self.active(t_ms) if p.confirmed and self.may_follow(p, t_ms))
        return max(candidates, key=lambda p: p.head.width, default=None)

    def wanted(self, t_ms: int) -> list[Person]:
        """Whose face is in view: the patient, else those who could be next, nearest first."""
        faces = [
            p
            for p in self.active(t_ms)
            if p.face_ms is not None and t_ms - p.face_ms <= ROW_GAP_MS and self.may_follow(p, t_ms)
        ]
        if self.patient in faces:
            return [self.patient]
        return sorted(faces, key=lambda p: -p.head.width)

    def lone_patient(self, t_ms: int) -> Head | None:
        """The patient's head, while it is seen and nobody else is."""
        active = self.active(t_ms)
        return self.patient.head if active == [self.patient] and self.patient else None

    def nobody_near(self, t_ms: int) -> bool:
        """No face in view is so large that whoever is far away would be somebody else."""
        return all(p.face_ms is None or p.head.width < NEAR_FACE for p in self.active(t_ms))

    @property
    def _hold_ms(self) -> int:
        return FORGET_MS if self._selected else HOLD_MS

    def places(self, t_ms: int) -> tuple[Place, ...]:
        return tuple(Place(p, p.head, p.face_ms == t_ms) for p in self.active(t_ms))

    def active(self, t_ms: int) -> list[Person]:
        return [p for p in self.everybody if t_ms - p.seen_ms <= ACTIVE_MS]


def _tell_apart(seen: Sequence[Person]) -> None:
    """Who was in one picture is two people. A thing taken for a face for a moment is nobody."""
    for one, other in combinations([person for person in seen if person.noticed], 2):
        one.is_not(other)


def _assign(heads: Sequence[Head], everybody: Sequence[Person], t_ms: int) -> list[Person | None]:
    """The lately seen before the hidden, then the nearest; each person once."""
    owners: list[Person | None] = [None] * len(heads)
    pairs = sorted(
        (person.hidden(t_ms), person.head.distance(head), i, j)
        for i, head in enumerate(heads)
        for j, person in enumerate(everybody)
        if person.fits(head, t_ms)
    )
    taken: set[int] = set()
    for _, _, i, j in pairs:
        if owners[i] is None and j not in taken:
            owners[i] = everybody[j]
            taken.add(j)
    return owners
