"""A practitioner shows something on a shared screen, and keeps the child in view."""

from __future__ import annotations

import pytest
from page_driver import check_screen, complaints_of
from page_fixtures import Practitioner, press, wait_in_line, wait_until_joined
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PLAYS = "video => video.videoWidth > 0 && video.currentTime > 0"
WIDTH = "video => video.getBoundingClientRect().width"


def playing(page: Page, label: str) -> Locator:
    video = page.locator(f'video[aria-label="{label}"]')
    video.wait_for()
    page.wait_for_function(PLAYS, arg=video.element_handle())
    return video


def test_what_is_shared_is_large_at_home_and_the_child_stays_large_at_work(
    practitioner: Practitioner, family: Page
) -> None:
    page = practitioner.page
    complaints = complaints_of(family)
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.let_in(session_id)
    wait_until_joined(practitioner, session_id)
    child = playing(page, "L’enfant")
    before_px = child.evaluate(WIDTH)
    press(page, "Partager l’écran")
    shown = playing(family, "L’écran partagé")
    small = playing(family, "La personne qui vous reçoit")
    assert shown.evaluate(WIDTH) > 2 * small.evaluate(WIDTH)
    expect(family.get_by_role("status").filter(has_text="vous montre son écran")).to_have_count(1)
    told = page.get_by_role("status").filter(has_text="La famille voit votre écran")
    expect(told).to_have_count(1)
    own = playing(page, "Votre écran, tel que la famille le voit")
    assert child.evaluate(WIDTH) == before_px > 3 * own.evaluate(WIDTH)
    for screen in (page, family):
        check_screen(screen)

    family.reload()
    playing(family, "L’écran partagé")
    press(page, "Arrêter de partager l’écran")
    expect(family.get_by_label("L’écran partagé")).to_have_count(0)
    playing(family, "La personne qui vous reçoit")

    press(page, "Partager l’écran")
    playing(family, "L’écran partagé")
    # As the browser's own button does, and a window that is closed.
    page.evaluate("""() => {
        const video = document.querySelector("video[aria-label^='Votre écran']");
        const [track] = video.srcObject.getVideoTracks();
        track.stop();
        track.dispatchEvent(new Event("ended"));
    }""")
    expect(family.get_by_label("L’écran partagé")).to_have_count(0)
    page.evaluate("""() => {
        navigator.mediaDevices.getDisplayMedia = async () => { throw new Error("no"); };
    }""")
    press(page, "Partager l’écran")
    expect(page.get_by_text("Rien n’est partagé.")).to_be_visible()
    assert complaints == []
    practitioner.post(f"/sessions/{session_id}/end")
