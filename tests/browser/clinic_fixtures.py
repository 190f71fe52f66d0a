"""A clinic whose people sign in at the made-up provider's own pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from livekit_fixtures import LiveKitServer
from made_up_provider import running
from page_driver import LAPTOP, heading
from page_fixtures import Service, press, serving
from playwright.sync_api import Browser, Page

from agent.dev_stack.identity_provider import IdentityProvider
from agent.dev_stack.ports import free_port

WHO_ARE_YOU = "Made-up clinic: who are you?"
AT_PROVIDER = "Se connecter avec Made-up clinic"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider(f"http://127.0.0.1:{free_port()}")) as provider:
        yield provider


@pytest.fixture(scope="module")
def clinic(
    livekit_server: LiveKitServer,
    provider: IdentityProvider,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    port = int(provider.service_url.rpartition(":")[2])
    data = tmp_path_factory.mktemp("data")
    with serving(livekit_server, data, port, **provider.client_environment) as service:
        yield service


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR")
    yield context.new_page()
    context.close()


def sign_in(page: Page, address: str, person: str = "Dr Camille Moreau") -> None:
    page.goto(address)
    press(page, AT_PROVIDER)
    heading(page, WHO_ARE_YOU).wait_for()
    press(page, person)
