"""How many patients a worker takes by itself."""

import logging
from pathlib import Path

import pytest
from compiled_models import data_with_compiled_models

from agent.perception.engines import EngineName
from agent.room import machine

pytestmark = pytest.mark.unit


def test_a_worker_takes_what_its_cores_carry(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = data_with_compiled_models(tmp_path / "data")
    with caplog.at_level(logging.INFO, machine.__name__):
        carried = machine.patients_carried(EngineName.OPENVINO, data)
    assert 1 <= carried <= 16 * machine.cores_given()
    assert f"capacity {carried}: a patient takes " in caplog.text


def test_where_nothing_can_be_measured_a_core_takes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("EPEDICARE_MODELS", str(tmp_path / "nowhere"))
    carried = machine.patients_carried(EngineName.OPENVINO, tmp_path)
    assert carried == max(1, int(machine.cores_given()))
    assert "could not be measured" in caplog.text


@pytest.mark.parametrize(
    ("limit", "cores"), [("50000 100000", 0.5), ("max 100000", None), ("", None), ("9e9 1", None)]
)
def test_a_containers_limit_counts(tmp_path: Path, limit: str, cores: float | None) -> None:
    of_the_machine = machine.cores_given(tmp_path / "none")
    (tmp_path / "cpu.max").write_text(limit)
    assert machine.cores_given(tmp_path / "cpu.max") == (cores or of_the_machine)
