"""The compose stack: what it gives to each program, and what it opens to whom."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from agent.livekit_keys import rotate
from agent.settings import Settings
from token_service.clinic_keys import add_key
from token_service.production import shortcomings

pytestmark = pytest.mark.unit

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
OURS = ("service", "worker", "migrate", "admin")
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")
SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()}
GIVEN = {name: value or "" for name, value in dotenv_values(DEPLOY / "example.env").items()}


def filled_in(text: str) -> str:
    return VARIABLE.sub(lambda found: GIVEN[found[1]], text)


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(filled_in((DEPLOY / "compose.yaml").read_text()))
    return read


def test_the_example_names_all_that_has_to_be_filled_in() -> None:
    asked = set(VARIABLE.findall((DEPLOY / "compose.yaml").read_text()))
    assert asked <= {*GIVEN}
    assert {name for name in GIVEN if name.startswith("EPEDICARE_")} <= SETTINGS


def test_each_program_is_told_only_what_it_understands(stack: dict[str, Any]) -> None:
    for name in OURS:
        assert {*stack["services"][name]["environment"]} <= SETTINGS, name


def test_the_service_is_ready_for_production(
    stack: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the files that the document has an operator make."""
    rotate(tmp_path)
    add_key(tmp_path)
    (tmp_path / "database.url").write_text("postgresql://epedicare:secret@database/epedicare\n")
    (tmp_path / "oidc.secret").write_text("of the provider\n")
    environment = GIVEN | stack["services"]["service"]["environment"]
    for variable in SETTINGS:
        monkeypatch.delenv(variable, raising=False)
    given = {
        name: value.replace("/run/secrets", str(tmp_path))
        for name, value in environment.items()
        if name in SETTINGS and value
    }
    settings = Settings.model_validate({**given, "EPEDICARE_DATA": "/data"})  # the image's
    assert list(map(str, shortcomings(settings))) == []
    assert len(settings.livekit_keys) == 2


def test_the_secrets_that_a_program_reads_are_handed_to_it(stack: dict[str, Any]) -> None:
    for name in OURS:
        service = stack["services"][name]
        read = {
            value.removeprefix("/run/secrets/")
            for variable, value in service["environment"].items()
            if variable.endswith("_FILE")
        }
        assert read == set(service.get("secrets", ())), name
        assert read <= {*stack["secrets"]}
    worker = stack["services"]["worker"]
    assert "database" not in worker.get("networks", ["default"])


def test_only_the_proxy_and_livekit_are_open_to_the_network(stack: dict[str, Any]) -> None:
    published = {
        name: service["ports"] for name, service in stack["services"].items() if "ports" in service
    }
    assert published == {"caddy": ["80:80", "443:443"], "grafana": ["127.0.0.1:3000:3000"]}
    on_the_host = {
        name for name, service in stack["services"].items() if service.get("network_mode") == "host"
    }
    assert on_the_host == {"livekit"}


def test_nothing_of_ours_may_write_or_become_more_than_it_is(stack: dict[str, Any]) -> None:
    for name in (*OURS, "caddy", "prometheus", "grafana"):
        service = stack["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_livekit_is_configured_for_a_hospital_s_firewall(stack: dict[str, Any]) -> None:
    livekit = yaml.safe_load(stack["configs"]["livekit"]["content"])
    assert livekit["turn"]["external_tls"] and livekit["turn"]["enabled"]
    caddyfile = (DEPLOY / "caddy" / "Caddyfile").read_text()
    assert f"proxy {{$LIVEKIT_ADDRESS}}:{livekit['turn']['tls_port']}" in caddyfile
    assert f"reverse_proxy {{$LIVEKIT_ADDRESS}}:{livekit['port']}" in caddyfile
    assert livekit["rtc"]["tcp_port"]
    assert livekit["bind_addresses"] == [
        stack["services"]["caddy"]["environment"]["LIVEKIT_ADDRESS"]
    ]
    assert livekit["room"] == {"auto_create": False}
    # Else the server hands browsers the addresses of public servers.
    assert livekit["rtc"]["stun_servers"] == [f"{GIVEN['TURN_HOST']}:{livekit['turn']['udp_port']}"]


def test_images_of_others_are_of_one_version(stack: dict[str, Any]) -> None:
    for name, service in stack["services"].items():
        image = service["image"]
        assert image.startswith("localhost/") or re.search(r":v?\d", image), name


def test_the_proxy_writes_down_neither_whom_it_heard_nor_what_they_sent() -> None:
    """Of a request that failed Caddy would log the address and all headers: half of a login."""
    caddyfile = (DEPLOY / "caddy" / "Caddyfile").read_text()
    for part in ("remote_ip", "client_ip", "uri", "headers"):
        assert f"request>{part} delete\n" in caddyfile
