"""What perception does with bad frames, broken landmarkers and an overloaded machine."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from perceiving import (
    ONE_FACE,
    clip,
    engine,
    face_px,
    fingerprint,
    frame,
    observe_with,
    perception,
)

from agent.errors import FrameRejected
from agent.measures.registry import REGISTRY
from agent.observation import Frame, FrameKey, Receipt
from agent.perception import landmarker_thread, no_face_reasons
from agent.perception.engines import EngineName, build_engine
from agent.perception.landmarker_thread import LandmarkerThread
from agent.perception.landmarkers import Landmarker, LandmarkerFailed, RawFace, RawPose
from agent.perception.mediapipe_engine import FaceTask, MediaPipeEngine, PoseTask
from agent.perception.perception import Perception
from agent.settings import read_settings
from models.bundles import ModelBundles

pytestmark = pytest.mark.unit

BAD_IMAGES: dict[str, Any] = {
    "no pixels": np.zeros((0, 0, 3), np.uint8),
    "no rows": np.zeros((0, 640, 3), np.uint8),
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "a line": np.zeros((1, 4000, 3), np.uint8),
    "a strip": np.zeros((40, 4000, 3), np.uint8),
    "grey": np.zeros((360, 640), np.uint8),
    "with alpha": np.zeros((360, 640, 4), np.uint8),
    "floats": np.zeros((360, 640, 3), np.float32),
    "16 bits": np.zeros((360, 640, 3), np.uint16),
    "too large": np.zeros((9000, 40 * 50, 3), np.uint8),
}


@pytest.fixture(scope="module")
def face_image() -> np.ndarray:
    return clip(ONE_FACE, 1)[0]


def test_a_bad_frame_is_refused_and_the_next_good_one_is_seen(face_image: np.ndarray) -> None:
    with perception() as watching:
        observe_with(watching, [face_image] * 12)
        for number, (name, image) in enumerate(BAD_IMAGES.items(), 12):
            with pytest.raises(FrameRejected):
                watching.observe(frame(image, number))
                pytest.fail(f"{name} was accepted")
        assert watching.observe(frame(face_image, 30)).face is not None


def test_a_whole_file_is_seen_as_frame_by_frame_and_refusals_keep_their_place() -> None:
    frames = [frame(image, i) for i, image in enumerate(clip(ONE_FACE, 14))]
    frames[5] = frame(BAD_IMAGES["one pixel"], 5)
    with perception() as watching:
        whole = list(watching.observe_each(frames))
    with perception() as watching:
        single = [watching.observe(f) for f in frames[:5] + frames[6:]]
    assert isinstance(whole.pop(5), FrameRejected)
    seen = [o for o in whole if not isinstance(o, FrameRejected)]
    assert len(seen) == len(whole)
    assert [fingerprint(o) for o in seen] == [fingerprint(o) for o in single]


def test_a_picture_that_is_not_contiguous_is_seen(face_image: np.ndarray) -> None:
    mirrored_twice = face_image[:, ::-1].copy()[:, ::-1]
    assert not mirrored_twice.flags.c_contiguous
    with perception() as watching:
        seen = observe_with(watching, [mirrored_twice] * 12)
    assert seen[-1].face is not None


def test_the_senders_key_and_the_clocks_pass_through(face_image: np.ndarray) -> None:
    with perception() as watching:
        keys = [FrameKey(2**60 + i, i) for i in range(12)]
        seen = [
            watching.observe(
                Frame(face_image, 10**15 + 40_000 * i, key, 90, 3, Receipt(0.0, 2 * i + 1))
            )
            for i, key in enumerate(keys)
        ]
    assert [o.key for o in seen] == keys
    assert [o.t_ms for o in seen] == [40 * i for i in range(12)]
    assert [o.media_us for o in seen] == [10**15 + 40_000 * i for i in range(12)]
    assert {(o.rotation_deg, o.track) for o in seen} == {(90, 3)}
    assert seen[-1].rates.dropped_frames == 11
    for pose in (o.pose for o in seen if o.pose):
        assert pose.key == keys[pose.t_ms // 40], "a pose carries its own frame's key"


def test_two_frames_of_the_same_time_are_two_observations(face_image: np.ndarray) -> None:
    with perception() as watching:
        seen = [watching.observe(frame(face_image, 5)) for _ in range(3)]
    assert [o.t_ms for o in seen] == [0, 1, 2]


def test_a_landmarker_that_breaks_is_built_again(face_image: np.ndarray) -> None:
    """MediaPipe throws when time runs backwards, which is made to happen behind its back."""
    landmarker: LandmarkerThread[RawFace] = LandmarkerThread(
        "face", lambda: FaceTask(ModelBundles.verified().face)
    )
    try:
        assert len(landmarker.submit(face_image, 10_000).result()) == 1
        with pytest.raises(LandmarkerFailed, match="monotonically"):
            landmarker.submit(face_image, 5).result()
        assert landmarker.rebuilt == 1
        assert len(landmarker.submit(face_image, 6).result()) == 1
    finally:
        landmarker.close()


def test_so_is_one_of_openvinos(face_image: np.ndarray) -> None:
    fast = build_engine(ModelBundles.verified(), EngineName.OPENVINO, read_settings().data)
    landmarker: LandmarkerThread[RawFace] = LandmarkerThread("face", fast.face)
    try:
        assert len(landmarker.submit(face_image, 40).result()) == 1
        with pytest.raises(LandmarkerFailed):
            landmarker.submit(face_image[:, :, 0], 80).result()
        assert landmarker.rebuilt == 1
        assert len(landmarker.submit(face_image, 120).result()) == 1
    finally:
        landmarker.close()


def test_the_analysis_goes_on_without_the_frame_a_landmarker_broke_on(
    face_image: np.ndarray,
) -> None:
    """Of MediaPipe's, which can be made to break on a good one."""
    watching = Perception(MediaPipeEngine(ModelBundles.verified()), live=False)
    with closing(watching):
        observe_with(watching, [face_image] * 12)
        for landmarker in watching._threads:
            landmarker.submit(face_image, 10**9).result()
        broken = watching.observe(frame(face_image, 12))
        after = observe_with(watching, [face_image] * 24, 13)
        assert watching.rebuilt["face"] == 1 and watching.rebuilt["pose"] == 1
    assert broken.face is None and broken.reasons == (no_face_reasons.LANDMARKER_FAILED,)
    assert all(o.face is not None for o in after)
    assert np.linalg.norm(face_px(after[0]) - face_px(after[-1])) < 2
    assert any(o.pose and o.pose.present for o in after[6:])


