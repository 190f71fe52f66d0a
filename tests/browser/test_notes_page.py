"""A practitioner's notes beside the video: saved by themselves, there again, erased."""

from __future__ import annotations

import re
from typing import Any

import pytest
from page_driver import check_screen, heading, login_of
from page_fixtures import Practitioner, press, wait_in_line, wait_until_joined
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

SAVED = re.compile(r"Enregistré à \d\d:\d\d")


def note_of(practitioner: Practitioner, session_id: str) -> Any:
    address = f"{practitioner.url}/api/v1/sessions/{session_id}/notes"
    return practitioner.page.request.get(address, headers=login_of(practitioner.page)).json()[
        "mine"
    ]


def _refuse(route: Route) -> None:
    problem = {"type": "/problems/not-now", "title": "", "status": 503}
    route.fulfill(status=503, json=problem, content_type="application/problem+json")


def test_notes_are_saved_by_themselves_read_after_the_call_and_erased(
    practitioner: Practitioner, family: Page
) -> None:
    page = practitioner.page
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.let_in(session_id)
    wait_until_joined(practitioner, session_id)
    press(page, "Notes")
    mine = page.get_by_role("textbox", name="Vos notes")
    expect(mine).to_be_enabled()
    mine.fill("Regarde la porte <b>")
    expect(page.get_by_text(SAVED)).to_be_visible()
    check_screen(page)

    page.route("**/notes", _refuse)
    mine.fill("Regarde la porte, puis l’ours")
    expect(page.get_by_role("alert").filter(has_text="ne sont pas enregistrées")).to_be_visible()
    check_screen(page)
    page.unroute("**/notes")
    expect(page.get_by_text(SAVED)).to_be_visible()

    press(page, "Masquer : Notes")
    expect(mine).to_have_count(0)
    press(page, "Notes")
    expect(mine).to_have_value("Regarde la porte, puis l’ours")
    page.reload()
    press(page, "Notes")
    expect(mine).to_have_value("Regarde la porte, puis l’ours")

    kept = note_of(practitioner, session_id)
    answer = page.request.put(
        f"{practitioner.url}/api/v1/sessions/{session_id}/notes",
        data={"text": "d’une autre fenêtre", "version": kept["version"]},
        headers=login_of(page),
    )
    assert answer.ok
    mine.fill("de celle-ci")
    expect(page.get_by_text("modifiées dans une autre fenêtre")).to_be_visible()
    check_screen(page)
    press(page, "Garder ce qui est écrit ici")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert note_of(practitioner, session_id)["text"] == "de celle-ci"
    assert "de celle-ci" not in family.content()

    practitioner.post(f"/sessions/{session_id}/end")
    page.get_by_text("La séance est terminée.").wait_for()
    expect(mine).to_have_value("de celle-ci")
    check_screen(page)
    heading(family, "La consultation est terminée").wait_for()
    page.get_by_role("button", name="Effacer", exact=True).click()
    press(page, "Les effacer")
    expect(page.get_by_text("S’enregistre tout seul.")).to_be_visible()
    assert note_of(practitioner, session_id)["version"] == 0
