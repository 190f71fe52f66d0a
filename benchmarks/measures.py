"""What the measures, their messages and the log cost per frame, beside perception, and whether the
measures' cost grows during a long call.

    python -m benchmarks.measures

The observations are those of the talking face, analysed once and then played forwards and
backwards on a clock that goes on, for long enough that what looks back a minute is at work. A
family is one module of the catalogue; its cost is that of an analyser with nothing else in it, less
that of an empty one.

The thread that analyses does everything but the landmarkers' work and the writing of the log, each
of which has a thread of its own. Here it has a processor's caches to itself: in a consultation,
among the landmarkers and the event loop, the same work takes half as much time again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from agent.measures import catalogue, reasons
from agent.measures.analyser import Analyser
from agent.measures.registry import REGISTRY, Registry
from agent.observation import Frame, Observation
from agent.perception.engines import given_engine
from agent.perception.head_geometry import Bounds
from agent.perception.image_quality import ImageQualityMeter
from agent.perception.perception import Perception
from agent.pipeline import Results, ResultStream
from agent.record import SessionLog
from agent.record.session_key import SessionLock
from agent.wire.encoder import lossy_packet
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry
from benchmarks.machine import describe, load_of_others
from models.clips import TALKING_FACE, clips_folder

FRAMES = 240
CAMERA_HZ = 24
FILM_S = 120
CALL_S = 7200
SLICE = 60 * CAMERA_HZ  # frames
ROUNDS = 5
LIMIT_MS = 1.0
LOG_LIMIT_MS = 0.1


@dataclass(frozen=True, slots=True)
class Observed:
    """Real observations, and perception's CPU per frame: all of it, and of the thread that asks."""

    frames: list[Frame]
    observations: list[Observation]
    cpu_ms: float
    asking_ms: float


