"""The researcher's page of a kept session, served by the real command, in Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_sessions import SESSION_ID, keep_live_run
from page_driver import (
    PHONE,
    REPOSITORY,
    check_screen,
    chromium,
    complaints_of,
    overflows,
    switch_language,
)
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright
from synthetic import Child, film

pytestmark = pytest.mark.browser

EPEDICARE = Path(sys.executable).with_name("epedicare")
PAGES = REPOSITORY / "web" / "dist"
DESKTOPS: list[ViewportSize] = [{"width": 1440, "height": 900}, {"width": 1280, "height": 800}]
ON_ITS_SIDE: ViewportSize = {"width": 844, "height": 390}
NARROW: list[ViewportSize] = [
    {"width": 1024, "height": 768},
    PHONE,
    {"width": 320, "height": 640},
    ON_ITS_SIDE,
]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of a child who turns away at the end."""
    folder = tmp_path_factory.mktemp("data") / "sessions" / SESSION_ID
    keep_live_run(folder, film(10, lambda t: Child(yaw=50 if t > 8 else 0)))
    return folder


@pytest.fixture
def replay(session: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setenv("EPEDICARE_WEB", str(PAGES))
    serving = subprocess.Popen(
        [EPEDICARE, "replay", session, "--no-open"], stdout=subprocess.PIPE, text=True
    )
    assert serving.stdout is not None
    try:
        link = next(
            found[0] for line in serving.stdout if (found := re.search(r"http://\S+", line))
        )
        with sync_playwright() as playwright, chromium(playwright, camera=None) as browser:
            page = browser.new_page(locale="fr-FR", viewport=DESKTOPS[0])
            complaints = complaints_of(page)
            page.goto(link)
            page.get_by_role("heading", level=1, name="Relecture").wait_for()
            yield page
            assert complaints == []
    finally:
        serving.terminate()
        serving.wait(timeout=10)


def test_it_fits_its_window_and_reads_well(replay: Page) -> None:
    values = replay.get_by_role("region", name="Au curseur,")
    expect(values.get_by_role("table")).not_to_have_count(0)
    expect(values).to_contain_text("SW/s : largeurs d’épaules par seconde")
    for size in (*DESKTOPS, *NARROW):
        replay.set_viewport_size(size)
        replay.wait_for_timeout(300)  # for the charts to take their new width
        if size in DESKTOPS:
            assert document_height(replay) == size["height"]
        assert document_height(replay) == content_height(replay)
        assert not overflows(replay)
    footer = replay.locator("footer").bounding_box()
    assert footer is not None and footer["height"] <= ON_ITS_SIDE["height"] / 3
    check_screen(replay)
    replay.set_viewport_size(DESKTOPS[0])
    check_screen(replay)


def test_it_opens_where_there_are_results(replay: Page) -> None:
    values = replay.get_by_role("region", name="Au curseur,")
    expect(values.locator("tbody [data-quality=good]")).not_to_have_count(0)
    for _ in range(2):  # to the very beginning
        replay.keyboard.press("Shift+ArrowLeft")
    expect(values.get_by_role("cell", name="Pas encore")).not_to_have_count(0)
    expect(values.get_by_role("row", name="Visages visibles")).to_contain_text("image")
    expect(values.get_by_role("row", name="Visages visibles")).to_contain_text("expérimental")
    blinks = values.get_by_role("row", name="Clignements par minute")
    expect(blinks).not_to_contain_text("expérimental")
    expect(values).not_to_contain_text("Pas de valeur")


def test_it_goes_on_in_the_other_language(replay: Page) -> None:
    switch_language(replay, "en")
    values = replay.get_by_role("region", name="At the cursor,")
    before = values.get_by_role("heading").inner_text()
    replay.keyboard.press("Shift+ArrowRight")
    expect(values.get_by_role("heading")).not_to_have_text(before)


def test_the_toolbar_is_walked_by_arrows_which_step_through_the_recording_elsewhere(
    replay: Page,
) -> None:
    cursor = replay.get_by_role("region", name="Au curseur,").get_by_role("heading")
    toolbar = replay.get_by_role("toolbar")
    play, back = toolbar.get_by_role("button").nth(0), toolbar.get_by_role("button").nth(1)
    first = cursor.inner_text()
    play.focus()
    replay.keyboard.press("ArrowRight")
    expect(back).to_be_focused()
    expect(cursor).to_have_text(first)
    back.click()
    expect(cursor).not_to_have_text(first)
    stepped_back = cursor.inner_text()
    replay.keyboard.press("ArrowRight")
    expect(cursor).not_to_have_text(stepped_back)
    expect(back).to_be_focused()


def test_what_still_loads_is_not_called_unmeasured(replay: Page) -> None:
    replay.route("**/messages*topic=frame*", lambda _: None)  # never answered
    replay.reload()
    values = replay.get_by_role("region", name="Au curseur,")
    expect(values.get_by_role("cell", name="chargement…")).not_to_have_count(0)
    expect(values.locator("[data-quality]")).to_have_count(3)  # the legend's
    expect(replay.get_by_role("main")).not_to_contain_text("Rien n’a")


def test_a_value_is_copied_with_its_validity(replay: Page) -> None:
    replay.context.grant_permissions(["clipboard-read", "clipboard-write"])
    values = replay.get_by_role("region", name="Au curseur,")
    values.get_by_role("button", name="Copier : Visages visibles").click()
    expect(values.get_by_role("status")).to_contain_text("image")
    assert re.search(r"Visages visibles.*image", replay.evaluate("navigator.clipboard.readText()"))


def test_each_value_of_the_table_has_its_quality(replay: Page) -> None:
    replay.get_by_role("button", name="En tableau").click()
    cells = replay.get_by_role("dialog").get_by_role("cell").filter(has_text="°")
    expect(cells).not_to_have_count(0)
    expect(cells.locator("[data-quality]")).to_have_count(cells.count())


def document_height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def content_height(page: Page) -> int:
    return int(page.evaluate("Math.ceil(document.getElementById('root').scrollHeight)"))
