"""epedicare batch on a real Ray cluster of two nodes, one of which is killed in the middle.

Ray is optional: `uv sync --extra ray`.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kept_sessions import kept
from started_batch import start_batch

from agent.batch.outcome import State, Task
from agent.batch.sources import Kind, Source
from agent.offline import analyse_video
from agent.record.session_key import SessionKey
from models.clips import clips_folder

ray_clusters = pytest.importorskip("ray.cluster_utils", reason="no Ray; run: uv sync --extra ray")
pytestmark = pytest.mark.fault

EVERYTHING = ("/provenance", "/registry", "/observation", "/frame", "/window", "/event", "/summary")
NODE = {
    "num_cpus": 1,
    "node_ip_address": "127.0.0.2",  # Ray takes 127.0.0.1 for the machine's own address
    "include_dashboard": False,
    "object_store_memory": 80 * 2**20,
}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster = ray_clusters.Cluster(initialize_head=True, head_node_args=NODE)
    yield cluster
    cluster.shutdown()


def test_what_a_killed_node_worked_on_is_done_by_the_other(cluster: Any, tmp_path: Path) -> None:
    sources, dataset = tmp_path / "clips", tmp_path / "dataset"
    sources.mkdir()
    for number in range(4):
        clip = Path(shutil.copy(clips_folder() / "single_face.mp4", sources / f"{number}.mp4"))
        with clip.open("ab") as file:  # a box without a meaning: each is another file
            file.write(b"\x00\x00\x00\x0cfree" + number.to_bytes(4))
    second = cluster.add_node(**NODE)
    with start_batch(sources, "--out", dataset, "--ray", cluster.address) as batch:
        while len(list((dataset / ".parts").glob("*/*/*.mcap"))) < 2:
            assert batch.poll() is None, batch.communicate()
            time.sleep(0.01)
        cluster.remove_node(second, allow_graceful=False)
        told, complaints = batch.communicate()
    assert (batch.returncode, complaints) == (0, "")
    assert f"4 analysed, 0 there already: {dataset}\n" in told  # beside Ray's report of the death
    for item in json.loads((dataset / "manifest.json").read_text())["items"]:
        session = item["session"]
        analyse_video(Path(item["source"]), tmp_path / session)
        made = kept(dataset / "sessions" / session / "run-000.mcap", *EVERYTHING)
        assert made == kept(tmp_path / session / "run-000.mcap", *EVERYTHING)


def test_a_cluster_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    shutil.copy(clips_folder() / "single_face.mp4", tmp_path)
    batch = start_batch(tmp_path, "--out", tmp_path / "dataset", "--ray", "127.0.0.1:1")
    assert batch.communicate() == ("", "error: no Ray cluster can be reached at 127.0.0.1:1\n")
    assert batch.returncode == 2


def test_the_key_of_a_sealed_session_stays_here(tmp_path: Path) -> None:
    from agent.batch.on_ray import RayWorker

    source, key = Source(tmp_path / "call", Kind.SESSION), SessionKey.new("5ea1" * 8)
    task = Task(source, tmp_path / "part", tmp_path / "sessions", key)
    outcome = RayWorker({}).work(task, lambda _: None)
    assert (outcome.state, "its key is not sent" in outcome.reason) == (State.FAILED, True)
