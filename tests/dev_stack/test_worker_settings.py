"""What a worker hands on to its jobs, and what it must not."""

import os
from functools import partial
from pathlib import Path

import pytest

from agent.perception.engines import EngineName
from agent.record.limits import KeepingLimits
from agent.room.worker_settings import WorkerSettings

pytestmark = pytest.mark.unit

LIMITS = KeepingLimits(session_mb=7, free_mb=3)
TOLD = partial(
    WorkerSettings, capacity=1, idle_processes=0, limits=LIMITS, engine=EngineName.OPENVINO
)
IDENTITIES = ("EPEDICARE_PATIENT_IDENTITY", "EPEDICARE_PRACTITIONER_IDENTITIES")


@pytest.fixture(autouse=True)
def stray_identities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name in IDENTITIES:
        os.environ[name] = "stray"


def test_a_named_dispatch_is_not_overridden_by_the_environment(tmp_path: Path) -> None:
    TOLD(tmp_path).export()
    assert not {*IDENTITIES} & {*os.environ}


def test_the_jobs_know_how_much_they_may_keep(tmp_path: Path) -> None:
    TOLD(tmp_path).export()
    assert os.environ["EPEDICARE_SESSION_QUOTA_MB"] == "7"
    assert os.environ["EPEDICARE_FREE_DISK_MB"] == "3"
    assert os.environ["EPEDICARE_ENGINE"] == "openvino"


def test_an_automatic_dispatch_has_the_identities_of_its_settings(tmp_path: Path) -> None:
    TOLD(
        tmp_path,
        automatic_dispatch=True,
        patient_identity="child",
        practitioner_identities=frozenset({"doctor", "colleague"}),
    ).export()
    assert [os.environ[name] for name in IDENTITIES] == ["child", "colleague\ndoctor"]