def test_threads_answer_while_idle_and_closing_twice_is_closing_once() -> None:
    watching = Perception(engine(), live=True)
    before = watching.alive()
    assert set(before) == {"face", "crop", "pose", "hands"}
    time.sleep(0.2)
    after = watching.alive()
    assert all(after[name] > before[name] for name in before)
    watching.close()
    watching.close()
    time.sleep(0.1)
    closed = watching.alive()
    time.sleep(0.1)
    assert watching.alive() == closed, "a thread that is gone answers no more"


@contextmanager
def starved(threads: Iterable[int]) -> Iterator[None]:
    """They share one processor with others that never rest."""
    processor = {min(os.sched_getaffinity(0))}
    usual = os.sched_getaffinity(0)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        for thread in (*threads, *(process.pid for process in busy)):
            os.sched_setaffinity(thread, processor)
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
        for thread in threads:
            os.sched_setaffinity(thread, usual)


def test_a_starved_landmarker_is_at_work(face_image: np.ndarray) -> None:
    pose = ModelBundles.verified().pose
    landmarker: LandmarkerThread[RawPose] = LandmarkerThread(
        "pose", lambda: PoseTask(pose), niceness=19
    )
    try:
        landmarker.submit(face_image, 1).result()
        time.sleep(0.1)
        with starved(landmarker._threads):
            answered = landmarker.answered
            answers = [landmarker.submit(face_image, 40 * number) for number in range(1, 6)]
            counts = [landmarker.ping()]
            for _ in range(3):
                time.sleep(1)
                counts.append(landmarker.ping())
            assert landmarker.answered <= answered + 1, "it is not starved"
        assert all(later > earlier for earlier, later in pairwise(counts))
        assert all(answer.result() for answer in answers)
    finally:
        landmarker.close()


