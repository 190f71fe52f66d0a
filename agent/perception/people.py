"""Who is who: people followed by the position and size of their heads, and one is the patient.

Nobody is told from another by the features of the face. Doubt is not settled by a guess: an
ambiguous frame gives nobody, and the practitioner may select.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.observation import PersonBox
from agent.perception.drawn_faces import Look
from agent.perception.heads import Head

# How far a head may have moved since it was last seen, in its widths, and changed in size.
GATE_WIDTHS = 0.35
GATE_WIDTHS_PER_S = 3.0
GATE_MAX_WIDTHS = 1.5
GATE_SIZE_RATIO = 1.7

# Two heads fit one person about equally well: nobody knows which is whose.
DOUBT_WIDTHS = 0.3

# A pose's head and a face's are one person's.
AGREE_WIDTHS = 0.5
AGREE_SIZE_RATIO = 1.8

# To be taken for a person, nose, eyes and mouth must be where the face has them, too. Of 41
# photographed people they are up to 0.28 widths apart and the heads up to 1.25 times as large (of
# distant ones, looked at closely, 1.4); of people turned by half 0.15, 1.7 and the heads' centres
# 0.29 apart. Of an animated film's rabbit they are mostly over 0.3, or over 1.35 and 0.3.
ALIKE_PARTS = 0.3
ALIKE_SIZE_RATIO = 1.35
TURNED_PARTS, TURNED_WIDTHS = 0.2, 0.3

# A pose without a face whose head overlaps one that has its own is a mixture of two people.
OVERLAP_WIDTHS = 1.0

# Acquiring: a face that is the same in a mirror, with agreeing poses, or large and without. Where a
# pose said to look for the face, both may be wrong together (an animal, a texture). Then the pose's
# head mostly changes its width by 16 to 66 % from one to the next, and the face is 1.4 to 1.6 times
# as wide; of distant people these are 7 % and 1.0 to 1.4.
MIRROR_LOOKS = 4  # in a row
AGREEING_POSES = 2  # in a row
CLOSE_POSES, CROP_FACES = 4, 6  # in a row
STEADY_SIZE_RATIO = 1.1
CLOSE_SIZE_RATIO = 1.4
LARGE_FACE = 0.25  # of the image's width
LARGE_FACE_FOR_MS = 1000
ROW_GAP_MS = 250  # without a face ends a row of them
FRESH_MS = 600  # so long a pose says where the head is: a crop is worth its time then
NEAR_FACE = 0.15

# In a crowd a face on the whole frame may be a mixture of two, and a small one may be laid beside
# itself, its eyes on the cheeks. On the crop around the head neither happens, and after it a whole
# frame's face of another size, or with its parts elsewhere, is left out.
MISFIT_SIZE_RATIO = 1.25
MISFIT_PARTS = 0.15
MISFIT_FOR_MS = 3000

NOTICED_FACES = 3
NOTICED_POSES = 4
HEAD_HEIGHT = 1.3  # of its width

FACE_LEADS_MS = 250  # a face this recent says better than a pose where the head is
RECENT_MS = 250  # seen within: more likely meant than somebody who was hidden
ACTIVE_MS = 1000  # seen within: is in view
HOLD_MS = 3000  # the patient's place is kept while not seen
FORGET_MS = 60_000


@dataclass(slots=True)
class Person:
    number: int
    head: Head
    seen_ms: int  # by face or pose
    face_ms: int | None = None
    pose_ms: int | None = None
    faces: int = 0  # in an unbroken row
    large_since_ms: int = 0  # of that row
    from_crop: bool = False  # the latest face
    misfit_ms: int | None = None  # when the whole frame's face was last of another size
    poses: int = 0
    agreeing_poses: int = 0  # in a row
    unlike_ms: int | None = None  # when a pose or the mirror last had the head's parts elsewhere
    same_in_mirror: int = 0  # looks in a row
    close_poses: int = 0  # in a row: steady, and of the face's size
    pose_head: Head | None = None  # by the latest pose
    beside_patient: bool = False  # was in view together with the patient
    look: Look = field(default_factory=Look)

    @property
    def confirmed(self) -> bool:
        """A person, not a dog, a toy or a drawing."""
        if self.look.drawn or self.same_in_mirror < MIRROR_LOOKS:
            return False
        if self.from_crop:
            return self.close_poses >= CLOSE_POSES and self.faces >= CROP_FACES
        if self.agreeing_poses >= AGREEING_POSES:
            return True
        since_ms = max(self.large_since_ms, self.unlike_ms or 0)
        return self.face_ms is not None and self.face_ms - since_ms >= LARGE_FACE_FOR_MS

    def see_mirrored(self, *, same: bool, t_ms: int) -> None:
        if same:
            self.same_in_mirror += 1
        else:
            self.same_in_mirror, self.unlike_ms = 0, t_ms

    def compare(self, face: Head, pose: Head, t_ms: int) -> None:
        """Of one frame."""
        parts_apart = face.parts_apart(pose)
        alike = parts_apart <= ALIKE_PARTS
        turned = parts_apart <= TURNED_PARTS and face.distance(pose) <= TURNED_WIDTHS
        if turned or (alike and face.size_ratio(pose) <= ALIKE_SIZE_RATIO):
            self.agreeing_poses += 1
        else:
            self.agreeing_poses, self.unlike_ms = 0, t_ms
        self.close_poses = self.close_poses + 1 if alike and self.close(pose) else 0

    def close(self, pose: Head) -> bool:
        """As large as the pose before, and about as large as the face."""
        before = self.pose_head
        steady = before is not None and before.size_ratio(pose) <= STEADY_SIZE_RATIO
        return steady and self.head.size_ratio(pose) <= CLOSE_SIZE_RATIO

    def misfits(self, face: Head, t_ms: int) -> bool:
        """A face on the whole frame, lately found to be another than on the crop."""
        lately = self.misfit_ms is not None and t_ms - self.misfit_ms <= MISFIT_FOR_MS
        elsewhere = self.head.parts_apart(face) > MISFIT_PARTS
        return lately and (elsewhere or self.head.size_ratio(face) > MISFIT_SIZE_RATIO)

    def head_known(self, t_ms: int) -> bool:
        """By a pose, or by a crop that a pose once led to."""
        crop_ms = self.face_ms if self.from_crop else None
        return any(at is not None and t_ms - at <= FRESH_MS for at in (self.pose_ms, crop_ms))

    @property
    def noticed(self) -> bool:
        """Seen often enough to be shown to the practitioner."""
        return self.faces >= NOTICED_FACES or self.poses >= NOTICED_POSES

    def box(self, aspect: float) -> PersonBox:
        half, x, y = self.head.width / 2, self.head.x, self.head.y
        tall = HEAD_HEIGHT * half
        return PersonBox(self.number, x - half, (y - tall) / aspect, x + half, (y + tall) / aspect)

    def gate_widths(self, t_ms: int) -> float:
        grown = GATE_WIDTHS + GATE_WIDTHS_PER_S * (t_ms - self.seen_ms) / 1000
        return min(grown, GATE_MAX_WIDTHS)

    def hidden(self, t_ms: int) -> int:
        """How long it was not seen, in three degrees."""
        unseen_ms = t_ms - self.seen_ms
        return (unseen_ms > RECENT_MS) + (unseen_ms > ACTIVE_MS)

    def fits(self, head: Head, t_ms: int) -> bool:
        return (
            self.head.distance(head) <= self.gate_widths(t_ms)
            and self.head.size_ratio(head) <= GATE_SIZE_RATIO
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person was on a frame, and whether by their face."""

    person: Person
    head: Head
    face: bool

    def agrees(self, pose: Head) -> bool:
        return (
            self.head.distance(pose) <= AGREE_WIDTHS
            and self.head.size_ratio(pose) <= AGREE_SIZE_RATIO
        )

    def overlaps(self, pose: Head) -> bool:
        return self.face and self.head.distance(pose) < OVERLAP_WIDTHS


