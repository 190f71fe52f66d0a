"""Offline speed: the whole pipeline against MediaPipe's landmarkers alone.

    python -m benchmarks.offline [FRAMES]

Frames are decoded beforehand, so that each side is given the same work. `pipeline` is perception,
measures, encoding and the log on disk, threaded as `epedicare analyze` does it, with each engine.
`bare` calls MediaPipe's landmarkers, by its own interface, on exactly the frames that the pipeline
gave them, each in a thread of its own. `naive` runs all three, one after the other, on every frame,
as MediaPipe's examples do (one face, one pose). Sides take turns, and the middle round counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.core.base_options import BaseOptions
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from agent.observation import Frame, Observation
from agent.offline.video_analysis import perceived_ahead
from agent.perception.engines import EngineName, build_engine
from agent.perception.perception import Perception
from agent.perception.quiet_stderr import quiet_stderr
from agent.pipeline import ResultStream
from agent.record import SessionLog, describe_run
from agent.settings import read_settings
from agent.wire.registry import encode_registry
from benchmarks.machine import describe, load_of_others
from models.bundles import ModelBundles
from models.clips import CLIPS, TALKING_FACE, clips_folder

CAMERA_HZ = 24
ROUNDS = 5
FRAMES = 240

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames, and which of them the pipeline gave to which landmarker."""

    name: str
    images: Sequence[Image]
    poses: Collection[int] = ()
    hands: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    wall_ms: float  # per frame
    cpu_ms: float


def talking_face(frames: int) -> Scene:
    images = _clip(clips_folder() / TALKING_FACE.name)
    return Scene("talking face, no hands in view", [images[i % len(images)] for i in range(frames)])


def seated_man(frames: int) -> Scene:
    """A photograph of somebody with a hand in view, swaying a little."""
    man = _rgb(cv2.imread(str(clips_folder() / "multi_face.jpg")))
    sway = [round(8 * np.sin(i / 6)) for i in range(frames)]
    return Scene(
        "face, body and a hand in view",
        [np.ascontiguousarray(man[:, 20 + x : 330 + x]) for x in sway],
    )


def _clip(path: Path) -> list[Image]:
    video = cv2.VideoCapture(str(path))
    images: list[Image] = []
    while True:
        there, image = video.read()
        if not there:
            return images
        images.append(_rgb(image))


def _rgb(image: Any) -> Image:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def t_ms(number: int) -> int:
    return number * 1000 // CAMERA_HZ


def frame(image: Image, number: int) -> Frame:
    return Frame(image, t_ms(number) * 1000, None, 0, 0)


def measured(work: Callable[[], None], frames: int) -> Cost:
    cpu_s, wall_s = time.process_time(), time.monotonic()
    work()
    cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
    return Cost(1000 * wall_s / frames, 1000 * cpu_s / frames)


def pipeline(
    scene: Scene, models: ModelBundles, name: EngineName
) -> tuple[Cost, list[Observation]]:
    seen: list[Observation] = []
    engine = build_engine(models, name, read_settings().data)
    provenance = describe_run("0" * 32, 0, source="file", engine=engine.name)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Perception(engine, live=False)) as perception,
        closing(
            SessionLog(Path(folder) / "session", provenance, encode_registry(), wait=True)
        ) as log,
    ):
        stream = ResultStream(0)

        def work() -> None:
            frames = map(frame, scene.images, count())
            for observation in perceived_ahead(perception.observe_each(frames)):
                assert isinstance(observation, Observation)
                seen.append(observation)
                log.write_all(stream.process(observation).messages, observation.t_ms)

        return measured(work, len(scene.images)), seen


class Bare:
    """MediaPipe's landmarkers, called as its documentation says."""

    def __init__(self, models: ModelBundles, people: int) -> None:
        with quiet_stderr():
            self.face = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    **_options(models.face),
                    num_faces=people,
                    output_face_blendshapes=True,
                    output_facial_transformation_matrixes=True,
                )
            )
            self.pose = vision.PoseLandmarker.create_from_options(
                vision.PoseLandmarkerOptions(**_options(models.pose), num_poses=people)
            )
            self.hands = vision.HandLandmarker.create_from_options(
                vision.HandLandmarkerOptions(**_options(models.hands), num_hands=2)
            )
            for landmarker in (self.face, self.pose, self.hands):
                _detect(landmarker, np.zeros((128, 128, 3), np.uint8), 0)

    def close(self) -> None:
        for landmarker in (self.face, self.pose, self.hands):
            landmarker.close()


def _options(model: Path) -> dict[str, Any]:
    return {
        "base_options": BaseOptions(model_asset_path=str(model)),
        "running_mode": vision.RunningMode.VIDEO,
    }


def _detect(landmarker: Any, image: Image, stamp_ms: int) -> None:
    picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=image)
    landmarker.detect_for_video(picture, stamp_ms)


