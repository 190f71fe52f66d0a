"""Alerts fire in the clinic that has the trouble; they and the dashboard ask for what there is."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from agent.http.requests_seen import Seen
from agent.room.worker_metrics import WorkerMetrics
from token_service.metrics import ServiceMetrics

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[2]
ALERTS = REPOSITORY / "deploy" / "prometheus" / "alerts.yaml"
CONFIGURATION = REPOSITORY / "deploy" / "prometheus" / "prometheus.yaml"
DASHBOARD = REPOSITORY / "deploy" / "grafana" / "dashboards" / "epedicare.json"
TRIED_OUT = Path(__file__).with_name("alerts_test.yaml")


def registries() -> list[CollectorRegistry]:
    service = ServiceMetrics()
    service.watch(list, lambda: True)
    service.request(Seen("GET", "/sessions", 200, 0.01))
    return [service.registry, WorkerMetrics(capacity=2).registry]


def exposed() -> list[str]:
    return [generate_latest(registry).decode() for registry in registries()]


def promtool(*arguments: str | Path, text: str | None = None) -> str:
    program = shutil.which("promtool", path=f"{REPOSITORY}/.tools/bin:/usr/bin")
    if program is None:
        pytest.skip("no promtool: `make setup` puts it into .tools where Debian's packages are had")
    said = subprocess.run(
        [program, *arguments], input=text, capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout + said.stderr


def test_each_alert_fires_when_it_must_and_only_then() -> None:
    promtool("test", "rules", TRIED_OUT)
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    for tried in yaml.safe_load(TRIED_OUT.read_text())["tests"]:
        named = {case["alertname"] for case in tried["alert_rule_test"]}
        assert named == {rule["alert"] for rule in rules}


def test_prometheus_takes_its_configuration() -> None:
    promtool("check", "config", CONFIGURATION)


def test_the_metrics_are_named_as_prometheus_wants_them() -> None:
    assert [promtool("check", "metrics", text=program) for program in exposed()] == ["", ""]


@pytest.mark.parametrize("asking", [ALERTS, DASHBOARD], ids=lambda path: path.stem)
def test_what_is_asked_for_is_there(asking: Path) -> None:
    there = set(re.findall(r"^(epedicare_\w+)", "".join(exposed()), re.MULTILINE))
    asked = set(re.findall(r"epedicare_\w+", asking.read_text()))
    assert asked and asked <= there, asked - there


def test_the_dashboard_has_no_panel_above_another() -> None:
    places = [panel["gridPos"] for panel in json.loads(DASHBOARD.read_text())["panels"]]
    fields = [
        (x, y)
        for at in places
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(fields) == len(set(fields))
    assert all(x < 24 for x, _ in fields)