@dataclass(slots=True)
class People:
    """Everybody in view and, for a while, everybody who was."""

    everybody: list[Person] = field(default_factory=list)
    patient: Person | None = None
    doubt: bool = False  # on this frame: two faces, and no telling which is whose
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
            person.faces, person.large_since_ms = 0, t_ms
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

    def correct_face(self, person: Person, head: Head, t_ms: int) -> None:
        """On the crop the face is itself; on the whole frame it was laid beside it."""
        person.misfit_ms = t_ms
        self._crop_face(person, head, t_ms)

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
        return [
            self._pose(place, head, t_ms)
            if head is not None and (place or not any(p.overlaps(head) for p in then))
            else None
            for place, head in zip(places, heads, strict=True)
        ]

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
        self.everybody, self.patient, self._selected = [], None, False

    def select(self, number: int) -> None:
        """The practitioner says who the patient is."""
        for person in self.everybody:
            if person.number == number:
                if self.patient is not None and self.patient is not person:
                    self.patient.beside_patient = True
                self.patient, self._selected = person, True
                person.beside_patient = False

    def settle(self, t_ms: int) -> None:
        """Keeps, loses or acquires the patient, once everything of a frame was seen."""
        if self.patient is not None and t_ms - self.patient.seen_ms > self._hold_ms:
            self.patient, self._selected = None, False
        if self.patient is None and not self.doubt:
            self.patient = max(
                (p for p in self.active(t_ms) if p.confirmed and not p.beside_patient),
                key=lambda p: p.head.width,
                default=None,
            )
        if self.patient is not None and self.patient.face_ms == t_ms:
            for person in self.active(t_ms):
                person.beside_patient |= person is not self.patient

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
