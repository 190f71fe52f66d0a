"""Items an hour: `epedicare analyze` one after the other, and `epedicare batch` with one worker and
with two, as processes and, where Ray is installed, on a Ray cluster of this machine alone.

    python -m benchmarks.batch [ITEMS]

Each item is the talking face, made another file by a box at its end that no player reads. Sides
take turns; the middle round counts. `one process` is a single process that keeps its models, as a
worker does, and hands nothing out; what a side takes to start is told apart and is not in its rate.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.batch.configuration import Configuration, configuration_of
from agent.batch.dataset import opened_dataset
from agent.batch.local import LocalWorker
from agent.batch.outcome import State
from agent.batch.run import run_batch
from agent.batch.sources import Source, find_sources
from agent.batch.worker import Worker
from agent.offline import analyse_video
from agent.perception.engines import given_engine
from benchmarks.machine import describe, load_of_others
from models.clips import TALKING_FACE, clips_folder

ITEMS, ROUNDS = 8, 3
SCALING_AIM, COST_AIM_PERCENT = 1.85, 3.0

Start = Callable[[int, Configuration], Sequence[Worker]]


@dataclass(frozen=True, slots=True)
class Cost:
    start_s: float  # until the workers have their models
    work_s: float

    def per_hour(self, items: int) -> float:
        return 3600 * items / self.work_s


class Started:
    """A worker that was started before the clock."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.work, self.stop = worker.work, worker.stop
        worker.start()

    def start(self) -> None:
        pass


def copies(folder: Path, count: int) -> list[Source]:
    for number in range(count):
        path = Path(shutil.copy(clips_folder() / TALKING_FACE.name, folder / f"{number:03d}.mp4"))
        with path.open("ab") as file:
            file.write(b"\x00\x00\x00\x0cfree" + number.to_bytes(4, "big"))
    return find_sources([str(folder)], folder, folder / "dataset").sources


def one_process(sources: Sequence[Source], out: Path) -> Cost:
    began_s = time.monotonic()
    engine = given_engine()
    ready_s = time.monotonic()
    for number, source in enumerate(sources):
        analyse_video(source.path, out / str(number), engine=engine)
    return Cost(ready_s - began_s, time.monotonic() - ready_s)


def in_batch(sources: Sequence[Source], out: Path, start: Start, count: int) -> Cost:
    wanted = configuration_of(given_engine())
    began_s = time.monotonic()
    workers = [Started(worker) for worker in start(count, wanted)]
    ready_s = time.monotonic()
    with opened_dataset(out) as dataset:
        report = run_batch(
            sources, dataset, workers, lambda _: None, lambda _: None, lambda *_: None
        )
    cost = Cost(ready_s - began_s, time.monotonic() - ready_s)
    if report.counts[State.ANALYSED] != len(sources):
        sys.exit(f"not all were analysed: {report}")
    return cost


def processes(count: int, wanted: Configuration) -> Sequence[Worker]:
    return [LocalWorker(wanted) for _ in range(count)]


@contextmanager
def a_cluster() -> Iterator[Start]:
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    node = {"num_cpus": 2, "node_ip_address": "127.0.0.2", "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    import ray

    from agent.batch.on_ray import RayWorker, ray_workers

    ray_workers(cluster.address, 1, {})  # connects
    yield lambda count, wanted: [RayWorker(wanted) for _ in range(count)]
    ray.shutdown()
    cluster.shutdown()


def measured(
    sources: Sequence[Source], sides: dict[str, Callable[[Path], Cost]]
) -> dict[str, Cost]:
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, side in sides.items():
            with tempfile.TemporaryDirectory() as out:
                costs[name].append(side(Path(out)))
    return {name: _middle(found) for name, found in costs.items()}


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.start_s for cost in costs),
        statistics.median(cost.work_s for cost in costs),
    )


def show(console: Console, title: str, costs: dict[str, Cost], items: int, caption: str) -> None:
    table = Table(title=title, title_justify="left", caption=caption)
    for column in ("", "items an hour", "against one process", "start, s"):
        table.add_column(column, justify="right" if column else "left")
    alone = costs["one process"]
    for name, cost in costs.items():
        faster = alone.work_s / cost.work_s
        table.add_row(name, f"{cost.per_hour(items):.0f}", f"{faster:.2f} x", f"{cost.start_s:.1f}")
    console.print(table)


def main(items: int = ITEMS) -> None:
    console = Console()
    console.print(f"[bold]Batch[/bold] on {describe()}")
    with tempfile.TemporaryDirectory() as folder, load_of_others() as load:
        sources = copies(Path(folder), items)
        sides: dict[str, Callable[[Path], Cost]] = {
            "one process": lambda out: one_process(sources, out),
            "1 worker": lambda out: in_batch(sources, out, processes, 1),
            "2 workers": lambda out: in_batch(sources, out, processes, 2),
        }
        if find_spec("ray") is None or find_spec("ray.cluster_utils") is None:
            console.print("Ray is not installed, and left out: uv sync --extra ray")
            costs = measured(sources, sides)
        else:
            with a_cluster() as on_ray:
                sides["1 worker on Ray"] = lambda out: in_batch(sources, out, on_ray, 1)
                sides["2 workers on Ray"] = lambda out: in_batch(sources, out, on_ray, 2)
                costs = measured(sources, sides)
    caption = f"middle of {ROUNDS} rounds; {load.others:.1f} cores busy with other processes\n"
    caption += f"aim: 2 workers {SCALING_AIM} x one process"
    if "2 workers on Ray" in costs:
        more = 100 * (costs["2 workers on Ray"].work_s / costs["2 workers"].work_s - 1)
        caption += f"\nRay costs {more:+.1f} % (aim: {COST_AIM_PERCENT:g} % at most)"
    show(console, f"{items} clips of 20 s", costs, items, caption)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
