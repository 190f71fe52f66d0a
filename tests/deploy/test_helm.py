"""The Helm chart, rendered by helm and checked against Kubernetes' own schemas.

helm is built once by `deploy/setup deployment`: three minutes that not every run is worth.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.settings import Settings

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[2]
CHART = REPOSITORY / "deploy" / "helm" / "epedicare"
TOOLS = f"{REPOSITORY}/.tools/bin:{REPOSITORY}/.tools/kubernetes-validate/bin:{os.environ['PATH']}"
NEEDED = "run: deploy/setup deployment (it builds helm, three minutes)"
SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()}
KUBERNETES = ("1.27", "1.34")
OLDEST = ("--kube-version", "1.27.0")  # a helm that Go built believes in a very old one


def tool(name: str) -> str:
    found = shutil.which(name, path=TOOLS)
    if found is None:
        pytest.skip(f"no {name}; {NEEDED}")
    return found


def helm(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([tool("helm"), *arguments], capture_output=True, text=True, timeout=120)


@cache
def rendered(*arguments: str) -> str:
    said = helm("template", "clinic", str(CHART), *OLDEST, *arguments)
    assert said.returncode == 0, said.stderr
    return said.stdout


def documents(*arguments: str) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(rendered(*arguments)) if document]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents():
        if document["kind"] in ("Deployment", "Job"):
            yield document["metadata"]["name"], document["spec"]["template"]["spec"]


def test_the_values_have_a_schema_that_refuses_what_would_be_unsafe() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert {*values} == {*schema["properties"]}
    assert re.search(schema["properties"]["publicUrl"]["pattern"], values["publicUrl"])
    assert not re.search(schema["properties"]["publicUrl"]["pattern"], "http://clinic.example")
    refused = schema["properties"]["oidc"]["propertyNames"]["not"]["const"]
    assert refused == "EPEDICARE_OIDC_CLIENT_SECRET"  # it belongs into the Secret


def test_helm_finds_nothing_wrong() -> None:
    said = helm("lint", "--strict", str(CHART), *OLDEST)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_it(tmp_path: Path, version: str) -> None:
    path = tmp_path / "clinic.yaml"
    path.write_text(rendered())
    check = [tool("kubernetes-validate"), "--strict", "--kubernetes-version", version, str(path)]
    said = subprocess.run(check, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(
    "wrong",
    ["publicUrl=http://clinic.example", "worker.capacity=0", "oidc.EPEDICARE_OIDC_CLIENT_SECRET=x"],
)
def test_unsafe_values_are_refused(wrong: str) -> None:
    said = helm("template", "clinic", str(CHART), *OLDEST, "--set", wrong)
    assert said.returncode != 0 and "don't meet the specifications" in said.stderr


def test_all_that_is_promised_is_there() -> None:
    kinds = [document["kind"] for document in documents()]
    assert kinds.count("Deployment") == kinds.count("PodDisruptionBudget") == 2
    assert kinds.count("NetworkPolicy") == 3
    assert {"HorizontalPodAutoscaler", "Job", "Ingress", "PersistentVolumeClaim"} <= set(kinds)
    assert "Secret" not in kinds


def test_each_program_is_told_only_what_it_understands() -> None:
    for name, pod in pods():
        told = {one["name"] for one in pod["containers"][0]["env"]}
        assert told <= SETTINGS, name


def test_no_pod_may_write_to_its_root_or_become_more_than_it_is() -> None:
    for name, pod in pods():
        assert pod["securityContext"]["runAsUser"] == 10001, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name


def test_a_worker_lets_its_consultations_end() -> None:
    worker = dict(pods())["clinic-worker"]
    (drain,) = re.findall(r"--drain-timeout-s (\d+)", " ".join(worker["containers"][0]["args"]))
    assert worker["terminationGracePeriodSeconds"] > int(drain)


def test_the_autoscaler_asks_for_a_metric_that_workers_show() -> None:
    from prometheus_client import generate_latest

    from agent.room.worker_metrics import WorkerMetrics

    (scaler,) = [d for d in documents() if d["kind"] == "HorizontalPodAutoscaler"]
    name = scaler["spec"]["metrics"][0]["pods"]["metric"]["name"]
    assert f"\n{name} " in generate_latest(WorkerMetrics(capacity=4).registry).decode()
