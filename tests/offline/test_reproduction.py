"""A log gives the same values again, or each difference is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf.message import Message
from kept_sessions import keep_live_run
from log_helpers import keep
from synthetic import Child, film
from typer.testing import CliRunner

from agent.commands.cli import app
from agent.measures.registry import REGISTRY
from agent.observation import Mark
from agent.offline.reproduction import reproduce
from agent.record import LogReader
from agent.record.channels import ID_OF_TOPIC
from agent.record.file import LogFile
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit

YAW = REGISTRY.index_of_measure("head_yaw")


def blinking(t: float) -> Child | None:
    blink = 0.9 if t % 2 < 0.15 else 0.1
    return Child(blink=(blink, blink)) if t < 4 else None


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    keep_live_run(folder, film(5, child=blinking, commands={30: (Mark("name"),)}), run=1)
    keep_live_run(folder, film(1), run=2, start_unix_us=1_800_000_030_000_000)
    return folder


def test_what_was_sent_comes_out_again(kept: Path) -> None:
    found = reproduce(kept)
    assert found.differences == {} and found.versions == {} and found.notes == ()
    assert found.compared > 180


@pytest.mark.parametrize("last", ["/observation", "/frame", "/window"])
def test_a_log_that_was_cut_off_is_compared_as_far_as_it_goes(tmp_path: Path, last: str) -> None:
    """Wherever the killed agent was in writing what an observation gives."""
    whole = keep_live_run(tmp_path / "whole", film(12, child=blinking))
    entries = list(LogReader(whole).entries())
    end = max(place for place, entry in enumerate(entries) if entry.topic == last)
    file = LogFile(tmp_path / "cut")
    for entry in entries[: end + 1]:
        file.append(ID_OF_TOPIC[entry.topic], entry.t_ms, entry.published_ns, entry.data)
    file.sync()
    file.close()
    found = reproduce(tmp_path / "cut")
    assert found.compared > 100
    assert not found.differences


def spoilt(kept: Path, folder: Path, change: Callable[[Message], Message | None]) -> Path:
    """The first run's messages, checksums right, each as `change` makes it or without it."""
    file = LogFile(folder)
    for entry in LogReader(kept / "run-000.mcap").entries():
        changed = change(entry.message())
        if changed is not None:
            keep(file, changed, entry.t_ms)
    file.finish()
    file.sync()
    file.close()
    return folder


def test_one_changed_value_is_named_with_its_time(kept: Path, tmp_path: Path) -> None:
    def change(message: Message) -> Message:
        if isinstance(message, pb.FrameResult) and message.t_ms == 3000:
            message.values[[v.measure for v in message.values].index(YAW)].value = 12.5
        return message

    (difference,) = reproduce(spoilt(kept, tmp_path, change)).differences.values()
    assert (difference.what, difference.first_ms, difference.count) == ("head_yaw", 3000, 1)
    assert difference.logged.startswith("12.5 deg")


def test_a_lost_event_is_named(kept: Path, tmp_path: Path) -> None:
    def change(message: Message) -> Message | None:
        return None if isinstance(message, pb.Event) and message.id == 2 else message

    found = reproduce(spoilt(kept, tmp_path, change))
    (difference,) = found.differences.values()
    assert (difference.what, difference.logged, difference.again) == ("events", "missing", "there")


def test_a_measure_of_another_version_is_said(tmp_path: Path) -> None:
    registry = pb.Registry()
    registry.CopyFrom(encode_registry())
    registry.measures[YAW].algorithm_version += 1
    keep_live_run(tmp_path, film(2), registry=registry)
    version = REGISTRY.measures[YAW].algorithm_version
    assert reproduce(tmp_path).versions == {"head_yaw": (version + 1, version)}


def test_the_command_ends_with_1_where_something_differs(kept: Path, tmp_path: Path) -> None:
    def change(message: Message) -> Message:
        if isinstance(message, pb.WindowResult) and message.window_ms == 10_000:
            message.values[YAW].value += 1
        return message

    data = ["--data", str(tmp_path / "data")]
    told = CliRunner().invoke(app, ["reproduce", str(kept), *data])
    assert told.exit_code == 0 and "identical: " in told.output
    other = spoilt(kept, tmp_path / "other", change)
    told = CliRunner().invoke(app, ["reproduce", str(other), *data])
    assert told.exit_code == 1
    assert " differ in run-000.mcap, the first at 1.000 s" in told.output