def observed() -> Observed:
    video = cv2.VideoCapture(str(clips_folder() / TALKING_FACE.name))
    perception = Perception(given_engine(), live=False)
    frames: list[Frame] = []
    for number in range(FRAMES):
        _, image = video.read()
        rgb = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
        frames.append(Frame(rgb, number * 1_000_000 // CAMERA_HZ, None, 0, 0))
    video.release()
    began, thread_began = time.process_time(), time.thread_time()
    observations = [perception.observe(frame) for frame in frames]
    cpu_ms = (time.process_time() - began) * 1000 / FRAMES
    asking_ms = (time.thread_time() - thread_began) * 1000 / FRAMES
    perception.close()
    return Observed(frames, observations, cpu_ms, asking_ms)


def image_watch_ms(seen: Observed) -> float:
    faces = [observation.face for observation in seen.observations]
    places = [None if face is None else Bounds.of(face.landmarks) for face in faces]
    costs: list[float] = []
    for _ in range(ROUNDS):
        watch = ImageQualityMeter()
        began = time.process_time()
        for frame, face, place in zip(seen.frames, faces, places, strict=True):
            watch.look(frame.image)
            watch.judge(frame.image, place, None if face is None else face.landmarks)
        costs.append((time.process_time() - began) * 1000 / len(faces))
    return min(costs)


def again(observations: Sequence[Observation], seconds: int) -> Iterator[Observation]:
    """The same pictures there and back, on a clock that goes on."""
    there_and_back = [*observations, *observations[-2:0:-1]]
    for number in range(seconds * CAMERA_HZ):
        seen = there_and_back[number % len(there_and_back)]
        t_ms = round(number * 1000 / CAMERA_HZ)
        shift = t_ms - seen.t_ms
        pose = seen.pose and replace(seen.pose, t_ms=seen.pose.t_ms + shift)
        hands = seen.hands and replace(seen.hands, t_ms=seen.hands.t_ms + shift)
        yield replace(seen, t_ms=t_ms, pose=pose, hands=hands)


def cpu_ms(analyser: Analyser, observations: Sequence[Observation]) -> float:
    began = time.process_time()
    for observation in observations:
        analyser.update(observation)
    return (time.process_time() - began) * 1000 / len(observations)


def cost_ms(registry: Registry, observations: Sequence[Observation]) -> float:
    """Of the quietest round: everything else on the machine only adds."""
    return min(cpu_ms(Analyser(registry), observations) for _ in range(ROUNDS))


def slowest_ms(observations: Sequence[Observation]) -> float:
    """Of all frames, in the quietest round."""

    def slowest() -> float:
        analyser = Analyser()
        return max(cpu_ms(analyser, [observation]) for observation in observations)

    return min(slowest() for _ in range(ROUNDS))


def families(observations: Sequence[Observation]) -> dict[str, float]:
    empty = cost_ms(Registry((reasons,)), observations)
    costs = {"(the engine alone)": empty}
    for name, module in sorted(sys.modules.items()):
        if name.startswith(f"{catalogue.__name__}.") and isinstance(module, ModuleType):
            registry = Registry((reasons, module))
            if registry.measures:
                costs[name.rpartition(".")[2]] = cost_ms(registry, observations) - empty
    return costs


def long_call(observations: Sequence[Observation]) -> tuple[float, float]:
    """Cost per frame in the quietest minute of the first and of the last tenth of two hours."""
    analyser = Analyser()
    slices: list[float] = []
    call = again(observations, CALL_S)
    while part := [o for _, o in zip(range(SLICE), call, strict=False)]:
        slices.append(cpu_ms(analyser, part))
    tenth = len(slices) // 10
    return min(slices[:tenth]), min(slices[-tenth:])


def with_messages_ms(observations: Sequence[Observation]) -> tuple[list[Results], float]:
    """Measures, and all that is made of them for the practitioner and the log."""
    costs: list[float] = []
    for _ in range(ROUNDS):
        stream, results = ResultStream(1), []
        began = time.process_time()
        for observation in observations:
            results.append(stream.process(observation))
            lossy_packet(results[-1].frame)
        costs.append((time.process_time() - began) * 1000 / len(observations))
    return results, min(costs)


def log_ms(results: Sequence[Results], lock: SessionLock | None = None) -> tuple[float, float]:
    """Of the caller and of the log's own thread together, and of the caller alone."""
    costs, of_callers = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.process_time()
            about = pb.Provenance()
            log = SessionLog(Path(folder), about, encode_registry(), wait=True, lock=lock)
            with closing(log):
                caller_began = time.thread_time()
                for result in results:
                    log.write_all(result.messages, result.observation.t_ms)
                of_callers.append((time.thread_time() - caller_began) * 1000 / len(results))
            costs.append((time.process_time() - began) * 1000 / len(results))
    return min(costs), min(of_callers)


def main() -> None:
    seen = observed()
    film = list(again(seen.observations, FILM_S))
    with load_of_others() as load:
        all_ms = cost_ms(REGISTRY, film)
        longest_ms = slowest_ms(film)
        costs = families(film)
        results, messages_ms = with_messages_ms(film)
        kept_ms, handed_over_ms = log_ms(results)
        watch_ms = image_watch_ms(seen)
        start_ms, end_ms = long_call(seen.observations)
    table = Table(title=f"Measures: CPU per frame ({describe()}, others {load.others:.1f} cores)")
    for heading in ("what", "ms", "of perception's CPU"):
        table.add_column(heading, justify="left" if heading == "what" else "right")

    def row(what: str, ms: float) -> None:
        table.add_row(what, f"{ms:.3f}", f"{100 * ms / seen.cpu_ms:.1f} %")

    row("perception (face, pose, hands)", seen.cpu_ms)
    row(f"all {len(REGISTRY.measures)} measures (limit {LIMIT_MS:g})", all_ms)
    row("  the engine alone", costs.pop("(the engine alone)"))
    for name, ms in sorted(costs.items(), key=lambda item: -item[1])[:3]:
        row(f"  {name}", ms)
    row("all measures, in the slowest frame", longest_ms)
    row("their messages, encoded", messages_ms - all_ms)
    row(f"the log, compressed and written (limit {LOG_LIMIT_MS:g})", kept_ms)
    row("all measures at the start of a two-hour call", start_ms)
    row("all measures at its end", end_ms)
    row("the thread that analyses", seen.asking_ms + messages_ms + handed_over_ms)
    row("  image watch", watch_ms)
    row("  the rest of perception, but for its landmarkers", seen.asking_ms - watch_ms)
    row("  measures", all_ms)
    row("  messages", messages_ms - all_ms)
    row("  log, handed over", handed_over_ms)
    Console().print(table)


if __name__ == "__main__":
    main()
