"""Browsers that translate, forbid storage, run no scripts or are old: no page is ever white."""

from __future__ import annotations

import pytest
from page_driver import PHONE, heading
from page_fixtures import (
    Practitioner,
    Service,
    create_session,
    leave_call,
    press,
    remember_captures,
    wait_in_line,
    wait_until_joined,
)
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser


# As translators in browsers do: every text, now and later, goes into elements of their own.
TRANSLATES = """
    const wrap = text => {
        const parent = text.parentElement;
        if (!text.data.trim() || !parent || parent.closest("font, script, style, [translate=no]"))
            return;
        const outer = document.createElement("font"), inner = document.createElement("font");
        text.replaceWith(outer);
        outer.append(inner);
        inner.append(text);
        window.translated = (window.translated ?? 0) + 1;
    };
    const wrapAll = root => {
        if (root.nodeType === Node.TEXT_NODE) return wrap(root);
        const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const found = [];
        while (texts.nextNode()) found.push(texts.currentNode);
        found.forEach(wrap);
    };
    new MutationObserver(changes => {
        for (const change of changes) change.addedNodes.forEach(wrapAll);
    }).observe(document, {childList: true, subtree: true});
"""

# What came to Safari after 15.4.
SAFARI_15 = """
    for (const [owner, names] of [
        [AbortSignal, ["any", "timeout"]],
        [Array, ["fromAsync"]],
        [Array.prototype, ["toSorted", "toReversed", "toSpliced", "with"]],
        [Element.prototype, ["checkVisibility"]],
        [Map, ["groupBy"]], [Object, ["groupBy"]],
        [Promise, ["try", "withResolvers"]],
        [ReadableStream.prototype, [Symbol.asyncIterator, "values"]],
        [Set.prototype, ["union", "intersection", "difference", "isSubsetOf"]],
        [String.prototype, ["isWellFormed", "toWellFormed"]],
        [URL, ["canParse", "parse"]],
        [window, ["requestIdleCallback", "OffscreenCanvas", "RTCRtpScriptTransform"]],
    ]) for (const name of names) delete owner[name];
"""

STORAGE_THROWS = """
    for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, {
            get() { throw new DOMException("The operation is insecure.", "SecurityError"); }
        });
"""
STORAGE_IS_NULL = """
    for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, {value: null});
"""


@pytest.mark.parametrize(
    "browser_is",
    [TRANSLATES, SAFARI_15, STORAGE_THROWS, STORAGE_IS_NULL],
    ids=["translating", "of 2022", "storage throws", "storage is null"],
)
def test_a_family_comes_in_leaves_and_ends(
    practitioner: Practitioner, family: Page, browser_is: str
) -> None:
    session_id, invite = practitioner.invite()
    faults = faults_of(family)
    family.add_init_script(browser_is)
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    leave_and_come_back(practitioner, family, session_id)
    practitioner.post(f"/sessions/{session_id}/end")
    heading(family, "La consultation est terminée").wait_for()
    assert faults == []
    if browser_is is TRANSLATES:
        assert family.evaluate("translated") > 50


def faults_of(page: Page) -> list[str]:
    """What the page throws; that the service answers 410 after the end is none."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def leave_and_come_back(practitioner: Practitioner, family: Page, session_id: str) -> None:
    wait_until_joined(practitioner, session_id)
    press(family, "Mettre l’analyse en pause")
    press(family, "Reprendre l’analyse")
    press(family, "Couper la caméra")
    press(family, "Allumer la caméra")
    press(family, "Mes choix")
    press(family, "Enregistrer")
    expect(family.get_by_role("dialog")).to_have_count(0)
    leave_call(family)
    press(family, "Revenir dans l’appel")
    wait_until_joined(practitioner, session_id)


@pytest.mark.parametrize(
    "browser_is",
    [TRANSLATES, SAFARI_15, STORAGE_THROWS, STORAGE_IS_NULL],
    ids=["translating", "of 2022", "storage throws", "storage is null"],
)
def test_a_practitioner_invites_admits_and_ends(
    browser: Browser, service: Service, family: Page, browser_is: str
) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults = faults_of(page)
    page.add_init_script(browser_is)
    page.goto(service.sign_in_link())
    create_session(page)
    link = page.get_by_label("Lien d’invitation", exact=True).inner_text()
    page.get_by_role("button", name="Ouvrir la séance").click()
    wait_in_line(family, link)
    press(page, "Faire entrer la famille")
    expect(page.get_by_label("L’enfant", exact=True)).to_be_visible()
    press(page, "Terminer")
    page.get_by_role("dialog").get_by_role("button", name="Terminer la séance").click()
    expect(page.get_by_text("La séance est terminée.")).to_be_visible()
    assert faults == []
    context.close()


def _answers_nonsense(route: Route) -> None:
    route.fulfill(json={"version": "1", "language": "fr"})


def test_a_step_that_cannot_be_drawn_says_so_and_can_be_loaded_again(
    practitioner: Practitioner, family: Page
) -> None:
    _, invite = practitioner.invite()
    family.route("**/consent-text*", _answers_nonsense)
    family.goto(invite["link"])
    press(family, "Continuer")
    heading(family, "Cette page n’a pas pu s’afficher").wait_for()
    family.unroute("**/consent-text*")
    press(family, "Recharger la page")
    heading(family, "Analyse des mouvements en direct").wait_for()


def test_a_part_that_cannot_be_drawn_keeps_the_call(
    practitioner: Practitioner, family: Page
) -> None:
    session_id, invite = practitioner.invite()
    remember_captures(family)
    wait_in_line(family, invite["link"])
    practitioner.let_in(session_id)
    wait_until_joined(practitioner, session_id)
    expect(family.locator("audio")).to_have_count(1)
    family.route("**/consent-text*", _answers_nonsense)
    press(family, "Mes choix")
    expect(family.get_by_text("Une partie de cette page n’a pas pu s’afficher")).to_be_visible()
    expect(family.get_by_label("Votre image", exact=True)).to_be_visible()
    expect(family.locator("audio")).to_have_count(1)
    assert family.evaluate("captured.some(track => track.readyState === 'live')")
    assert practitioner.session(session_id)["patient"]["state"] == "joined"
    practitioner.post(f"/sessions/{session_id}/end")


def test_a_browser_that_cannot_read_the_pages_is_told(browser: Browser, service: Service) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.route("**/assets/*.js", lambda route: route.fulfill(body="class { static { } ]"))
    page.goto(service.url)
    for words in ("Safari 15.4 (iOS 15.4), Chrome ou Edge 98", "your browser may be too old"):
        expect(page.get_by_text(words)).to_be_visible()
    context.close()


def test_a_browser_without_scripts_is_told(browser: Browser, service: Service) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(service.url)
    french, english = page.locator("noscript p").all()
    expect(french).to_be_visible()
    expect(french).to_contain_text("Cette page a besoin de JavaScript")
    expect(english).to_contain_text("This page needs JavaScript")
    context.close()
