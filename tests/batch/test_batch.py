"""epedicare batch with processes of this machine: what it finds, keeps, resumes and tells."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from kept_sessions import SESSION_ID, keep_live_run, kept
from made_videos import make_video, plain_picture
from started_batch import start_batch
from synthetic import film
from typer.testing import CliRunner, Result

from agent.batch.configuration import configuration_of
from agent.batch.dataset import opened_dataset
from agent.batch.local import LocalWorker
from agent.batch.outcome import Outcome, State, Task
from agent.batch.run import run_batch
from agent.batch.sources import Kind, Source, find_sources
from agent.batch.work import Analyst
from agent.commands.cli import app
from agent.errors import DatasetUnusable
from agent.offline import analyse_session, analyse_video
from agent.perception.engines import given_engine
from agent.record.session_key import SessionKey
from models.clips import TALKING_FACE, clips_folder

pytestmark = pytest.mark.unit

EVERYTHING = ("/provenance", "/registry", "/observation", "/frame", "/window", "/event", "/summary")


def epedicare_batch(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["batch", *map(str, arguments)])


def items(dataset: Path) -> dict[str, dict[str, Any]]:
    """By their source's name."""
    manifest = json.loads((dataset / "manifest.json").read_text())
    return {Path(item["source"]).name: item for item in manifest["items"]}


@dataclass
class Ran:
    sources: Path
    dataset: Path
    result: Result


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A laboratory's folder, with what lies about in one."""
    base = tmp_path_factory.mktemp("batch")
    sources, dataset = base / "visits", base / "visits" / "results"
    (sources / "2031").mkdir(parents=True)
    make_video(sources / "2031" / "grey é.MOV", plain_picture(), range(0, 400, 40))
    shutil.copy(clips_folder() / "single_face.mp4", sources / "face.mp4")
    keep_live_run(sources / "call", film(2, hz=10))
    (sources / "letter.mp4").write_text("Dear colleague\n" * 99)
    (sources / "notes.txt").write_text("no video, and not called one")
    (sources / "2031" / "._grey.mov").write_bytes(b"a system's own")
    (sources / "gone.mp4").symlink_to(base / "unplugged.mp4")
    (base / "empty").mkdir()
    result = epedicare_batch(
        *(sources, sources / "**" / "*.mp4", base / "empty", base / "nothing.mp4"),
        *("--out", dataset, "--workers", 2),
    )
    return Ran(sources, dataset, result)


def test_what_cannot_be_analysed_is_one_line_each_and_the_rest_goes_on(ran: Ran) -> None:
    base = ran.sources.parent
    assert set(ran.result.stderr.splitlines()) == {
        f"nothing to analyse: {base / 'empty'} holds no video and no session",
        f"nothing to analyse: {base / 'nothing.mp4'} is no file, no folder and no session in data",
        f"failed: {ran.sources / 'gone.mp4'}: {ran.sources / 'gone.mp4'} is gone",
        f"failed: {ran.sources / 'letter.mp4'}: letter.mp4 is no video, or its beginning or end "
        "is missing",
    }
    assert ran.result.stdout.splitlines() == [
        f"3 analysed, 0 there already: {ran.dataset}",
        f"2 failed, listed in {ran.dataset / 'manifest.json'}; run it again",
    ]
    assert ran.result.exit_code == 1


def test_the_messages_are_those_of_analyze(ran: Ran, tmp_path: Path) -> None:
    told = items(ran.dataset)
    for name, source in (("grey é.MOV", "2031/grey é.MOV"), ("face.mp4", "face.mp4")):
        session = told[name]["session"]
        analyse_video(ran.sources / source, tmp_path / session)
        made = kept(ran.dataset / "sessions" / session / "run-000.mcap", *EVERYTHING)
        assert made == kept(tmp_path / session / "run-000.mcap", *EVERYTHING)
    session = told["call"]["session"]
    analyse_session(ran.sources / "call", tmp_path / session)
    made = kept(ran.dataset / "sessions" / session / "run-000.mcap", *EVERYTHING)
    assert made == kept(tmp_path / session / "run-000.mcap", *EVERYTHING)


def test_the_manifest_names_inputs_hashes_versions_and_failures(ran: Ran) -> None:
    manifest = json.loads((ran.dataset / "manifest.json").read_text())
    told = items(ran.dataset)
    assert set(told) == {"grey é.MOV", "face.mp4", "call", "letter.mp4", "gone.mp4"}
    (configuration,) = manifest["configurations"].items()
    assert configuration[1] == configuration_of(given_engine())
    assert {"code_version", "engine", "registry_hash", "libavcodec"} <= set(configuration[1])
    for name in ("grey é.MOV", "face.mp4", "call"):
        assert told[name]["configuration"] == configuration[0]
        assert len(told[name]["source_sha256"]) == 64
    assert told["face.mp4"]["frames"] == 72
    assert told["call"]["kind"] == "session"
    assert "is no video" in told["letter.mp4"]["failed"]