def test_a_landmarker_that_gets_no_time_at_all_is_not_stuck(face_image: np.ndarray) -> None:
    with closing(LandmarkerThread("pose", engine().pose, early=False)) as landmarker:
        landmarker.submit(face_image, 1).result()
        time.sleep(0.1)
        with starved(landmarker._threads):
            for thread in landmarker._threads:
                os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
            answered = landmarker.answered
            answers = [landmarker.submit(face_image, 40 * number) for number in range(1, 6)]
            counts = []
            for _ in range(20):
                counts.append(landmarker.ping())
                time.sleep(0.05)
            assert landmarker.answered <= answered + 1, "it is not starved"
        assert len({*counts}) == len(counts)
        assert all(answer.result() for answer in answers)


def test_what_is_built_late_answers_pings_before_and_questions_then(
    face_image: np.ndarray,
) -> None:
    built: list[Landmarker[RawFace]] = []

    def build() -> Landmarker[RawFace]:
        built.append(engine().face_in_crop())
        return built[-1]

    late = LandmarkerThread("face", build, early=False)
    with closing(late):
        pinged = late.ping()
        late.submit(face_image, 1).result()
        assert late.ping() > pinged
        assert len(built) == 1 and late.rebuilt == 0
    unused = LandmarkerThread("face", build, early=False)
    unused.ping()
    unused.close()
    assert len(built) == 1


class Stuck:
    """A landmarker that never answers a second time."""

    def __init__(self, wait: Callable[[], object]) -> None:
        self.detected = 0
        self._wait = wait

    def detect(self, image: np.ndarray, stamp_ms: int) -> tuple[RawPose, ...]:
        self.detected += 1
        if self.detected > 1:
            self._wait()
        return ()

    def close(self) -> None:
        """Nothing to close."""


def test_a_stuck_landmarker_is_found_at_once_and_one_in_an_endless_loop_in_the_end(
    face_image: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landmarker_thread, "ENDLESS_S", 0.5)
    released = threading.Event()

    def spin() -> None:
        while not released.is_set():
            pass

    for wait, beats in ((released.wait, 0), (spin, 5)):
        landmarker: LandmarkerThread[RawPose] = LandmarkerThread("pose", partial(Stuck, wait))
        try:
            landmarker.submit(face_image, 1)
            landmarker.ping()
            time.sleep(0.05)
            stuck = landmarker.ping()  # what it did before it got stuck
            counts = []
            for _ in range(10):
                time.sleep(0.1)
                counts.append(landmarker.ping())
            assert len({*counts, stuck}) - 1 <= beats
            assert counts[-1] == counts[-4]
        finally:
            released.set()
            landmarker.close()
            released.clear()


def test_who_asks_after_the_end_is_answered(face_image: np.ndarray) -> None:
    with perception() as watching:
        observe_with(watching, [face_image] * 3)
        watching.close()
        seen = watching.observe(frame(face_image, 3))
    assert seen.face is None and seen.reasons == (no_face_reasons.LANDMARKER_FAILED,)


def test_live_poses_come_as_soon_as_they_are_there(face_image: np.ndarray) -> None:
    with perception(live=True) as watching:
        lags = []
        for number in range(48):
            seen = watching.observe(frame(face_image, number))
            if seen.pose:
                lags.append(seen.t_ms - seen.pose.t_ms)
            time.sleep(0.03)
    assert len(lags) >= 8
    assert np.median(lags) <= 150


def test_under_load_the_face_rate_gives_way_last(face_image: np.ndarray) -> None:
    with perception(live=True) as watching:
        assert all(watching.wanted(frame(face_image, i)) for i in range(24))
        watching._governor.step = 4
        kept = [watching.wanted(frame(face_image, i)) for i in range(48)]
        assert 28 <= sum(kept) <= 32


def test_every_reason_has_its_words() -> None:
    known = {reason.id for reason in REGISTRY.reasons}
    assert set(no_face_reasons.ALL) <= known
