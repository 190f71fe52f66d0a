"""The pages around a consultation, against the real service and livekit-server, in Chromium."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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
    axe_violations,
    check_screen,
    chromium,
    complaints_of,
    heading,
    press_by_keyboard,
    write_camera_clip,
)
from playwright.sync_api import Browser, Page, Playwright, Request, expect, sync_playwright

from agent.dev_stack.ports import free_port
from models.clips import clips_folder
from token_service import operator

pytestmark = pytest.mark.browser

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
    assert (PAGES / "index.html").is_file(), "the pages are not built: run `make setup`"
    port = free_port()
    data = tmp_path_factory.mktemp("data")
    environment = {
        **os.environ,
        "EPEDICARE_ENV": "development",
        "EPEDICARE_DATA": str(data),
        "EPEDICARE_WEB": str(PAGES),
        "LIVEKIT_URL": livekit_server.url,
        "LIVEKIT_API_KEY": livekit_server.api_key,
        "LIVEKIT_API_SECRET": livekit_server.api_secret,
    }
    serving = subprocess.Popen([EPEDICARE, "serve", "--port", str(port)], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", serving)
        yield Service(f"http://127.0.0.1:{port}", data)
    finally:
        serving.terminate()
        serving.wait(timeout=10)


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

    def post(self, path: str) -> Any:
        answer = self.page.request.post(f"{self.url}/api/v1{path}", data={})
        assert answer.ok, answer.text()
        return answer.json()

    def session(self, session_id: str) -> Any:
        return self.page.request.get(f"{self.url}/api/v1/sessions/{session_id}").json()

    def invite(self) -> tuple[str, Any]:
        session_id = self.post("/sessions")["id"]
        return session_id, self.post(f"/sessions/{session_id}/invites")


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


def wait_in_line(page: Page, link: str) -> None:
    """From the link to the waiting screen, agreeing to everything."""
    page.goto(link)
    press(page, "Continuer")
    press(page, "Oui, j’accepte")
    heading(page, "Conservation des mesures").wait_for()
    press(page, "Oui, j’accepte")
    press(page, "Il est d’accord")
    press(page, "Tout est prêt")
    heading(page, "Votre praticien est prévenu").wait_for()


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


def test_the_landing_page_has_two_doors(family: Page, service: Service) -> None:
    complaints = complaints_of(family)
    family.goto(service.url)
    check_screen(family)
    family.get_by_label("Code court").fill("abcd")
    press(family, "Entrer")
    expect(family.get_by_text("Le code compte 8 caractères")).to_be_visible()
    assert complaints == []
    family.get_by_label("Code court").fill("aaaa aaaa")
    press(family, "Entrer")
    expect(family.get_by_text("n’est pas connue")).to_be_visible()
    check_screen(family)
    family.get_by_role("link", name="Se connecter").click()
    heading(family, "Connexion du praticien").wait_for()
    check_screen(family)


def _note_address(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def test_a_sign_in_link_works_once_and_leaves_no_secret_behind(
    browser: Browser, service: Service
) -> None:
    link = service.sign_in_link()
    secret = link.split("#sign-in=")[1]
    for expected in ("Séances", "Connexion du praticien"):
        context = browser.new_context(locale="fr-FR")
        page = context.new_page()
        asked: list[str] = []
        page.on("request", partial(_note_address, asked))
        page.goto(link)
        heading(page, expected).wait_for()
        assert page.url == f"{service.url}/practitioner"
        assert not any(secret in url.split("#")[0] for url in asked)
        context.close()


def test_links_opened_in_a_tab_that_shows_the_page_already_are_taken(
    browser: Browser, service: Service, practitioner: Practitioner
) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{service.url}/practitioner")
    heading(page, "Connexion du praticien").wait_for()
    page.goto(service.sign_in_link())
    heading(page, "Séances").wait_for()
    page.goto(f"{service.url}/p#unknown")
    expect(page.get_by_text("n’est pas connue")).to_be_visible()
    session_id, invite = practitioner.invite()
    page.goto(invite["link"])
    heading(page, "Votre praticien vous invite à une consultation vidéo").wait_for()
    context.close()
    practitioner.post(f"/sessions/{session_id}/end")


def test_an_address_that_is_nothing_says_so(practitioner: Practitioner) -> None:
    page = practitioner.page.context.new_page()
    for path in ("/nothing", "/practitioner/sessions/nope"):
        page.goto(practitioner.url + path)
        heading(page, "Cette page n’existe pas").wait_for()
    check_screen(page)
    page.close()


def test_the_practitioner_creates_a_session_and_invites(practitioner: Practitioner) -> None:
    page = practitioner.page
    check_screen(page)
    press(page, "Nouvelle séance")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Lien d’invitation", exact=True)).to_contain_text("/p#")
    expect(dialog.get_by_label(re.compile("^Code court"), exact=True)).to_have_text(
        re.compile(r"^\w{4} \w{4}$")
    )
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_text("La famille est invitée et n’est pas encore arrivée.")).to_be_visible()
    check_screen(page)


def test_a_used_or_unknown_invitation_says_so(
    practitioner: Practitioner, family: Page, browser: Browser
) -> None:
    _, invite = practitioner.invite()
    family.goto(invite["link"])
    heading(family, "Votre praticien vous invite à une consultation vidéo").wait_for()
    assert family.url.endswith("/p")
    family.goto("about:blank")
    family.goto(invite["link"])
    heading(family, "Votre praticien vous invite à une consultation vidéo").wait_for()
    context = browser.new_context(locale="fr-FR")
    other_device = context.new_page()
    other_device.goto(invite["link"])
    expect(other_device.get_by_text("a déjà servi")).to_be_visible()
    check_screen(other_device)
    other_device.goto("about:blank")
    other_device.goto(f"{practitioner.url}/p#unknown")
    expect(other_device.get_by_text("n’est pas connue")).to_be_visible()
    context.close()


def test_a_family_refuses_with_the_keyboard_alone(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    family.goto(practitioner.url)
    family.get_by_label("Code court").fill(invite["short_code"])
    family.keyboard.press("Enter")
    press_by_keyboard(family, "Continuer")
    heading(family, "Analyse des mouvements en direct").wait_for()
    press_by_keyboard(family, "Non, je refuse")
    press_by_keyboard(family, "Tout est prêt")
    expect(family.get_by_text("Rien ne sera analysé.")).to_be_visible()
    seen = practitioner.session(session_id)["patient"]
    assert (seen["state"], seen["analysis"], seen["keeping"]) == ("waiting", "none", False)
    practitioner.post(f"/sessions/{session_id}/deny")
    heading(family, "Votre praticien ne vous a pas fait entrer").wait_for()
    check_screen(family)


def test_each_step_reads_well_in_both_languages(practitioner: Practitioner, family: Page) -> None:
    _, invite = practitioner.invite()
    complaints = complaints_of(family)
    family.emulate_media(color_scheme="dark")
    family.goto(invite["link"])
    heading(family, "Votre praticien vous invite à une consultation vidéo").wait_for()
    check_screen(family)
    press(family, "Continuer")
    heading(family, "Analyse des mouvements en direct").wait_for()
    check_screen(family)
    press(family, "Oui, j’accepte")
    heading(family, "Conservation des mesures").wait_for()
    check_screen(family)
    press(family, "Non, je refuse")
    heading(family, "Votre enfant est d’accord ?").wait_for()
    check_screen(family)
    press(family, "Il ne peut pas répondre")
    family.get_by_label("Votre image").wait_for()
    check_screen(family)
    press(family, "Tout est prêt")
    heading(family, "Votre praticien est prévenu").wait_for()
    expect(family.get_by_text("Les mesures ne seront pas conservées.")).to_be_visible()
    check_screen(family)
    assert complaints == []


def test_a_call_from_admission_to_end(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    remember_captures(family)
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    leave = family.get_by_role("button", name="Quitter")
    leave.wait_for()
    wait_until_joined(practitioner, session_id)
    check_screen(family)

    press(family, "Mettre l’analyse en pause")
    expect(family.get_by_text("Analyse des mouvements en pause")).to_be_visible()
    assert practitioner.session(session_id)["patient"]["analysis"] == "paused"
    pause = family.get_by_role("button", name="Reprendre l’analyse")
    assert pause.bounding_box()["height"] == leave.bounding_box()["height"]  # type: ignore[index]
    pause.click()
    family.get_by_role("button", name="Mettre l’analyse en pause").wait_for()

    family.reload()
    leave.wait_for()
    wait_until_joined(practitioner, session_id)
    leave.click()
    heading(family, "Vous avez quitté l’appel").wait_for()
    wait_until_nothing_is_captured(family)
    check_screen(family)
    press(family, "Revenir dans l’appel")
    leave.wait_for()
    wait_until_joined(practitioner, session_id)

    practitioner.post(f"/sessions/{session_id}/end")
    heading(family, "La consultation est terminée").wait_for()
    wait_until_nothing_is_captured(family)
    check_screen(family)
    family.reload()
    heading(family, "La consultation est terminée").wait_for()


def test_an_unconfirmed_pause_stops_the_camera(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    family.get_by_label("Votre image").wait_for()
    wait_until_joined(practitioner, session_id)
    family.route("**/analysis", lambda route: route.abort())
    press(family, "Mettre l’analyse en pause")
    expect(family.get_by_text("Votre caméra est donc coupée")).to_be_visible(timeout=2000)
    expect(family.get_by_label("Votre image")).to_have_count(0)
    check_screen(family)
    family.unroute("**/analysis")
    expect(family.get_by_text("La pause est confirmée")).to_be_visible()
    assert practitioner.session(session_id)["patient"]["analysis"] == "paused"
    press(family, "Allumer la caméra")
    family.get_by_label("Votre image").wait_for()
    practitioner.post(f"/sessions/{session_id}/end")


def test_the_call_is_joined_again_after_livekit_restarts(
    practitioner: Practitioner, family: Page, livekit_server: LiveKitServer
) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    family.get_by_label("Votre image").wait_for()
    wait_until_joined(practitioner, session_id)
    livekit_server.kill()
    expect(family.get_by_text(re.compile("La connexion est (coupée|perdue)"))).to_be_visible()
    livekit_server.start()
    restored = family.get_by_text(re.compile("connexion est|rejoignons|Connexion à"))
    expect(restored).to_have_count(0)
    wait_until_joined(practitioner, session_id)
    practitioner.post(f"/sessions/{session_id}/end")
    heading(family, "La consultation est terminée").wait_for()


def test_a_family_without_a_camera_is_told_and_can_go_on(
    playwright: Playwright, practitioner: Practitioner
) -> None:
    _, invite = practitioner.invite()
    with chromium(playwright, camera=None) as without_devices:
        page = without_devices.new_page(locale="fr-FR")
        page.goto(invite["link"])
        press(page, "Continuer")
        press(page, "Non, je refuse")
        expect(page.get_by_text("Aucune caméra n’est branchée")).to_be_visible()
        expect(page.get_by_text("Aucun micro n’est branché")).to_be_visible()
        check_screen(page)
        press(page, "Tout est prêt")
        heading(page, "Votre praticien est prévenu").wait_for()


def test_a_practitioner_without_devices_is_told_and_can_go_on(
    playwright: Playwright, practitioner: Practitioner, service: Service, family: Page
) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    with chromium(playwright, camera=None) as without_devices:
        page = without_devices.new_page(locale="fr-FR", viewport=LAPTOP)
        page.goto(service.sign_in_link())
        heading(page, "Séances").wait_for()
        page.goto(f"{service.url}/practitioner/sessions/{session_id}")
        camera = page.get_by_role("note").filter(has_text="Aucune caméra n’est branchée")
        expect(camera.get_by_role("button", name="Réessayer")).to_be_visible()
        for name in ("Allumer la caméra", "Ouvrir le micro"):
            expect(page.get_by_role("button", name=name)).to_be_visible()
        check_screen(page)
        camera.get_by_role("button", name="Continuer sans").click()
        expect(camera).to_have_count(0)
        expect(page.get_by_text("Aucun micro n’est branché")).to_be_visible()
        press(page, "Allumer la caméra")
        expect(camera).to_be_visible()
    practitioner.post(f"/sessions/{session_id}/end")
