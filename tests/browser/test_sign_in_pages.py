"""What a sign-in is worth: to the pages of its origin everything, to a neighbour's port nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest
from livekit_fixtures import LiveKitServer
from page_driver import LAPTOP, heading, login_of
from page_fixtures import Service, create_session, serving
from playwright.sync_api import Browser, Page, expect
from tls_proxy import tls_proxy

from agent.dev_stack.ports import free_port

pytestmark = pytest.mark.browser

SESSIONS, SIGN_IN = "Séances", "Connexion professionnelle"


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR")
    page = context.new_page()
    page.goto(service.sign_in_link())
    heading(page, SESSIONS).wait_for()
    yield page
    context.close()


@contextmanager
def another_server_of_this_host(cookies: list[str]) -> Iterator[str]:
    """It writes down the cookies that browsers send it, and waits for nothing else."""

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_cookie_that_another_port_gets_opens_nothing(page: Page, service: Service) -> None:
    cookies: list[str] = []
    with another_server_of_this_host(cookies) as neighbour:
        page.goto(neighbour)
    stolen = cookies[0]
    assert "epedicare_session=" in stolen, "browsers do not tell the ports of a host apart"
    for path in ("/me", "/sessions"):
        answer = httpx2.get(f"{service.url}/api/v1{path}", headers={"Cookie": stolen})
        assert answer.status_code == 401
    page.goto(f"{service.url}/practitioner")
    heading(page, SESSIONS).wait_for()


def test_a_login_lasts_over_a_reload_and_in_another_tab_and_ends_in_both(
    page: Page, service: Service
) -> None:
    page.reload()
    heading(page, SESSIONS).wait_for()
    other = page.context.new_page()
    other.goto(f"{service.url}/practitioner")
    heading(other, SESSIONS).wait_for()
    login = login_of(page)
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{service.url}/")
    assert page.evaluate("localStorage.getItem('epedicare.login')") is None
    assert page.request.get(f"{service.url}/api/v1/me", headers=login).status == 401
    heading(other, SIGN_IN).wait_for()
    other.reload()
    heading(other, SIGN_IN).wait_for()
    other.goto(service.sign_in_link())
    heading(other, SESSIONS).wait_for()
    page.goto(f"{service.url}/practitioner")
    heading(page, SESSIONS).wait_for()


def test_behind_tls_the_address_decides_and_the_pages_work(
    browser: Browser, livekit_server: LiveKitServer, tmp_path: Path
) -> None:
    """From the proxy to the service it is plain http, and yet all is for TLS alone."""
    backend = free_port()
    with tls_proxy("clinic.localhost", backend, tmp_path) as port:
        public = f"https://clinic.localhost:{port}"
        settings = {"EPEDICARE_PUBLIC_URL": public}
        with serving(livekit_server, tmp_path / "data", backend, **settings) as service:
            secret = service.sign_in_link().partition("#sign-in=")[2]
            context = browser.new_context(locale="fr-FR", ignore_https_errors=True)
            page = context.new_page()
            page.goto(f"{public}/practitioner#sign-in={secret}")
            heading(page, SESSIONS).wait_for()

            (cookie,) = context.cookies()
            assert cookie["name"] == "__Host-epedicare_session"
            assert cookie["secure"] and cookie["httpOnly"] and cookie["path"] == "/"
            create_session(page)
            link = page.get_by_role("dialog").locator("output").first
            expect(link).to_have_text(re.compile(rf"^{re.escape(public)}/p#[\w-]{{43}}$"))
            family = browser.new_context(locale="fr-FR", ignore_https_errors=True).new_page()
            family.goto(link.inner_text())
            heading(family, "Votre invitation à une consultation vidéo").wait_for()

            elsewhere = browser.new_context(locale="fr-FR").new_page()
            elsewhere.goto(f"{service.url}/practitioner#sign-in={secret}")
            told = f"EPEDICARE_PUBLIC_URL soit {service.url}."
            expect(elsewhere.get_by_text(told)).to_be_visible()
            elsewhere.context.close()

            page.reload()
            heading(page, SESSIONS).wait_for()
            page.get_by_role("button", name="Se déconnecter").click()
            page.wait_for_url(f"{public}/")
            assert context.cookies() == []
            family.context.close()
            context.close()
