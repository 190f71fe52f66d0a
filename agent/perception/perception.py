"""From an upright frame to an Observation: one path, live and offline.

Face, pose and hands run side by side, each in its own thread. The face of a frame is in that
frame's observation; a pose or hands come with a later one and carry their own time and key.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.errors import FrameRejected
from agent.observation import (
    Command,
    Face,
    Frame,
    Hands,
    ImageQuality,
    Observation,
    PersonBox,
    Pose,
    SelectPerson,
    checked,
)
from agent.perception import no_face_reasons
from agent.perception.deferred_landmarker import DeferredLandmarker
from agent.perception.face_finder import FaceFinder, FaceSearch, FoundFace
from agent.perception.governor import Governor, Load
from agent.perception.image_quality import ImageQualityMeter
from agent.perception.landmarker_thread import LandmarkerThread
from agent.perception.landmarkers import Engine, RawHand
from agent.perception.media_clock import MediaClock
from agent.perception.patient_hands import PatientHands
from agent.perception.patient_pose import PatientPose
from agent.perception.person import Person
from agent.perception.person_tracker import PersonTracker
from agent.perception.quiet_stderr import quiet_stderr
from agent.perception.rates import DroppedFrames, RateMeter
from agent.perception.schedule import STEPS, Cadence

# Offline: how long after its frame an answer is attached. A little less than the time between two
# questions, so that landmarkers have all of it to answer.
POSE_LAG_MS = 110
HANDS_LAG_MS = 65
FACES_AHEAD = 2  # frames whose faces are looked for already, so that this landmarker never idles

# Live, an overlay waits for its face; a pose or hands come when they come.
GIVES_WAY = 5

SAME_ASPECT = 0.02  # a frame of another shape comes from a camera that was turned
SMALL_HEAD_PX = 24  # a head of fewer pixels across may well have a face that nobody can find


class Perception:
    """`observe` belongs to one thread; `alive` and `close` may be called from others."""

    def __init__(
        self,
        engine: Engine,
        *,
        live: bool,
        camera_hz: float | None = None,
        person: int | None = None,
    ) -> None:
        """`person`: the number of the only one to follow; None: whoever comes first."""
        cv2.setNumThreads(1)  # for its small pictures, sharing the work costs more than the work
        self.engine = engine.name
        self._people = PersonTracker(only=person)
        with quiet_stderr():
            later = GIVES_WAY if live else 0
            face = LandmarkerThread("face", engine.face)
            crop = LandmarkerThread("crop", engine.face_in_crop)
            self._pose = PatientPose(engine, self._people, None if live else POSE_LAG_MS, later)
            hands = LandmarkerThread("hands", engine.hands, niceness=later, early=False)
        self._threads: tuple[LandmarkerThread[Any], ...] = (face, crop, self._pose.thread, hands)
        self._hands: DeferredLandmarker[RawHand] = DeferredLandmarker(
            hands, None if live else HANDS_LAG_MS
        )
        self._faces = FaceFinder(face, crop, self._people)
        self._clock = MediaClock()
        self._meter = RateMeter(camera_hz)
        self._dropped = DroppedFrames()
        self._governor = Governor()
        self._load = Load()
        self._arrived_s: float | None = None  # when the last frame that was stamped did
        self._aspect = 0.0
        self._expected: deque[tuple[Frame, FaceSearch]] = deque()
        self._forget()

    def _forget(self) -> None:
        self._face_beat, self._hands_beat = Cadence(), Cadence()
        self._patient_hands = PatientHands()
        self._image_quality = ImageQualityMeter()

    @property
    def rebuilt(self) -> dict[str, int]:
        """How often each landmarker broke and was built again."""
        return {thread.name: thread.rebuilt for thread in self._threads}

    def landmarkers(self) -> dict[str, tuple[int, float]]:
        """How many pictures each has seen, and in how many seconds."""
        return {thread.name: (thread.images, thread.took_s) for thread in self._threads}

    def alive(self) -> dict[str, int]:
        """Counters that advance, at each call, while each landmarker's thread answers."""
        return {thread.name: thread.ping() for thread in self._threads}

    def reset_track(self) -> None:
        """The camera was republished, switched or turned: nothing is where it was."""
        self._pose.new_track()
        self._hands.forget()
        self._people.forget_places()
        self._meter.new_track()
        self._forget()

    def wanted(self, frame: Frame) -> bool:
        """False, live and under load, for a frame that is not to be observed."""
        face_hz = STEPS[self._governor.step].face_hz
        return math.isinf(face_hz) or self._face_beat.due(frame.media_us // 1000, face_hz)

    def close(self) -> None:
        for thread in self._threads:
            thread.close()

    def observe_each(self, frames: Iterable[Frame]) -> Iterator[Observation | FrameRejected]:
        """A whole file: the next frames' faces are looked for while one frame is worked on."""
        waiting: deque[Frame] = deque()
        for frame in frames:
            with suppress(FrameRejected):  # said when it is observed
                self._expected.append((frame, self._start(frame)))
            waiting.append(frame)
            if len(waiting) > FACES_AHEAD:
                yield self._observed_or_refused(waiting.popleft())
        yield from map(self._observed_or_refused, waiting)

    def _observed_or_refused(self, frame: Frame) -> Observation | FrameRejected:
        try:
            return self.observe(frame)
        except FrameRejected as refusal:
            return refusal

    def observe(self, frame: Frame, commands: tuple[Command, ...] = ()) -> Observation:
        """Raises FrameRejected for an image that cannot be analysed, and nothing else."""
        if self._expected and self._expected[0][0] is frame:
            seeing = self._expected.popleft()[1]
        else:
            seeing = self._start(frame)
        return self._observation(frame, seeing, commands)

    @contextmanager
    def observing(self, frame: Frame, commands: tuple[Command, ...] = ()) -> Iterator[Observation]:
        """Live: what is done with the observation in this context is part of the frame's load."""
        yield self.observe(frame, commands)
        self._learn_load(frame)

    def _learn_load(self, frame: Frame) -> None:
        if frame.receipt is not None:
            now_s = time.monotonic()
            self._governor.update(now_s, self._load.add(frame.receipt.monotonic_s, now_s))

    def _start(self, frame: Frame) -> FaceSearch:
        image = checked(frame)
        t_ms = self._clock.stamp(frame.media_us, self._elapsed_ms(frame))
        return self._faces.start(image, t_ms)

    def _elapsed_ms(self, frame: Frame) -> int | None:
        """Since the frame before arrived; unknown of a file's frames."""
        before_s = self._arrived_s
        self._arrived_s = frame.receipt.monotonic_s if frame.receipt is not None else None
        if before_s is None or self._arrived_s is None:
            return None
        return round(1000 * (self._arrived_s - before_s))

    def _observation(
        self, frame: Frame, seeing: FaceSearch, commands: tuple[Command, ...]
    ) -> Observation:
        image, t_ms = seeing.image, seeing.t_ms
        aspect = seeing.aspect
        if abs(aspect - self._aspect) > SAME_ASPECT * self._aspect:
            self.reset_track()
        self._aspect = aspect
        for command in commands:
            if isinstance(command, SelectPerson):
                self._people.select(command.person)
        pose = self._attach_pose(t_ms)
        hands = self._attach_hands(t_ms)
        self._ask(image, t_ms, frame, aspect)
        self._image_quality.look(image)
        faces = self._faces.finish(seeing)
        self._people.settle(t_ms)
        self._pose.see_places(t_ms)
        self._patient_hands.see_head(self._people.lone_patient(t_ms))
        mine = self._found_patient(faces)
        self._meter.face(t_ms, self._dropped.before(frame))
        return Observation(
            t_ms=t_ms,
            media_us=frame.media_us,
            key=frame.key,
            width=image.shape[1],
            height=image.shape[0],
            rotation_deg=frame.rotation_deg,
            track=frame.track,
            face=None if mine is None else _face(mine),
            faces_seen=sum(not self._is_drawing(found.person) for found in faces),
            pose=pose,
            hands=hands,
            image=self._judged(image, mine),
            others=self._others(t_ms, aspect),
            rates=self._meter.rates(t_ms, self._governor.step),
            reasons=() if mine is not None else (self._why_no_face(faces, t_ms, image.shape[1]),),
            commands=commands,
        )

    def _ask(self, image: NDArray[np.uint8], t_ms: int, frame: Frame, aspect: float) -> None:
        step = STEPS[self._governor.step]
        self._pose.ask_when_due(image, t_ms, frame.key, aspect, step.pose_hz)
        if self._hands.asked is None and self._patient_hands.in_view(t_ms):
            moving = self._patient_hands.moving(t_ms)
            hands_hz = step.moving_hands_hz if moving else step.hands_hz
            if self._hands_beat.due(t_ms, hands_hz):
                self._hands.ask(image, t_ms, frame.key, aspect, at_once=math.isinf(hands_hz))

    def _attach_pose(self, t_ms: int) -> Pose | None:
        if (due := self._pose.take(t_ms)) is None:
            return None
        pose, aspect = due
        self._patient_hands.see_pose(pose, aspect)
        self._meter.pose(pose.t_ms)
        return pose

    def _attach_hands(self, t_ms: int) -> Hands | None:
        if (due := self._hands.take(t_ms)) is None:
            return None
        asked, found = due
        hands = self._patient_hands.of_patient(found, asked.t_ms, asked.aspect)
        self._patient_hands.see_hands(hands, asked.t_ms, asked.aspect)
        self._meter.hands(asked.t_ms)
        others = self._patient_hands.not_theirs(found, hands, asked.t_ms)
        return Hands(asked.t_ms, asked.key, hands, others)

    def _found_patient(self, faces: Sequence[FoundFace]) -> FoundFace | None:
        patient = self._people.patient
        if patient is None:
            return None
        return next((found for found in faces if found.person is patient), None)

    def _is_drawing(self, person: Person | None) -> bool:
        return (
            person is not None and person is not self._people.patient and person.drawing_check.drawn
        )

    def _judged(self, image: NDArray[np.uint8], mine: FoundFace | None) -> ImageQuality:
        if mine is None:
            return self._image_quality.judge(image, None)
        return self._image_quality.judge(image, mine.bounds, mine.raw.landmarks)

    def _others(self, t_ms: int, aspect: float) -> tuple[PersonBox, ...]:
        return tuple(
            person.box(aspect)
            for person in self._people.active(t_ms)
            if person is not self._people.patient and person.noticed
        )

    def _why_no_face(self, faces: Sequence[FoundFace], t_ms: int, width: int) -> str:
        people = self._people
        if self._faces.failed:
            return no_face_reasons.LANDMARKER_FAILED
        if people.doubt:
            return no_face_reasons.PERSON_UNCERTAIN
        if people.patient is None and faces:
            if all(self._is_drawing(found.person) for found in faces):
                return no_face_reasons.LOOKS_DRAWN
            awaited = not any(f.person and people.may_follow(f.person, t_ms) for f in faces)
            return no_face_reasons.NOT_PATIENT if awaited else no_face_reasons.NOT_CONFIRMED
        if people.patient is not None and people.patient.head_known(t_ms):
            too_small = people.patient.head.width * width < SMALL_HEAD_PX
            return no_face_reasons.FACE_TOO_SMALL if too_small else no_face_reasons.HEAD_TURNED
        return no_face_reasons.NOT_PATIENT if faces else no_face_reasons.NO_FACE


def _face(found: FoundFace) -> Face:
    raw, person = found.raw, found.person
    assert person is not None, "the patient's face is a person's"
    return Face(
        raw.landmarks, raw.blendshapes, raw.matrix, found.from_crop, person.number, raw.presence
    )