def test_a_dataset_is_a_data_folder(ran: Ran, tmp_path: Path) -> None:
    session = items(ran.dataset)["face.mp4"]["session"]
    arguments = ["export", session[:6], "--to", "csv", "-o", str(tmp_path)]
    exported = CliRunner().invoke(app, [*arguments, "--data", str(ran.dataset)])
    assert exported.exit_code == 0, exported.stderr
    assert (tmp_path / "frames.csv").exists()


def test_a_second_run_does_what_failed_and_what_is_new(ran: Ran, tmp_path: Path) -> None:
    sources = shutil.copytree(ran.sources, tmp_path / "visits", symlinks=True)
    dataset = sources / "results"
    before = {path: path.stat().st_mtime_ns for path in dataset.glob("sessions/*/*")}
    (sources / "gone.mp4").unlink()
    make_video(sources / "letter.mp4", plain_picture(grey=20), range(0, 400, 40))
    again = epedicare_batch(sources, "--out", dataset, "--workers", 1)
    assert (again.exit_code, again.stderr) == (0, "")
    assert again.stdout == f"1 analysed, 3 there already: {dataset}\n"
    assert {path: path.stat().st_mtime_ns for path in before} == before
    manifest = json.loads((dataset / "manifest.json").read_text())
    told = {item["source"]: item for item in manifest["items"]}
    assert told[str(sources / "letter.mp4")]["frames"] == 10
    assert not (dataset / ".parts").exists()


def wait_for_the_middle(batch: subprocess.Popen[str], dataset: Path) -> None:
    """One is whole, the other is being written."""
    while not (
        any((dataset / "sessions").glob("*")) and any((dataset / ".parts").glob("*/*/*.mcap"))
    ):
        assert batch.poll() is None
        time.sleep(0.01)


def test_stopped_and_killed_in_the_middle_it_goes_on_from_there(tmp_path: Path) -> None:
    sources, dataset = tmp_path / "clips", tmp_path / "dataset"
    sources.mkdir()
    first = make_video(sources / "first.mp4", plain_picture(), range(0, 400, 40))
    with first.open("ab") as file:  # unused room, for the largest is taken first
        file.write(b"\x00\x20\x00\x00free" + bytes(0x200000 - 8))
    talking = Path(shutil.copy(clips_folder() / TALKING_FACE.name, sources))
    assert first.stat().st_size > talking.stat().st_size

    with start_batch(sources, "--out", dataset, "--workers", 1) as stopped:
        wait_for_the_middle(stopped, dataset)
        stopped.send_signal(signal.SIGINT)
        _, told = stopped.communicate()
    assert stopped.returncode == 130
    assert told == (
        f"stopped; what is whole is in {dataset}, and the same command goes on from there\n"
    )
    assert list(items(dataset)) == ["first.mp4"]
    assert not (dataset / ".parts").exists()

    with start_batch(sources, "--out", dataset, "--workers", 1) as killed:
        wait_for_the_middle(killed, dataset)
        below = psutil.Process(killed.pid).children(recursive=True)
        killed.kill()
    psutil.wait_procs(below)  # its workers end by themselves

    talking.unlink()
    make_video(sources / "last.mp4", plain_picture(), range(0, 400, 40))
    ended = epedicare_batch(sources, "--out", dataset, "--workers", 1)
    assert ended.stdout == f"1 analysed, 1 there already: {dataset}\n"
    assert not (dataset / ".parts").exists()


def test_a_task_whose_worker_dies_is_tried_once_more(tmp_path: Path) -> None:
    """The key of a session is asked for before each try: the worker dies there."""
    deaths, key = {"dies once": 1, "dies twice": 2}, SessionKey.new(SESSION_ID)
    for name in deaths:
        keep_live_run(tmp_path / name, film(1), lock=key.lock)

    def key_of_the_dying(source: Source) -> SessionKey:
        if deaths[source.path.name]:
            deaths[source.path.name] -= 1
            for process in psutil.Process().children():
                if "spawn_main" in " ".join(process.cmdline()):
                    process.kill()
        return key

    outcomes: dict[str, Outcome] = {}
    with opened_dataset(tmp_path / "dataset") as made:
        run_batch(
            [Source(tmp_path / name, Kind.SESSION) for name in deaths],
            made,
            [LocalWorker(configuration_of(given_engine()))],
            key_of_the_dying,
            lambda outcome: outcomes.update({outcome.source.path.name: outcome}),
            lambda *_: None,
        )
    assert outcomes["dies once"].state is State.ANALYSED
    why = "the worker died on it 2 times (killed by SIGKILL)"
    assert outcomes["dies twice"].reason == why


