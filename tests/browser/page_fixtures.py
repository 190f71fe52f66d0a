"""The service, its livekit-server and a browser, and how a family gets to its call."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from livekit_fixtures import LiveKitServer
from page_driver import (
    AXE,
    LAPTOP,
    PHONE,
    REPOSITORY,
    chromium,
    heading,
    login_of,
    write_camera_clip,
)
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from agent.dev_stack.ports import free_port
from models.clips import clips_folder
from token_service import operator

EPEDICARE = Path(sys.executable).with_name("epedicare")
PAGES = Path(os.environ.get("EPEDICARE_WEB", REPOSITORY / "web" / "dist"))
CAMERA_CLIP = "WolfgangLanger_Pexels.mp4"


@dataclass
class Service:
    url: str
    data: Path

    def sign_in_link(self) -> str:
        """In a thread: Playwright keeps an event loop in this one."""
        port = int(self.url.rsplit(":", 1)[1])
        with ThreadPoolExecutor(1) as thread:
            making = operator.sign_in_link(self.data, "127.0.0.1", port, None)
            return thread.submit(asyncio.run, making).result()


@pytest.fixture(scope="module")
def service(
    livekit_server: LiveKitServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with serving(livekit_server, tmp_path_factory.mktemp("data")) as service:
        yield service


@contextmanager
def serving(
    livekit_server: LiveKitServer, data: Path, port: int | None = None, **variables: str
) -> Iterator[Service]:
    assert (PAGES / "index.html").is_file(), "the pages are not built: run `make setup`"
    port = port or free_port()
    environment = {
        **os.environ,
        "EPEDICARE_ENV": "development",
        "EPEDICARE_DATA": str(data),
        "EPEDICARE_WEB": str(PAGES),
        "LIVEKIT_URL": livekit_server.url,
        "LIVEKIT_API_KEY": livekit_server.api_key,
        "LIVEKIT_API_SECRET": livekit_server.api_secret,
        **variables,
    }
    process = subprocess.Popen([EPEDICARE, "serve", "--port", str(port)], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield Service(f"http://127.0.0.1:{port}", data)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail("the service did not start")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    assert AXE.is_file(), "axe-core is not installed: run `make setup`"
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    return write_camera_clip(clips_folder() / CAMERA_CLIP, clip)


@pytest.fixture(scope="module")
def browser(playwright: Playwright, camera: Path) -> Iterator[Browser]:
    with chromium(playwright, camera=camera) as launched:
        yield launched


@dataclass
class Practitioner:
    page: Page
    url: str

    def post(self, path: str, **body: object) -> Any:
        answer = self.page.request.post(
            f"{self.url}/api/v1{path}", data=body, headers=login_of(self.page)
        )
        assert answer.ok, answer.text()
        return answer.json()

    def session(self, session_id: str) -> Any:
        address = f"{self.url}/api/v1/sessions/{session_id}"
        return self.page.request.get(address, headers=login_of(self.page)).json()

    def move(self, session_id: str, appointment_at: datetime) -> None:
        answer = self.page.request.patch(
            f"{self.url}/api/v1/sessions/{session_id}",
            data={"appointment_at": appointment_at.isoformat()},
            headers=login_of(self.page),
        )
        assert answer.ok, answer.text()

    def invite(self) -> tuple[str, Any]:
        session_id = self.post("/sessions")["id"]
        return session_id, self.post(f"/sessions/{session_id}/invites")

    def let_in(self, session_id: str) -> None:
        """From the session's own page, which enters the room with the family."""
        self.page.goto(f"{self.url}/practitioner/sessions/{session_id}")
        press(self.page, "Faire entrer la famille")


@pytest.fixture(scope="module")
def practitioner(browser: Browser, service: Service) -> Iterator[Practitioner]:
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR")
    page = context.new_page()
    page.goto(service.sign_in_link())
    heading(page, "Séances").wait_for()
    yield Practitioner(page, service.url)
    context.close()


@pytest.fixture
def family(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="fr-FR", permissions=["camera"])
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def create_session(page: Page) -> None:
    """From the list to its invitation, with nothing filled in."""
    press(page, "Nouvelle séance")
    press(page, "Créer et inviter")


def wait_in_line(page: Page, link: str) -> None:
    """From the link to the waiting screen, agreeing to everything."""
    page.goto(link)
    press(page, "Continuer")
    press(page, "Oui, j’accepte")
    heading(page, "Conservation des mesures").wait_for()
    press(page, "Oui, j’accepte")
    heading(page, "Utilisation des mesures pour la recherche").wait_for()
    press(page, "Oui, j’accepte")
    press(page, "Mon enfant dit oui")
    press(page, "Tout est prêt")
    heading(page, "Votre arrivée est annoncée").wait_for()


def leave_call(page: Page) -> None:
    page.get_by_role("button", name="Quitter", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Quitter l’appel").click()
    heading(page, "Vous avez quitté l’appel").wait_for()


def remember_captures(page: Page) -> None:
    page.add_init_script("""
        const devices = navigator.mediaDevices, capture = devices.getUserMedia.bind(devices);
        window.captured = [];
        devices.getUserMedia = async wanted => {
            const stream = await capture(wanted);
            window.captured.push(...stream.getTracks());
            return stream;
        };
    """)


def wait_until_nothing_is_captured(page: Page) -> None:
    page.wait_for_function(
        "captured.length > 0 && captured.every(track => track.readyState === 'ended')"
    )


def wait_until_joined(practitioner: Practitioner, session_id: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if practitioner.session(session_id)["patient"]["state"] == "joined":
            return
        time.sleep(0.2)
    pytest.fail("the family never joined the room")
