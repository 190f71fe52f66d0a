"""One person in view: what faces and poses have told of them, and whether that is a person at all.

Nobody is told from another by the features of the face, only by the position and size of the head.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.observation import PersonBox
from agent.perception.drawing_check import DrawingCheck
from agent.perception.head_geometry import Head

# How far a head may have moved since it was last seen, in its widths, and changed in size.
GATE_WIDTHS = 0.35
GATE_WIDTHS_PER_S = 3.0
GATE_MAX_WIDTHS = 1.5
GATE_SIZE_RATIO = 1.7

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
MIRROR_LOOKS = 4  # in a row, or more where some show another: each of them counts OTHER_COUNTS
OTHER_COUNTS = -2
LEAST_EVIDENCE = -24  # a person who was turned away is not kept waiting for long
AGREEING_POSES = 2  # in a row
CLOSE_POSES, CROP_FACES = 4, 6  # in a row
STEADY_SIZE_RATIO = 1.1
CLOSE_SIZE_RATIO = 1.4
LARGE_FACE_FOR_MS = 1000

# Sooner where the model of the landmarks, asked for five pictures in a row, is as sure of a face as
# it is of people: 0.9999 and more (all but the hidden and those turned far), of a macaque's up to
# 0.999, of a cartoon rabbit's 0.96.
SURE_PRESENCE, SURE_FACES = 0.9999, 5
SURE_CLOSE_POSES = 2
SURE_LARGE_FACE_FOR_MS = 300
FRESH_MS = 600  # so long a pose says where the head is: a crop is worth its time then

# In a crowd a face on the whole frame may be a mixture of two, and a small one may be laid beside
# itself, its eyes on the cheeks. On the crop around the head neither happens, and after it a whole
# frame's face of another size, or with its parts elsewhere, is left out.
MISFIT_SIZE_RATIO = 1.25
MISFIT_PARTS = 0.15
MISFIT_FOR_MS = 3000

NOTICED_FACES = 3
NOTICED_POSES = 4
HEAD_HEIGHT = 1.3  # of its width

RECENT_MS = 250  # seen within: more likely meant than somebody who was hidden
ACTIVE_MS = 1000  # seen within: is in view


@dataclass(slots=True)
class Person:
    number: int
    head: Head
    seen_ms: int  # by face or pose
    face_ms: int | None = None
    pose_ms: int | None = None
    faces: int = 0  # in an unbroken row
    large_since_ms: int = 0  # of that row
    sure_faces: int = 0  # in a row
    from_crop: bool = False  # the latest face, which a pose led to
    closely: bool = False  # measured on a closer look, though the whole frame shows it
    misfit_ms: int | None = None  # when the whole frame's face was last of another size
    poses: int = 0
    agreeing_poses: int = 0  # in a row
    unlike_ms: int | None = None  # when a pose or the mirror last had the head's parts elsewhere
    mirror_unlike_ms: int | None = None
    mirror_evidence: int = 0
    close_poses: int = 0  # in a row: steady, and of the face's size
    pose_head: Head | None = None  # by the latest pose
    others: set[int] = field(default_factory=set)  # numbers of people this one certainly is not
    drawing_check: DrawingCheck = field(default_factory=DrawingCheck)

    @property
    def confirmed(self) -> bool:
        """A person, not a dog, a toy or a drawing."""
        if self.drawing_check.drawn or not self.same_in_mirror:
            return False
        sure = self.sure_faces >= SURE_FACES
        if self.from_crop:
            poses = SURE_CLOSE_POSES if sure else CLOSE_POSES
            return self.close_poses >= poses and self.faces >= CROP_FACES
        if self.agreeing_poses >= AGREEING_POSES:
            return True
        # Of a head whose shoulders are out of the picture poses are guesses: they do not contradict
        # a model that is sure of the face.
        unlike_ms = self.mirror_unlike_ms if sure else self.unlike_ms
        since_ms = max(self.large_since_ms, unlike_ms or 0)
        least_ms = SURE_LARGE_FACE_FOR_MS if sure else LARGE_FACE_FOR_MS
        return self.face_ms is not None and self.face_ms - since_ms >= least_ms

    def see_presence(self, presence: float) -> None:
        """Of its face on this frame; NaN where nobody says."""
        self.sure_faces = self.sure_faces + 1 if presence >= SURE_PRESENCE else 0

    def see_mirrored(self, *, same: bool, t_ms: int) -> None:
        """All looks count: four good ones in a row come to everything that is looked at for long.

        What is the same in every second look gets there once in seven times, however often it is
        looked at (Wald 1947, sequential tests); a person in 4 to 10 looks.
        """
        if not same:
            self.unlike_ms = self.mirror_unlike_ms = t_ms
        evidence = self.mirror_evidence + (1 if same else OTHER_COUNTS)
        self.mirror_evidence = min(max(evidence, LEAST_EVIDENCE), MIRROR_LOOKS)

    @property
    def same_in_mirror(self) -> bool:
        return self.mirror_evidence >= MIRROR_LOOKS

    @property
    def mirror_undecided(self) -> bool:
        return abs(self.mirror_evidence) < MIRROR_LOOKS

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

    def is_not(self, other: Person) -> None:
        """Both were in one picture, or one was chosen before the other."""
        self.others.add(other.number)
        other.others.add(self.number)

    def misfits(self, face: Head, t_ms: int) -> bool:
        """A face on the whole frame, lately found to be another than on the crop."""
        known = self.face_ms is not None and t_ms - self.face_ms <= MISFIT_FOR_MS
        lately = known and self.misfit_ms is not None and t_ms - self.misfit_ms <= MISFIT_FOR_MS
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
