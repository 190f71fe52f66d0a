"""Sign-in at the provider's own pages, in a real browser, and what is told when it fails."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from clinic_fixtures import AT_PROVIDER, WHO_ARE_YOU, sign_in
from page_driver import LAPTOP, axe_violations, check_screen, heading, login_of
from page_fixtures import Service, create_session, press
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from agent.dev_stack.identity_provider import IdentityProvider
from token_service.database import Database, utc_now
from token_service.database_address import embedded_in
from token_service.models import Login

pytestmark = [pytest.mark.browser, pytest.mark.provider]

SESSIONS, SIGN_IN = "Séances", "Connexion professionnelle"
# RFC 7515, section 7.1: a header that begins with '{"', a payload, a signature. Shorter parts of it
# stand in random codes, too.
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


def test_a_practitioner_signs_in_where_they_were_going(
    browser: Browser, page: Page, clinic: Service
) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    assert page.url == f"{clinic.url}/practitioner", "the key is gone from the address"
    (login,) = [one for one in page.context.cookies() if one["name"] == "epedicare_session"]
    assert login["httpOnly"] and login["sameSite"] == "Strict"
    create_session(page)
    press(page, "Ouvrir la séance")
    page.wait_for_url("**/practitioner/sessions/*")
    session = page.url
    page.reload()
    other = browser.new_context(viewport=LAPTOP, locale="fr-FR").new_page()
    sign_in(other, session)
    other.wait_for_url(session)
    expect(other.get_by_role("heading", name=SIGN_IN)).to_have_count(0)
    other.context.close()


def test_the_providers_tokens_never_reach_the_browser(page: Page, clinic: Service) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("response", lambda response: seen.append(str(response.all_headers())))
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    cookies = [
        one["value"] for one in page.context.cookies(clinic.url) if "epedicare" in one["name"]
    ]
    assert not any(TOKEN.search(text) for text in [*seen, stored, *cookies])


def test_signing_out_here_goes_on_to_the_provider_and_comes_back(
    page: Page, clinic: Service
) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    press(page, "Se déconnecter")
    press(page, "Yes, sign me out")
    page.wait_for_url(f"{clinic.url}/?state=*")
    page.goto(f"{clinic.url}/practitioner")
    press(page, AT_PROVIDER)
    heading(page, WHO_ARE_YOU).wait_for()


def test_signing_out_at_the_provider_ends_every_page(
    page: Page, clinic: Service, provider: IdentityProvider
) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    session = page.context.new_page()
    session.goto(f"{clinic.url}/practitioner")
    create_session(session)
    press(session, "Ouvrir la séance")
    session.wait_for_url("**/practitioner/sessions/*")
    session.get_by_role("heading").first.wait_for()
    there = page.context.new_page()
    there.goto(f"{provider.issuer}/session/end")
    press(there, "Yes, sign me out")
    for open_page in (page, session):
        heading(open_page, SIGN_IN).wait_for()
        expect(open_page.get_by_role("alert")).to_contain_text("La connexion a pris fin")
    press(session, AT_PROVIDER)
    heading(session, WHO_ARE_YOU).wait_for()


def logins_end(clinic: Service, **ends: timedelta) -> None:
    """All of them, so long from now. In a thread: Playwright keeps an event loop in this one."""

    async def change() -> None:
        database = Database(embedded_in(clinic.data))
        async with database.begin() as db:
            moments = {name: utc_now() + left for name, left in ends.items()}
            await db.execute(update(Login).values(moments))
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, change()).result()


def test_whoever_does_nothing_is_warned_and_may_stay(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    logins_end(clinic, idle_at=timedelta(seconds=90))
    page.reload()
    dialog = page.get_by_role("dialog", name="Êtes-vous toujours là")
    dialog.wait_for()
    assert axe_violations(page) == []
    press(page, "Garder la connexion")
    expect(dialog).to_have_count(0)
    page.reload()
    heading(page, SESSIONS).wait_for()
    login = page.request.get(f"{clinic.url}/api/v1/me/login", headers=login_of(page)).json()
    assert login["idle_in_s"] > 29 * 60


def test_every_press_is_a_touch(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    with page.expect_response("**/api/v1/me/active") as told:
        press(page, "Nouvelle séance")
    assert told.value.json()["idle_in_s"] > 29 * 60


def test_whoever_goes_on_doing_nothing_is_signed_out(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    logins_end(clinic, idle_at=timedelta(seconds=3))
    page.reload()
    heading(page, SIGN_IN).wait_for()
    expect(page.get_by_role("alert")).to_contain_text("La connexion a pris fin")


def test_an_old_sign_in_is_renewed_where_one_was(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    logins_end(clinic, expires_at=timedelta(seconds=90))
    page.reload()
    page.get_by_role("dialog", name="Votre connexion va prendre fin").wait_for()
    press(page, "Se connecter de nouveau")
    page.wait_for_url(f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    login = page.request.get(f"{clinic.url}/api/v1/me/login", headers=login_of(page)).json()
    assert login["ends_in_s"] > 11 * 3600


def test_whoever_cancels_is_told_what_to_do(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner", "Cancel")
    told = page.get_by_role("alert")
    expect(told).to_have_text(
        "La connexion a été annulée. Pour continuer, connectez-vous de nouveau."
    )
    assert page.url == f"{clinic.url}/practitioner"
    check_screen(page)
    press(page, AT_PROVIDER)
    heading(page, WHO_ARE_YOU).wait_for()


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("sign-in-start-again", "Connectez-vous de nouveau."),
        ("sign-in-provider-away", "Attendez une minute"),
        ("sign-in-provider-refused", "Prévenez votre service informatique"),
        ("sign-in-not-trusted", "n’a pas pu être vérifiée"),
        ("sign-in-no-identity", "n’a pas dit qui vous êtes"),
        ("sign-in-failed-here", "n’a pas pu aboutir ici"),
        ("sign-in-whatever", "Cela n’a pas fonctionné"),
    ],
)
def test_each_failure_has_its_sentence(
    page: Page, clinic: Service, fragment: str, told: str
) -> None:
    page.goto(f"{clinic.url}/practitioner#{fragment}")
    expect(page.get_by_role("alert")).to_contain_text(told)


def test_an_old_answer_of_the_provider_ends_on_a_page(page: Page, clinic: Service) -> None:
    page.goto(f"{clinic.url}/api/v1/sign-in/callback?code=a&state=b")
    heading(page, SIGN_IN).wait_for()
    expect(page.get_by_role("alert")).to_contain_text("trop ancienne")


def test_a_link_with_somebody_elses_key_signs_nobody_out(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner")
    heading(page, SESSIONS).wait_for()
    page.goto("about:blank")
    page.goto(f"{clinic.url}/practitioner#signed-in={'x' * 43}")
    heading(page, SESSIONS).wait_for()
