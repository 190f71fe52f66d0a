"""Sign-in at a real Keycloak, with its preset: `deploy/setup keycloak`."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from livekit_fixtures import LiveKitServer
from page_driver import REPOSITORY, heading, login_of
from page_fixtures import Service, create_session, press, serving
from playwright.sync_api import Page, expect

from agent.dev_stack.child import signal_group
from agent.dev_stack.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.keycloak, pytest.mark.timeout(600)]

PROGRAM = REPOSITORY / ".tools" / "keycloak" / "bin" / "kc.sh"
STARTS_WITHIN_S = 400
OPERATOR, REALM, CLIENT, AT_KEYCLOAK = (
    "operator",
    "clinic",
    "epedicare",
    "Se connecter avec Keycloak",
)


@dataclass(frozen=True)
class Keycloak:
    """One realm with one client, two roles and two people whose password is `password`."""

    url: str
    service_url: str
    password: str
    client_secret: str

    @property
    def issuer(self) -> str:
        return f"{self.url}/realms/{REALM}"

    def configure(self) -> None:
        self._ask("POST", "/admin/realms", json=self._realm())

    def sign_out_everywhere(self, username: str) -> None:
        (user,) = self._ask("GET", f"/admin/realms/{REALM}/users?username={username}").json()
        self._ask("POST", f"/admin/realms/{REALM}/users/{user['id']}/logout")

    def _ask(self, method: str, path: str, **content: Any) -> httpx2.Response:
        form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": OPERATOR,
            "password": self.password,
        }
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=60) as http:
            token = http.post("/realms/master/protocol/openid-connect/token", data=form)
            http.headers["Authorization"] = (
                f"Bearer {token.raise_for_status().json()['access_token']}"
            )
            return http.request(method, path, **content).raise_for_status()

    def _realm(self) -> dict[str, object]:
        back_channel = f"{self.service_url}/api/v1/sign-in/back-channel-logout"
        roles_into_userinfo = {
            "name": "roles",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-usermodel-realm-role-mapper",
            "config": {
                "claim.name": "realm_access.roles",
                "jsonType.label": "String",
                "multivalued": "true",
                "userinfo.token.claim": "true",
            },
        }
        client = {
            "clientId": CLIENT,
            "secret": self.client_secret,
            "redirectUris": [f"{self.service_url}/api/v1/sign-in/callback"],
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "backchannel.logout.url": back_channel,
                "backchannel.logout.session.required": "true",
                "post.logout.redirect.uris": f"{self.service_url}/",
            },
            "protocolMappers": [roles_into_userinfo],
        }
        return {
            "realm": REALM,
            "enabled": True,
            "roles": {"realm": [{"name": "practitioner"}, {"name": "auditor"}]},
            "clients": [client],
            "users": [
                self._person("camille", "Camille", "Moreau", "practitioner"),
                self._person("robin", "Robin", "Garnier", "auditor"),
            ],
        }

    def _person(self, username: str, first: str, last: str, role: str) -> dict[str, object]:
        return {
            "username": username,
            "enabled": True,
            "firstName": first,
            "lastName": last,
            "email": f"{username}@clinic.example",
            "emailVerified": True,
            "credentials": [{"type": "password", "value": self.password, "temporary": False}],
            "realmRoles": [role],
        }


@contextmanager
def running(keycloak: Keycloak, log: Path) -> Iterator[None]:
    port = keycloak.url.rpartition(":")[2]
    operator = {
        "KC_BOOTSTRAP_ADMIN_USERNAME": OPERATOR,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": keycloak.password,
    }
    options = [f"--http-port={port}", "--http-host=127.0.0.1", "--db=dev-mem"]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [PROGRAM, "start-dev", *options],
            env={**os.environ, **operator, "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + STARTS_WITHIN_S
            while b"Listening on" not in log.read_bytes():
                assert process.poll() is None, f"Keycloak has ended: {log}"
                assert time.monotonic() < deadline, f"Keycloak did not start: {log}"
                time.sleep(0.5)
            keycloak.configure()
            yield
        finally:
            signal_group(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    if not PROGRAM.exists():
        pytest.skip("no Keycloak; run: deploy/setup keycloak (177 MB)")
    url, service_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    keycloak = Keycloak(url, service_url, secrets.token_urlsafe(12), secrets.token_hex(32))
    with running(keycloak, tmp_path_factory.mktemp("keycloak") / "said.txt"):
        yield keycloak


@pytest.fixture(scope="module")
def clinic(
    livekit_server: LiveKitServer, keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    variables = {
        "EPEDICARE_OIDC_PRESET": "keycloak",
        "EPEDICARE_OIDC_NAME": "Keycloak",
        "EPEDICARE_OIDC_ISSUER": keycloak.issuer,
        "EPEDICARE_OIDC_CLIENT_ID": CLIENT,
        "EPEDICARE_OIDC_CLIENT_SECRET": keycloak.client_secret,
    }
    port = int(keycloak.service_url.rpartition(":")[2])
    with serving(livekit_server, tmp_path_factory.mktemp("data"), port, **variables) as service:
        yield service


def sign_in(page: Page, clinic: Service, keycloak: Keycloak, username: str) -> None:
    page.goto(f"{clinic.url}/practitioner")
    press(page, AT_KEYCLOAK)
    page.locator("#username").fill(username)
    page.locator("#password").fill(keycloak.password)
    page.locator("#kc-login").click()
    page.wait_for_url(f"{clinic.url}/**")


def test_a_practitioner_signs_in_and_makes_a_session(
    page: Page, clinic: Service, keycloak: Keycloak
) -> None:
    sign_in(page, clinic, keycloak, "camille")
    heading(page, "Séances").wait_for()
    me = page.request.get(f"{clinic.url}/api/v1/me", headers=login_of(page)).json()
    assert me["roles"] == ["practitioner"] and me["name"] == "Camille Moreau"
    create_session(page)


def test_a_role_of_the_realm_is_the_role_here(
    page: Page, clinic: Service, keycloak: Keycloak
) -> None:
    sign_in(page, clinic, keycloak, "robin")
    page.wait_for_url("**/audit*")
    me = page.request.get(f"{clinic.url}/api/v1/me", headers=login_of(page)).json()
    assert me["roles"] == ["auditor"]


def test_signing_out_here_signs_out_there(page: Page, clinic: Service, keycloak: Keycloak) -> None:
    sign_in(page, clinic, keycloak, "camille")
    heading(page, "Séances").wait_for()
    press(page, "Se déconnecter")
    page.locator("#kc-logout").click()
    page.wait_for_url(f"{clinic.url}/?state=*")
    page.goto(f"{clinic.url}/practitioner")
    press(page, AT_KEYCLOAK)
    expect(page.locator("#password")).to_be_visible()


def test_being_signed_out_there_ends_the_page_here(
    page: Page, clinic: Service, keycloak: Keycloak
) -> None:
    sign_in(page, clinic, keycloak, "camille")
    heading(page, "Séances").wait_for()
    keycloak.sign_out_everywhere("camille")
    heading(page, "Connexion professionnelle").wait_for()
    expect(page.get_by_role("alert")).to_contain_text("La connexion a pris fin")