def test_a_worker_with_other_versions_gives_nothing(tmp_path: Path) -> None:
    wanted = {**configuration_of(given_engine()), "pyav": "1.0"}
    sources = [Source(tmp_path / f"{number}.mp4", Kind.VIDEO) for number in range(2)]
    outcomes: list[Outcome] = []
    with opened_dataset(tmp_path / "dataset") as made:
        report = run_batch(
            sources, made, [LocalWorker(wanted)], lambda _: None, outcomes.append, lambda *_: None
        )
    (trouble,) = report.troubles
    assert re.fullmatch(r"its results would be others: pyav is [\d.]+ there, 1\.0 here", trouble)
    assert [o.reason for o in outcomes] == ["no worker is left to analyse it"] * 2


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (lambda video: video.unlink(), "is gone"),
        (lambda video: video.write_bytes(b""), "was written to while it was analysed"),
    ],
    ids=["gone", "written to"],
)
def test_a_source_that_changes_in_the_middle_gives_nothing(
    what: Callable[[Path], object], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.batch.work.TELL_EVERY_S", 0.0)
    video = make_video(tmp_path / "v.mp4", plain_picture(), range(0, 400, 40))
    changes = iter([what])

    def change_it(share: float) -> None:
        for change in changes:
            change(video)

    task = Task(Source(video, Kind.VIDEO), tmp_path / "part", tmp_path / "sessions")
    outcome = Analyst(configuration_of(given_engine())).work(task, change_it)
    assert outcome.reason == f"{video} {why}"
    assert not (tmp_path / "part").exists()


def test_two_batches_do_not_write_to_one_dataset(tmp_path: Path) -> None:
    with opened_dataset(tmp_path), pytest.raises(DatasetUnusable, match="another batch"):
        opened_dataset(tmp_path).__enter__()


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 2}', '{"format": 1, "items": [3]}'])
def test_a_manifest_that_is_none_is_not_written_over(content: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DatasetUnusable, match=r"manifest.json (is no manifest|has the format 2)"):
        opened_dataset(tmp_path).__enter__()
    assert (tmp_path / "manifest.json").read_text() == content


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_costs_what_does_not_fit(small_disk: Path, tmp_path: Path) -> None:
    make_video(tmp_path / "v.mp4", plain_picture(), range(0, 400, 40))
    shutil.copy(clips_folder() / "single_face.mp4", tmp_path)
    full = epedicare_batch(tmp_path / "*.mp4", "--out", small_disk / "dataset", "--workers", 1)
    video = tmp_path / "single_face.mp4"
    assert full.stderr == f"failed: {video}: the disk is full\n"
    assert full.stdout.startswith("1 analysed, 0 there already")
    assert items(small_disk / "dataset")["v.mp4"]["frames"] == 10


def test_a_folder_that_cannot_be_written_to_is_one_line(small_disk: Path, tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", plain_picture(), range(0, 400, 40))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(DatasetUnusable, match="cannot be written to: Read-only file system"):
        opened_dataset(small_disk / "dataset").__enter__()
    with pytest.raises(DatasetUnusable, match="cannot be written to: File exists"):
        opened_dataset(video / "dataset").__enter__()


def test_sessions_are_found_by_their_id_and_by_patterns_once(tmp_path: Path) -> None:
    data, call = tmp_path / "data", tmp_path / "data" / "sessions" / SESSION_ID
    keep_live_run(call, film(1))
    (data / "empty").mkdir()
    named = (SESSION_ID[:8], str(data), str(data / "*"), str(data / "*" / "0*"))
    found = find_sources(named, data, tmp_path / "dataset")
    assert (found.sources, found.refused) == ([Source(call, Kind.SESSION)], [])


def test_what_a_batch_made_is_no_source_of_it(tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", plain_picture(), range(0, 400, 40))
    for dataset in (tmp_path, tmp_path / "results"):
        keep_live_run(dataset / "sessions" / SESSION_ID, film(1))
        named = (str(tmp_path), str(tmp_path / "*"))
        found = find_sources(named, tmp_path / "data", dataset)
        assert (found.sources, found.refused) == ([Source(video, Kind.VIDEO)], [])
        shutil.rmtree(dataset / "sessions")