def bare(scene: Scene, models: ModelBundles, people: int) -> Cost:
    """Each landmarker in a thread of its own, over the frames that were its."""
    with closing(Bare(models, people)) as tasks:
        parts = (
            (tasks.face, range(len(scene.images))),
            (tasks.pose, scene.poses),
            (tasks.hands, scene.hands),
        )

        def run(landmarker: Any, numbers: Collection[int]) -> None:
            for number in numbers:
                _detect(landmarker, scene.images[number], t_ms(number) + 1)

        def work() -> None:
            threads = [threading.Thread(target=run, args=part) for part in parts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return measured(work, len(scene.images))


def naive(scene: Scene, models: ModelBundles) -> Cost:
    with closing(Bare(models, people=1)) as tasks:

        def work() -> None:
            for number, image in enumerate(scene.images):
                for landmarker in (tasks.face, tasks.pose, tasks.hands):
                    _detect(landmarker, image, t_ms(number) + 1)

        return measured(work, len(scene.images))


def scheduled(scene: Scene, seen: Sequence[Observation]) -> Scene:
    number_at = {observation.t_ms: number for number, observation in enumerate(seen)}
    poses = [number_at[o.pose.t_ms] for o in seen if o.pose]
    hands = [number_at[o.hands.t_ms] for o in seen if o.hands]
    return Scene(scene.name, scene.images, poses, hands)


FAST, REFERENCE = "pipeline, openvino", "pipeline, mediapipe"
SIDES = (FAST, REFERENCE, "bare", "bare, one person", "naive")


def compare(scene: Scene, models: ModelBundles) -> tuple[Scene, dict[str, list[Cost]]]:
    costs: dict[str, list[Cost]] = {side: [] for side in SIDES}
    for _ in range(ROUNDS):
        costs[FAST].append(pipeline(scene, models, EngineName.OPENVINO)[0])
        cost, seen = pipeline(scene, models, EngineName.MEDIAPIPE)
        scene = scheduled(scene, seen)
        costs[REFERENCE].append(cost)
        costs["bare"].append(bare(scene, models, people=2))
        costs["bare, one person"].append(bare(scene, models, people=1))
        costs["naive"].append(naive(scene, models))
    return scene, costs


def table(scene: Scene, costs: dict[str, list[Cost]], others: float) -> Table:
    shown = Table(title=scene.name, title_justify="left", caption=_caption(scene, costs, others))
    for column in ("", "frames/s", "CPU ms/frame", "speed against naive"):
        shown.add_column(column, justify="left" if not column else "right")
    for side in SIDES:
        faster = _middle(_ratios(costs["naive"], costs[side], "wall_ms"))
        shown.add_row(
            side,
            f"{1000 / _middle([c.wall_ms for c in costs[side]]):.1f}",
            f"{_middle([c.cpu_ms for c in costs[side]]):.1f}",
            f"{faster:.2f} x",
        )
    return shown


def _caption(scene: Scene, costs: dict[str, list[Cost]], others: float) -> str:
    overhead = _middle(_ratios(costs[FAST], costs["bare"], "cpu_ms"))
    faster = _middle(_ratios(costs["naive"], costs[FAST], "wall_ms"))
    two = [b.cpu_ms - a.cpu_ms for a, b in _pairs(costs["bare, one person"], costs["bare"])]
    return (
        f"CPU of the pipeline on openvino / bare landmarkers: {overhead:.2f} (aim: 0.45 at most)\n"
        f"its speed / naive: {faster:.2f} (aim: 8 at least, 6 for the harder scene)\n"
        f"two people in place of one, unsmoothed: {_middle(two):.1f} ms CPU a frame more\n"
        f"{len(scene.images)} frames, {len(scene.poses)} with pose, {len(scene.hands)} with hands; "
        f"middle of {ROUNDS} rounds; {others:.1f} cores busy with other processes"
    )


def _pairs(a: list[Cost], b: list[Cost]) -> zip[tuple[Cost, Cost]]:
    return zip(a, b, strict=True)


def _ratios(above: list[Cost], below: list[Cost], what: str) -> list[float]:
    return [getattr(a, what) / getattr(b, what) for a, b in _pairs(above, below)]


def _middle(values: list[float]) -> float:
    return statistics.median(values)


def main(frames: int = FRAMES) -> None:
    console = Console()
    console.print(f"[bold]Offline[/bold] on {describe()}")
    models = ModelBundles.verified()
    if absent := [clip.name for clip in CLIPS if not clip.present(clips_folder())]:
        sys.exit(f"{', '.join(absent)} not in {clips_folder()}; run: epedicare models clips")
    for scene in (talking_face(frames), seated_man(frames // 2)):
        with load_of_others() as load:
            scheduled_scene, costs = compare(scene, models)
        console.print(table(scheduled_scene, costs, load.others))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
