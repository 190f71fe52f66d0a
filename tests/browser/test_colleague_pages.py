"""A colleague comes by a link, is let in, observes, and is put out; the family is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from page_driver import LAPTOP, check_screen, heading
from page_fixtures import Practitioner, Service, press, wait_in_line, wait_until_joined
from playwright.sync_api import Browser, Page, expect

from agent.contract import AccountRole
from token_service.accounts import account_of, code_of
from token_service.database import open_database
from token_service.oidc.claims import Identity
from token_service.secret_values import new_id
from token_service.sign_in import COOKIE, OpenedLogin, open_login

pytestmark = pytest.mark.browser

WITHIN_MS = 20_000  # a busy machine; states are waited for, never seconds


async def _sign_in(service: Service) -> tuple[OpenedLogin, str]:
    async with open_database(service.data) as database, database.begin() as db:
        identity = Identity(new_id(), None, (AccountRole.PRACTITIONER,), None)
        account = await account_of(db, "https://login.clinic.example", identity)
        return await open_login(db, account.id), code_of(account.id)


@pytest.fixture
def colleague(browser: Browser, service: Service) -> Iterator[tuple[Page, str]]:
    """Another practitioner's page, and the code of their account."""
    with ThreadPoolExecutor(1) as thread:  # Playwright keeps an event loop in this one
        opened, code = thread.submit(asyncio.run, _sign_in(service)).result()
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR")
    cookie = {"name": COOKIE, "value": opened.cookie, "url": service.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    context.add_init_script(f"localStorage.setItem('epedicare.login', '{opened.key}')")
    yield context.new_page(), code
    context.close()


def test_a_colleague_observes_by_a_link_and_the_family_is_told(
    practitioner: Practitioner, family: Page, colleague: tuple[Page, str]
) -> None:
    page, (theirs, code) = practitioner.page, colleague
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    page.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    press(page, "Faire entrer la famille")
    wait_until_joined(practitioner, session_id)

    page.get_by_role("button", name="Collègues", exact=True).click()
    page.get_by_role("button", name="Créer un lien").click()
    link = page.get_by_role("status", name="Pour une personne").inner_text()
    theirs.goto(link)
    heading(theirs, "Vous attendez d’entrer").wait_for(timeout=WITHIN_MS)
    assert "join=" not in theirs.url

    expect(page.get_by_text(code)).to_be_visible(timeout=WITHIN_MS)
    page.get_by_role("button", name="Faire entrer", exact=True).click()
    expect(theirs.get_by_text("Vous observez")).to_be_visible(timeout=WITHIN_MS)
    expect(theirs.get_by_role("button", name="Couper le micro")).to_have_count(0)
    expect(theirs.get_by_role("button", name="Terminer la séance")).to_have_count(0)
    expect(family.get_by_text("2 professionnels sont présents.")).to_be_visible(timeout=WITHIN_MS)
    expect(family.get_by_text("L’un d’eux ne fait que regarder")).to_be_visible()
    theirs.wait_for_function(
        "() => [...document.querySelectorAll('video')].some(v => v.videoWidth && v.currentTime)",
        timeout=WITHIN_MS,
    )
    check_screen(theirs)

    page.get_by_role("button", name="Faire sortir", exact=True).click()
    heading(theirs, "Séance indisponible").wait_for(timeout=WITHIN_MS)
    expect(family.get_by_text("2 professionnels sont présents.")).to_have_count(
        0, timeout=WITHIN_MS
    )
    page.keyboard.press("Escape")
    practitioner.post(f"/sessions/{session_id}/end")
