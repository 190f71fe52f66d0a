import random
from pathlib import Path

import pytest
from kept_sessions import SESSION_ID, keep_live_run
from synthetic import Child, film

from agent.record.lasted import LATEST_MS, lasted_ms
from agent.record.run import read_runs
from agent.record.timeline import Timeline

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / SESSION_ID
    return keep_live_run(folder, film(5, lambda t: Child()))


def test_it_is_what_reading_all_of_it_tells(run: Path) -> None:
    read = Timeline(read_runs(run.parent)).duration_ms
    assert lasted_ms(run) == pytest.approx(read, abs=100)


@pytest.mark.parametrize("left", [0, 8, 100, -1, -40, -100, -1000])
def test_a_file_without_its_end_tells_nothing(run: Path, tmp_path: Path, left: int) -> None:
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(run.read_bytes()[:left])
    assert lasted_ms(cut) is None


def test_a_file_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert lasted_ms(tmp_path / "run-000.mcap") is None


def test_a_damaged_end_never_stops_anybody(run: Path, tmp_path: Path) -> None:
    whole, damaged = run.read_bytes(), tmp_path / "damaged.mcap"
    chance = random.Random(5)
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(3):
            content[-chance.randrange(1, 400)] = chance.randrange(256)
        damaged.write_bytes(content)
        told = lasted_ms(damaged)
        assert told is None or 0 <= told <= LATEST_MS
