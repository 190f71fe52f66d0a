"""What a worker hands on to its jobs, and what it must not."""

import os
from pathlib import Path

import pytest

from agent.room.worker_settings import WorkerSettings

pytestmark = pytest.mark.unit

IDENTITIES = ("EPEDICARE_PATIENT_IDENTITY", "EPEDICARE_PRACTITIONER_IDENTITIES")


@pytest.fixture(autouse=True)
def stray_identities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name in IDENTITIES:
        os.environ[name] = "stray"


def test_a_named_dispatch_is_not_overridden_by_the_environment(tmp_path: Path) -> None:
    WorkerSettings(tmp_path, capacity=1, idle_processes=0).export()
    assert not {*IDENTITIES} & {*os.environ}


def test_an_automatic_dispatch_has_the_identities_of_its_settings(tmp_path: Path) -> None:
    WorkerSettings(
        tmp_path,
        capacity=1,
        idle_processes=0,
        automatic_dispatch=True,
        patient_identity="child",
        practitioner_identities=frozenset({"doctor", "colleague"}),
    ).export()
    assert [os.environ[name] for name in IDENTITIES] == ["child", "colleague\ndoctor"]
