"""What a practitioner tells a family that waits, and a family that looks at something else."""

from __future__ import annotations

import pytest
from page_driver import axe_violations, check_screen, complaints_of
from page_fixtures import Practitioner, press, wait_in_line
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

HTML = "<img src=x onerror=\"document.title='broken'\"> Encore une minute"
WRITES_DOWN = """
    window.told = [];
    window.Notification = class extends window.Notification {
        constructor(title, options) {
            super(title, options);
            window.told.push(options.body);
        }
    };
"""
HIDES = """() => Object.defineProperty(
    document, "visibilityState", {configurable: true, get: () => "hidden"}
)"""
SHOWS = """() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def tell(page: Page, what: str) -> None:
    press(page, "Faire patienter")
    page.get_by_role("menuitem", name=what).click()


def test_a_family_that_waits_is_told_so_at_once_and_in_a_hidden_tab(
    practitioner: Practitioner, family: Page
) -> None:
    page = practitioner.page
    complaints = complaints_of(family)
    family.context.grant_permissions(["camera", "microphone", "notifications"])
    family.add_init_script(WRITES_DOWN)
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    page.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    tell(page, "Encore 10 minutes environ")
    ten = "Il faut attendre encore environ 10 minutes. Merci de votre patience."
    expect(family.get_by_role("status").filter(has_text=ten)).to_be_visible()
    expect(page.get_by_text(ten)).to_be_visible()
    for screen in (page, family):
        check_screen(screen)

    family.evaluate(HIDES)
    tell(page, "Une phrase à vous…")
    page.get_by_label("Pour la famille").fill(HTML)
    assert axe_violations(page) == []
    press(page, "Envoyer")
    expect(family).to_have_title("Un message de la personne qui vous reçoit – e-PediCare")
    assert family.evaluate("told") == ["Un message de la personne qui vous reçoit"]
    family.evaluate(SHOWS)
    expect(family).to_have_title("Votre arrivée est annoncée – e-PediCare")
    expect(family.get_by_text(HTML)).to_be_visible()
    check_screen(family)
    press(page, "Retirer")
    expect(family.get_by_text("Encore une minute")).to_have_count(0)

    tell(page, "Encore 5 minutes environ")
    expect(family.get_by_text("encore environ 5 minutes")).to_be_visible()
    family.evaluate(HIDES)
    press(page, "Faire entrer la famille")
    expect(family).to_have_title("On vous fait entrer – e-PediCare")
    assert family.evaluate("told")[1:] == ["On vous fait entrer"]
    family.evaluate(SHOWS)
    expect(family).to_have_title("Consultation – e-PediCare")
    assert practitioner.session(session_id)["patient"]["waiting_word"] is None
    assert complaints == []
    practitioner.post(f"/sessions/{session_id}/end")
