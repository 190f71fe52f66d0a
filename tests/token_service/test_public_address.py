"""The real service behind a proxy that ends TLS: the configured address decides, no request."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from service_fixtures import RunningService, make_settings
from test_operator import epedicare
from test_serve import serve, wait_until_up

from agent.dev_stack.ports import free_port
from agent.dev_stack.practitioner import Practitioner
from agent.public_url import PublicUrl

pytestmark = pytest.mark.unit

PUBLIC = "https://clinic.example"
PASSED_ON = {"Host": "clinic.example", "Origin": PUBLIC}
REWRITTEN = {"Host": "localhost", "Origin": PUBLIC}  # as nginx does unless it is told otherwise


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    settings = make_settings(tmp_path_factory.mktemp("clinic"), f"ws://127.0.0.1:{free_port()}")
    settings = settings.model_copy(update={"public_url": PublicUrl.parsed(PUBLIC)})
    with RunningService(settings) as running:
        yield running


def sign_in(service: RunningService, headers: dict[str, str]) -> httpx2.Response:
    secret = service.in_database(None)
    answer = service.client().post("/api/v1/sign-in", json={"secret": secret}, headers=headers)
    return answer.raise_for_status()


@pytest.mark.parametrize("headers", [PASSED_ON, REWRITTEN])
def test_the_cookie_is_for_tls_and_this_host_alone(
    clinic: RunningService, headers: dict[str, str]
) -> None:
    name, *attributes = sign_in(clinic, headers).headers["set-cookie"].split("; ")
    assert name.startswith("__Host-epedicare_session=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(attributes)
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


def test_signing_out_takes_that_very_cookie_away(clinic: RunningService) -> None:
    practitioner = clinic.practitioner()
    signed_out = practitioner.client.post("/api/v1/sign-out", json={}).raise_for_status()
    name, *attributes = signed_out.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-epedicare_session=")
    assert {"Max-Age=0", "Secure", "Path=/"} <= set(attributes)


def test_a_cookie_without_the_prefix_is_nobody_s(clinic: RunningService) -> None:
    """Whoever serves plain http on another port could have set it."""
    practitioner = clinic.practitioner()
    assert practitioner.client.get("/api/v1/me").status_code == 200
    cookie = practitioner.client.headers["Cookie"]
    practitioner.client.headers["Cookie"] = cookie.replace("__Host-", "")
    assert practitioner.client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("headers", [PASSED_ON, REWRITTEN, {}])
def test_an_invitation_leads_to_the_public_address(
    clinic: RunningService, headers: dict[str, str]
) -> None:
    practitioner = clinic.practitioner()
    practitioner.client.headers |= headers
    invite = practitioner.invite(practitioner.create())
    assert re.fullmatch(r"https://clinic\.example/p#[\w-]{43}", invite["link"])


async def test_the_stack_s_own_practitioner_signs_in_by_plain_http(clinic: RunningService) -> None:
    async with httpx2.AsyncClient(base_url=clinic.url, trust_env=False) as http:
        practitioner = Practitioner(http)
        await practitioner.sign_in(clinic.in_database(None))
        session = await practitioner.create_session(sample=False)
        assert (await practitioner.invite(session)).startswith(f"{PUBLIC}/p#")


def test_browsers_are_told_to_come_by_tls_only(
    clinic: RunningService, service: RunningService
) -> None:
    for address in ("/", "/livez", "/nothing"):
        told = clinic.client().get(address).headers["strict-transport-security"]
        assert told == "max-age=31536000"
    assert "strict-transport-security" not in service.client().get("/livez").headers


def test_a_plain_public_address_is_as_plain_as_loopback(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "ws://127.0.0.1:1")
    at_home = PublicUrl.parsed("http://clinic.internal:8080")
    with RunningService(settings.model_copy(update={"public_url": at_home})) as service:
        answer = sign_in(service, {"Origin": "http://clinic.internal:8080"})
        assert answer.headers["set-cookie"].startswith("epedicare_session=")
        assert "Secure" not in answer.headers["set-cookie"]
        assert "strict-transport-security" not in answer.headers
        practitioner = service.practitioner()
        invite = practitioner.invite(practitioner.create())
        assert invite["link"].startswith("http://clinic.internal:8080/p#")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("clinic.example", 200),
        ("Clinic.example:443", 200),
        ("127.0.0.1:5002", 200),  # monitors and LiveKit's webhook on this machine
        ("clinic.example:8443", 421),
        ("other.example", 421),
        ("clinic.example.evil.example", 421),
    ],
)
def test_which_hosts_are_answered(clinic: RunningService, host: str, status: int) -> None:
    assert clinic.client().get("/livez", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "origin",
    ["http://clinic.example", "https://clinic.example:8443", "http://localhost:5002", "null"],
)
def test_a_page_at_another_address_changes_nothing(clinic: RunningService, origin: str) -> None:
    for host in ("clinic.example", "localhost:5002"):
        answer = clinic.client().post(
            "/api/v1/sign-in", json={"secret": "x"}, headers={"Host": host, "Origin": origin}
        )
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/wrong-origin")
        assert "EPEDICARE_PUBLIC_URL is https://clinic.example" in answer.json()["detail"]


def test_a_rewritten_host_is_told_what_to_set(
    clinic: RunningService, service: RunningService
) -> None:
    refused = clinic.client().get("/livez", headers={"Host": "backend:5002"}).json()["detail"]
    assert "EPEDICARE_PUBLIC_URL is https://clinic.example" in refused
    assert "let the proxy send Host: clinic.example." in refused

    unset = "Set EPEDICARE_PUBLIC_URL to what the browser's address bar shows"
    passed_on = service.client().get("/livez", headers={"Host": "clinic.example"})
    assert passed_on.status_code == 421
    assert unset in passed_on.json()["detail"]
    rewritten = service.client().post("/api/v1/sign-in", json={"secret": "x"}, headers=REWRITTEN)
    assert rewritten.status_code == 403
    assert unset in rewritten.json()["detail"]


def test_a_public_address_without_trusted_proxies_is_said_at_the_start(
    tmp_path: Path,
) -> None:
    def said(**settings: str) -> str:
        port = free_port()
        with serve(tmp_path, port, EPEDICARE_PUBLIC_URL=PUBLIC, **settings) as served:
            wait_until_up(f"http://127.0.0.1:{port}")
            served.terminate()
            return served.communicate(timeout=60)[0]

    assert "EPEDICARE_TRUSTED_PROXIES is not" in said()
    assert "EPEDICARE_TRUSTED_PROXIES" not in said(EPEDICARE_TRUSTED_PROXIES="127.0.0.1")


def test_the_commands_print_the_public_address(
    clinic: RunningService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPEDICARE_PUBLIC_URL", f"{PUBLIC}/")
    link = epedicare(clinic, "sign-in-link", "--session", "5" * 32).stdout.strip()
    assert re.fullmatch(rf"{PUBLIC}/practitioner/sessions/5{{32}}#sign-in=[\w-]{{43}}", link)
    with serve(tmp_path, free_port(), EPEDICARE_PUBLIC_URL=PUBLIC) as served:
        assert served.stdout is not None
        printed = served.stdout.readline()
        served.kill()
    assert re.search(rf"{PUBLIC}/practitioner#sign-in=[\w-]{{43}}$", printed)
