"""The patient's body: the pose task is asked now and then, and answers with a later observation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.observation import NO_SHIFTS, FrameKey, Pose
from agent.perception.deferred_landmarker import DeferredLandmarker, Question
from agent.perception.head_geometry import Head, head_of_pose
from agent.perception.joint_optical_flow import Grey, JointOpticalFlow, small_grey
from agent.perception.landmarker_thread import LandmarkerThread
from agent.perception.landmarkers import Engine, RawPose
from agent.perception.person import Person, Place
from agent.perception.person_tracker import PersonTracker
from agent.perception.schedule import Cadence
from agent.perception.tiled_pose_landmarker import TiledPoseLandmarker

MISSES = 2  # in a row: the whole frame shows somebody else's body instead of the patient's
WHOLE_EVERY = 8  # looks, whether it shows theirs again

_NONE = np.empty((0, 3), np.float32)
_UNSEEN = np.empty(0, np.float32)


class PatientPose:
    """Remembers, of the frame that was asked about, what the answer is to be read with."""

    def __init__(
        self, engine: Engine, people: PersonTracker, lag_ms: int | None, niceness: int
    ) -> None:
        self._people = people
        self._nobody_near = True
        self._around: Head | None = None
        self.thread: LandmarkerThread[RawPose] = LandmarkerThread(
            "pose",
            lambda: TiledPoseLandmarker(
                engine.pose(), lambda: self._nobody_near, lambda: self._around
            ),
            niceness=niceness,
        )
        self._landmarker = DeferredLandmarker(self.thread, lag_ms)
        self._grey: Grey = np.empty((0, 0), np.uint8)
        self._places: tuple[Place, ...] = ()
        self.new_track()

    def new_track(self) -> None:
        self._landmarker.forget()
        self._cadence = Cadence()
        self._joint_flow = JointOpticalFlow()
        self._misses = self._looks = 0

    def ask_when_due(
        self, image: NDArray[np.uint8], t_ms: int, key: FrameKey | None, aspect: float, hz: float
    ) -> None:
        if self._landmarker.asked is None and self._cadence.due(t_ms, hz):
            self._nobody_near = self._people.nobody_near(t_ms)
            self._around = self._where_to_look_closer(t_ms)
            self._grey = small_grey(image)
            self._landmarker.ask(image, t_ms, key, aspect)

    def _where_to_look_closer(self, t_ms: int) -> Head | None:
        """Around the face whose body the whole frame does not show."""
        self._looks += 1
        wanted = self._people.wanted(t_ms)
        if not wanted or self._misses < MISSES or self._looks % WHOLE_EVERY == 0:
            return None
        return wanted[0].head

    def see_places(self, t_ms: int) -> None:
        """Once the frame's faces are known: where everybody was, if the pose was asked about it."""
        if self._landmarker.asks_about(t_ms):
            self._places = self._people.places(t_ms)

    def take(self, t_ms: int) -> tuple[Pose, float] | None:
        """The pose that is due, once, and its own frame's aspect."""
        if (due := self._landmarker.take(t_ms)) is None:
            return None
        asked, found = due
        heads = [head_of_pose(p.landmarks, p.visibility, asked.aspect) for p in found]
        owners = self._people.see_poses(heads, self._places, asked.t_ms)
        self._count_misses(owners, asked.t_ms)
        return self._of_patient(asked, found, owners), asked.aspect

    def _count_misses(self, owners: Sequence[Person | None], t_ms: int) -> None:
        wanted = self._people.wanted(t_ms)
        found = any(person in owners for person in wanted)
        if self._around is not None:
            self._misses -= not found
        elif found or not wanted or not owners:
            self._misses = 0
        else:
            self._misses += 1

    def _of_patient(
        self,
        asked: Question[RawPose],
        found: Sequence[RawPose],
        owners: Sequence[Person | None],
    ) -> Pose:
        patient = self._people.patient
        if patient is None or patient not in owners:
            self._joint_flow.forget()
            return Pose(asked.t_ms, asked.key, False, _NONE, _NONE, _UNSEEN, len(found), NO_SHIFTS)
        raw = found[owners.index(patient)]
        shifts = self._joint_flow.follow(patient.number, self._grey, raw.landmarks, raw.visibility)
        return Pose(
            t_ms=asked.t_ms,
            key=asked.key,
            present=True,
            landmarks=raw.landmarks,
            world=raw.world,
            visibility=raw.visibility,
            people=len(found),
            shifts=shifts,
        )
