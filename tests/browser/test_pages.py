"""The pages around a consultation, against the real service and livekit-server, in Chromium."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime
from functools import partial

import pytest
from kept_sessions import keep_live_run
from livekit_fixtures import LiveKitServer
from page_driver import (
    LAPTOP,
    PHONE,
    axe_violations,
    check_screen,
    chromium,
    complaints_of,
    heading,
    press_by_keyboard,
    switch_language,
)
from page_fixtures import (
    Practitioner,
    Service,
    create_session,
    leave_call,
    press,
    remember_captures,
    wait_in_line,
    wait_until_joined,
    wait_until_nothing_is_captured,
)
from playwright.sync_api import Browser, Page, Playwright, Request, Route, expect
from synthetic import film

from token_service.session_list import PAGE

pytestmark = pytest.mark.browser


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
    heading(family, "Connexion professionnelle").wait_for()
    check_screen(family)


def _note_address(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def test_a_sign_in_link_works_once_and_leaves_no_secret_behind(
    browser: Browser, service: Service
) -> None:
    link = service.sign_in_link()
    secret = link.split("#sign-in=")[1]
    for expected in ("Séances", "Connexion professionnelle"):
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
    heading(page, "Connexion professionnelle").wait_for()
    page.goto(service.sign_in_link())
    heading(page, "Séances").wait_for()
    page.goto(f"{service.url}/p#unknown")
    expect(page.get_by_text("n’est pas connue")).to_be_visible()
    session_id, invite = practitioner.invite()
    page.goto(invite["link"])
    heading(page, "Votre invitation à une consultation vidéo").wait_for()
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
    dialog.get_by_role("combobox", name="Code du patient").wait_for()
    assert axe_violations(page) == []
    press(page, "Créer et inviter")
    expect(dialog.get_by_label("Lien d’invitation", exact=True)).to_contain_text("/p#")
    expect(dialog.get_by_label(re.compile("^Code court"), exact=True)).to_have_text(
        re.compile(r"^\w{4} \w{4}$")
    )
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_text("La famille est invitée et n’est pas encore arrivée.")).to_be_visible()
    check_screen(page)


def test_a_session_gets_a_label_and_is_deleted_after_asking(practitioner: Practitioner) -> None:
    page = practitioner.page
    session_id, _ = practitioner.invite()
    short_id = practitioner.session(session_id)["short_id"]
    page.goto(f"{practitioner.url}/practitioner")
    press(page, f"Modifier, annuler ou supprimer la séance {short_id}")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Libellé privé").fill("  premier entretien ")
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("premier entretien")).to_be_visible()
    assert practitioner.session(session_id)["label"] == "premier entretien"
    check_screen(page)
    press(page, f"Modifier, annuler ou supprimer la séance {short_id}")
    dialog.get_by_role("button", name="Supprimer la séance").click()
    expect(dialog.get_by_text("sans retour possible")).to_be_visible()
    assert axe_violations(page) == []
    assert practitioner.session(session_id)["label"] == "premier entretien", "asked first"
    dialog.get_by_role("button", name="Supprimer la séance").click()
    expect(page.get_by_text("premier entretien")).to_have_count(0)
    assert practitioner.session(session_id)["status"] == 404


def next_christmas_eve() -> datetime:
    now = datetime.now(UTC)
    this_year = datetime(now.year, 12, 24, 20, 30, tzinfo=UTC)
    return this_year if this_year > now else this_year.replace(year=now.year + 1)


def test_a_visit_is_planned_found_and_cancelled(practitioner: Practitioner) -> None:
    page = practitioner.page
    page.goto(f"{practitioner.url}/practitioner")
    press(page, "Nouvelle séance")
    dialog = page.get_by_role("dialog")
    code = dialog.get_by_role("combobox", name="Code du patient")
    code.fill("Léa Martin")
    press(page, "Créer et inviter")
    expect(dialog.get_by_text("Cela ressemble à un nom")).to_be_visible()
    press(page, "Nouveau code")
    expect(code).to_have_value(re.compile("^[B-Z]{3}-[B-Z]{3}$"))
    code.fill("c 912")
    dialog.get_by_label("Âge en mois").fill("50")
    expect(dialog.get_by_text("4 ans 2 mois")).to_be_visible()
    dialog.get_by_text("Plus tard").click()
    press(page, "Prévoir et inviter")
    expect(dialog.get_by_text("Choisissez une heure")).to_be_visible()
    at = next_christmas_eve()
    dialog.get_by_label("Jour").fill(f"{at:%Y-%m-%d}")
    dialog.get_by_label("Heure").fill("14:00")
    press(page, "Prévoir et inviter")
    expect(dialog.get_by_text("Aucun patient n’a encore le code c 912")).to_be_visible()
    assert axe_violations(page) == []
    press(page, "Créer ce patient et continuer")
    expect(dialog.get_by_text(re.compile("Il ouvre le .*24 décembre .*14:00"))).to_be_visible()
    expect(dialog.get_by_text("Code court")).to_have_count(0)
    assert axe_violations(page) == []
    page.keyboard.press("Escape")

    planned = page.get_by_role("region", name="Prévues")
    expect(planned.get_by_role("listitem").filter(has_text="C-912")).to_contain_text("14:00")
    check_screen(page)
    search = page.get_by_role("search").get_by_label("Code du patient")
    search.fill("c91")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("C-912")
    search.fill("zzz")
    expect(page.get_by_text("Aucune séance ne correspond")).to_be_visible()
    check_screen(page)
    press(page, "Effacer")
    expect(search).to_be_focused()
    planned.get_by_role("button", name="Modifier, annuler").click()
    dialog.get_by_role("button", name="Annuler la séance").click()
    expect(dialog.get_by_text("le lien de la famille le dit")).to_be_visible()
    dialog.get_by_role("button", name="Annuler la séance").click()
    past = page.get_by_role("region", name="Passées").get_by_role("listitem")
    expect(past.filter(has_text="C-912")).to_contain_text("annulée")
    press(page, "Visite suivante de C-912")
    expect(dialog.get_by_role("combobox", name="Code du patient")).to_have_value("C-912")
    expect(dialog.get_by_label("Visite n°")).to_have_value("2")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_what_is_kept_is_seen_again_and_taken_along(
    practitioner: Practitioner, service: Service
) -> None:
    page = practitioner.page
    session_id, _ = practitioner.invite()
    practitioner.post(f"/sessions/{session_id}/end")
    keep_live_run(service.data / "sessions" / session_id, film(5))
    short_id = practitioner.session(session_id)["short_id"]
    page.goto(f"{practitioner.url}/practitioner")
    page.get_by_role("link", name=f"Revoir la séance {short_id}").click()
    heading(page, f"Relecture de la séance {short_id}").wait_for()
    expect(page.get_by_role("region", name="Image au curseur")).to_be_visible()
    check_screen(page)
    page.get_by_role("link", name=re.compile("Toutes les séances")).click()
    press(page, f"Modifier, annuler ou supprimer la séance {short_id}")
    dialog = page.get_by_role("dialog")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Exporter").click()
        page.get_by_role("menuitem", name="Tableaux, CSV").click()
    with zipfile.ZipFile(download.value.path()) as tables:
        assert {"frames.csv", "windows.csv", "events.csv"} <= set(tables.namelist())
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="Supprimer la séance").click()
    dialog.get_by_role("button", name="Supprimer la séance").click()
    expect(dialog).to_have_count(0)
    assert not (service.data / "sessions" / session_id).exists()
    page.goto(f"{practitioner.url}/practitioner/sessions/{session_id}/replay")
    expect(page.get_by_role("alert")).to_contain_text("Rien n’est conservé de cette séance")


def test_the_invitation_says_until_when_it_lives(practitioner: Practitioner) -> None:
    page = practitioner.page
    page.goto(f"{practitioner.url}/practitioner")
    create_session(page)
    dialog = page.get_by_role("dialog")
    expect(
        dialog.get_by_text(re.compile(r"Le lien reste valable jusqu’au \d+ .+ \d\d:\d\d"))
    ).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (["Non, je refuse"], ["La famille a refusé l’analyse."]),
        (
            ["Oui, j’accepte", "Non, je refuse", "Mon enfant dit oui"],
            ["La famille a accepté l’analyse.", "La famille a refusé la conservation"],
        ),
        (
            ["Oui, j’accepte", "Oui, j’accepte", "Non, je refuse", "Mon enfant dit oui"],
            [
                "La famille a accepté que les mesures soient conservées.",
                "La famille a refusé l’utilisation pour la recherche.",
            ],
        ),
    ],
)
def test_what_was_agreed_to_is_known_before_the_family_is_let_in(
    practitioner: Practitioner, family: Page, answers: list[str], says: list[str]
) -> None:
    session_id, invite = practitioner.invite()
    family.goto(invite["link"])
    for answer in ("Continuer", *answers, "Tout est prêt"):
        press(family, answer)
    page = practitioner.page
    page.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    page.get_by_role("button", name="Faire entrer la famille").wait_for()
    for sentence in says:
        expect(page.get_by_text(sentence)).to_be_visible()
    check_screen(page)
    practitioner.post(f"/sessions/{session_id}/end")


def test_a_service_that_is_away_is_told_to_the_practitioner(practitioner: Practitioner) -> None:
    session_id, _ = practitioner.invite()
    page = practitioner.page.context.new_page()
    page.route("**/events", lambda route: route.abort())
    page.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    expect(page.get_by_text("Le service ne répond pas")).to_be_visible()
    told = json.dumps(practitioner.session(session_id))
    page.unroute("**/events")
    page.route("**/events", partial(_tell_once, told))
    away = page.get_by_role("alert").filter(has_text="Le service ne répond pas")
    expect(away).to_be_visible()
    check_screen(page)
    page.unroute("**/events")
    expect(away).to_have_count(0)
    page.close()
    practitioner.post(f"/sessions/{session_id}/end")


def _tell_once(session: str, route: Route) -> None:
    """A stream that ends at once, as of a service that is stopped."""
    route.fulfill(content_type="text/event-stream", body=f"event: session\ndata: {session}\n\n")


def test_a_family_that_waits_changes_its_choices(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    expect(family.get_by_text("Les mesures seront conservées.")).to_be_visible()
    read_by = family.get_by_text("Les équipes de recherche du service peuvent les lire.")
    expect(read_by).to_be_visible()
    press(family, "Changer mes choix")
    dialog = family.get_by_role("dialog")
    research = dialog.get_by_role("switch", name="Utilisation des mesures pour la recherche")
    expect(research).to_be_checked()
    dialog.get_by_text("Conservation des mesures").click()
    expect(research).to_be_disabled()
    expect(research).not_to_be_checked()
    assert axe_violations(family) == []
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_have_count(0)
    expect(family.get_by_text("Les mesures ne seront pas conservées.")).to_be_visible()
    expect(read_by).to_have_count(0)
    consent = practitioner.session(session_id)["patient"]["consent"]
    assert (consent["keeping"], consent["research_use"]) == ("withdrawn", "withdrawn")
    check_screen(family)
    practitioner.post(f"/sessions/{session_id}/end")


def test_an_invitation_is_used_up_by_going_on_and_not_by_opening_it(
    practitioner: Practitioner, family: Page, browser: Browser
) -> None:
    """As a mail application's own browser opens it before the family's does."""
    _, invite = practitioner.invite()
    context = browser.new_context(locale="fr-FR")
    other_device = context.new_page()
    for page in (other_device, family, other_device):
        page.goto("about:blank")
        page.goto(invite["link"])
        heading(page, "Votre invitation à une consultation vidéo").wait_for()
        assert page.url == invite["link"]
    press(family, "Continuer")
    heading(family, "Analyse des mouvements en direct").wait_for()
    assert family.url.endswith("/p")
    family.goto("about:blank")
    family.goto(invite["link"])
    heading(family, "Votre invitation à une consultation vidéo").wait_for()
    assert family.url.endswith("/p")
    press(other_device, "Continuer")
    expect(other_device.get_by_text("a déjà servi")).to_be_visible()
    check_screen(other_device)
    other_device.goto("about:blank")
    other_device.goto(f"{practitioner.url}/p#unknown")
    expect(other_device.get_by_text("n’est pas connue")).to_be_visible()
    context.close()


def test_a_link_opens_at_its_time_in_the_familys_own_and_says_when_it_is_called_off(
    browser: Browser, practitioner: Practitioner
) -> None:
    session_id, invite = practitioner.invite()
    practitioner.move(session_id, next_christmas_eve())
    abroad = browser.new_context(viewport=PHONE, locale="fr-FR", timezone_id="Indian/Reunion")
    page = abroad.new_page()
    complaints = complaints_of(page)
    page.goto(invite["link"])
    heading(page, "C’est un peu tôt").wait_for()
    for told in ("25 décembre", "00:30", "heure de La Réunion"):
        expect(page.get_by_role("main")).to_contain_text(told)
    check_screen(page)
    practitioner.move(session_id, datetime.now(UTC))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looked at again
    heading(page, "Votre invitation à une consultation vidéo").wait_for()
    assert complaints == []
    practitioner.post(f"/sessions/{session_id}/cancel")
    press(page, "Continuer")
    heading(page, "Ce rendez-vous est annulé").wait_for()
    check_screen(page)
    page.reload()
    heading(page, "Ce rendez-vous est annulé").wait_for()
    abroad.close()


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
    heading(family, "On ne vous a pas fait entrer").wait_for()
    check_screen(family)


def test_each_step_reads_well_in_both_languages(practitioner: Practitioner, family: Page) -> None:
    _, invite = practitioner.invite()
    complaints = complaints_of(family)
    family.emulate_media(color_scheme="dark")
    family.goto(invite["link"])
    heading(family, "Votre invitation à une consultation vidéo").wait_for()
    check_screen(family)
    press(family, "Continuer")
    heading(family, "Analyse des mouvements en direct").wait_for()
    switch_language(family, "en")
    heading(family, "Live analysis of movement").wait_for()
    check_screen(family)
    switch_language(family, "fr")
    heading(family, "Analyse des mouvements en direct").wait_for()
    press(family, "Oui, j’accepte")
    heading(family, "Conservation des mesures").wait_for()
    check_screen(family)
    press(family, "Oui, j’accepte")
    heading(family, "Utilisation des mesures pour la recherche").wait_for()
    switch_language(family, "en")
    heading(family, "Use of the measurements for research").wait_for()
    check_screen(family)
    switch_language(family, "fr")
    press(family, "Non, je refuse")
    heading(family, "Votre enfant est d’accord ?").wait_for()
    check_screen(family)
    press(family, "Mon enfant ne peut pas répondre")
    family.get_by_label("Votre image", exact=True).wait_for()
    check_screen(family)
    press(family, "Tout est prêt")
    heading(family, "Votre arrivée est annoncée").wait_for()
    expect(family.get_by_text("Les mesures seront conservées.")).to_be_visible()
    check_screen(family)
    assert complaints == []


def given_answer(page: Page) -> str:
    """The answer of before, which a question that one comes back to shows as given."""
    given = page.get_by_role("main").get_by_role("button", pressed=True)
    expect(given).to_have_count(1)
    return given.inner_text()


def test_back_goes_one_step_back_and_keeps_the_answers(
    practitioner: Practitioner, family: Page
) -> None:
    """With the page's own Back, and with the browser's."""
    session_id, invite = practitioner.invite()
    for go_back in (lambda: press(family, "Retour"), family.go_back):
        family.goto(invite["link"])
        press(family, "Continuer")
        press(family, "Oui, j’accepte")
        heading(family, "Conservation des mesures").wait_for()
        press(family, "Non, je refuse")
        press(family, "Mon enfant ne peut pas répondre")
        heading(family, "Votre caméra et votre micro").wait_for()
        go_back()
        heading(family, "Votre enfant est d’accord ?").wait_for()
        assert given_answer(family) == "Mon enfant ne peut pas répondre"
        go_back()
        heading(family, "Conservation des mesures").wait_for()
        assert given_answer(family) == "Non, je refuse"
        family.reload()
        heading(family, "Conservation des mesures").wait_for()
        assert given_answer(family) == "Non, je refuse"
        go_back()
        heading(family, "Analyse des mouvements en direct").wait_for()
        assert given_answer(family) == "Oui, j’accepte"
        check_screen(family)
        go_back()
        heading(family, "Votre invitation à une consultation vidéo").wait_for()
        assert family.url.endswith("/p")
    press(family, "Continuer")
    press(family, "Non, je refuse")
    press(family, "Tout est prêt")
    heading(family, "Votre arrivée est annoncée").wait_for()
    family.go_back()
    heading(family, "Votre caméra et votre micro").wait_for()
    expect(family.get_by_role("button", name="Retour")).to_have_count(0)
    family.reload()
    press(family, "Tout est prêt")
    heading(family, "Votre arrivée est annoncée").wait_for()
    family.goto("about:blank")
    family.goto(f"{practitioner.url}/p")
    heading(family, "Votre arrivée est annoncée").wait_for()
    practitioner.post(f"/sessions/{session_id}/end")


def test_the_link_opened_again_changes_nothing_under_a_finger(
    practitioner: Practitioner, family: Page
) -> None:
    """A press between two pictures of the same button would be lost."""
    session_id, invite = practitioner.invite()
    family.goto(invite["link"])
    press(family, "Continuer")
    heading(family, "Analyse des mouvements en direct").wait_for()
    family.go_back()
    button = family.get_by_role("button", name="Continuer").element_handle()
    family.goto(invite["link"])
    family.wait_for_url("**/p")
    family.evaluate("() => new Promise((shown) => setTimeout(shown, 200))")
    assert button.evaluate("shown => shown.isConnected")
    practitioner.post(f"/sessions/{session_id}/end")


def test_a_call_from_admission_to_end(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    remember_captures(family)
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    leave = family.get_by_role("button", name="Quitter", exact=True)
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
    family.get_by_role("dialog").wait_for()
    assert axe_violations(family) == []
    press(family, "Rester")
    expect(family.get_by_role("dialog")).to_have_count(0)
    assert practitioner.session(session_id)["patient"]["state"] == "joined"
    leave_call(family)
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
    family.get_by_label("Votre image", exact=True).wait_for()
    wait_until_joined(practitioner, session_id)
    family.route("**/analysis", lambda route: route.abort())
    press(family, "Mettre l’analyse en pause")
    expect(family.get_by_text("Votre caméra est donc coupée")).to_be_visible(timeout=2000)
    expect(family.get_by_label("Votre image", exact=True)).to_have_count(0)
    check_screen(family)
    family.unroute("**/analysis")
    expect(family.get_by_text("La pause est confirmée")).to_be_visible()
    assert practitioner.session(session_id)["patient"]["analysis"] == "paused"
    press(family, "Allumer la caméra")
    family.get_by_label("Votre image", exact=True).wait_for()
    practitioner.post(f"/sessions/{session_id}/end")


def test_a_resume_that_fails_is_told(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    wait_until_joined(practitioner, session_id)
    press(family, "Mettre l’analyse en pause")
    resume = family.get_by_role("button", name="Reprendre l’analyse")
    resume.wait_for()
    family.route("**/analysis", lambda route: route.abort())
    resume.click()
    told = family.get_by_role("alert").filter(has_text="L’analyse n’a pas repris")
    expect(told).to_be_visible()
    check_screen(family)
    family.unroute("**/analysis")
    resume.click()
    family.get_by_role("button", name="Mettre l’analyse en pause").wait_for()
    expect(told).to_have_count(0)
    practitioner.post(f"/sessions/{session_id}/end")


def _refuse(route: Route) -> None:
    route.fulfill(status=409, json={"type": "no-consent", "title": "", "status": 409})


def test_a_pause_that_is_refused_is_told(practitioner: Practitioner, family: Page) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    wait_until_joined(practitioner, session_id)
    family.route("**/analysis", _refuse)
    press(family, "Mettre l’analyse en pause")
    expect(family.get_by_text("Le service n’accepte pas la pause")).to_be_visible()
    expect(family.get_by_role("button", name="Allumer la caméra")).to_be_enabled()
    practitioner.post(f"/sessions/{session_id}/end")


PLACES = """names => {
    const box = element => {
        const {left, top, right, bottom} = element.getBoundingClientRect();
        return {left, top, right, bottom};
    };
    const inWindow = ({left, top, right, bottom}) =>
        left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    const buttons = [...document.querySelectorAll("footer button")];
    const find = name => box(buttons.find(button => button.innerText.trim() === name));
    const apart = (a, b) => Math.max(
        b.left - a.right, a.left - b.right, b.top - a.bottom, a.top - b.bottom);
    const [pause, leave] = names.map(find);
    const picture = box(document.querySelector("main [class*=picture]"));
    const over = [...document.querySelectorAll("[class*=ownPicture], [class*=notices]")]
        .filter(element => element.getBoundingClientRect().height > 0)
        .map(element => apart(box(element), picture));
    return {
        outside: buttons.filter(button => !inWindow(box(button))).map(({innerText}) => innerText),
        pause_to_leave_px: apart(pause, leave),
        beside_picture_px: Math.min(...over),
    };
}"""
PAUSE_AND_LEAVE = {
    "fr": ["Mettre l’analyse en pause", "Quitter"],
    "en": ["Pause the analysis", "Leave"],
}


def test_a_phone_held_across_shows_all_controls_and_covers_nobody(
    practitioner: Practitioner, family: Page
) -> None:
    session_id, invite = practitioner.invite()
    family.set_viewport_size({"width": 844, "height": 390})
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    wait_until_joined(practitioner, session_id)
    family.get_by_label("Votre image", exact=True).wait_for()
    for language, names in PAUSE_AND_LEAVE.items():
        switch_language(family, language)
        found = family.evaluate(PLACES, names)
        assert found["outside"] == [], language
        assert found["pause_to_leave_px"] >= 24, language
        assert found["beside_picture_px"] >= 0, language
    practitioner.post(f"/sessions/{session_id}/end")


def test_a_denied_camera_and_microphone_are_one_card_that_covers_no_face(
    browser: Browser, practitioner: Practitioner
) -> None:
    session_id, invite = practitioner.invite()
    for width, height in ((390, 844), (844, 390), (320, 640)):
        context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": height})
        page = context.new_page()
        page.add_init_script(DENIED)
        if width == 390:
            page.goto(invite["link"])
            press(page, "Continuer")
            press(page, "Oui, j’accepte")
            press(page, "Non, je refuse")
            press(page, "Mon enfant dit oui")
            press(page, "Continuer sans caméra ni micro")
            heading(page, "Votre arrivée est annoncée").wait_for()
            practitioner.post(f"/sessions/{session_id}/admit")
            seat = page.evaluate("localStorage.getItem('epedicare.seat')")
        else:
            page.goto(practitioner.url)
            page.evaluate("seat => localStorage.setItem('epedicare.seat', seat)", seat)
            page.goto(f"{practitioner.url}/p")
        denied = page.get_by_role("alert").filter(has_text="la caméra et le micro")
        expect(denied).to_have_count(1)
        found = page.evaluate(PLACES, PAUSE_AND_LEAVE["fr"])
        assert found["outside"] == [], width
        check_screen(page)
        if width == 844:
            denied.get_by_role("button", name="Continuer sans").click()
            expect(denied).to_have_count(0)
        context.close()
    practitioner.post(f"/sessions/{session_id}/end")


DENIED = """
    navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("Permission denied", "NotAllowedError");
    };
"""


def test_the_call_is_joined_again_after_livekit_restarts(
    practitioner: Practitioner, family: Page, livekit_server: LiveKitServer
) -> None:
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.post(f"/sessions/{session_id}/admit")
    family.get_by_label("Votre image", exact=True).wait_for()
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
        expect(page.get_by_text("Aucune caméra et aucun micro ne sont branchés")).to_be_visible()
        check_screen(page)
        expect(page.get_by_role("button", name="Tout est prêt")).to_have_count(0)
        press(page, "Continuer sans caméra ni micro")
        heading(page, "Votre arrivée est annoncée").wait_for()


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
        both = page.get_by_role("note").filter(has_text="Aucune caméra et aucun micro")
        expect(both.get_by_role("button", name="Réessayer")).to_be_visible()
        for name in ("Allumer la caméra", "Ouvrir le micro"):
            expect(page.get_by_role("button", name=name)).to_be_visible()
        check_screen(page)
        both.get_by_role("button", name="Continuer sans").click()
        expect(page.get_by_role("note")).to_have_count(0)
        press(page, "Allumer la caméra")
        expect(page.get_by_text("Aucune caméra n’est branchée")).to_be_visible()
        expect(page.get_by_text("Aucun micro n’est branché")).to_have_count(0)
    practitioner.post(f"/sessions/{session_id}/end")


def test_older_sessions_come_a_page_at_a_time(practitioner: Practitioner) -> None:
    """The last here: the others' lists stay short."""
    page = practitioner.page
    oldest = practitioner.invite()[0]
    for _ in range(PAGE):
        practitioner.post("/sessions")
    page.goto(f"{practitioner.url}/practitioner")
    links = page.get_by_role("link", name=re.compile("^Ouvrir la séance"))
    of_the_oldest = page.locator(f"a[href='/practitioner/sessions/{oldest}']")
    expect(links).to_have_count(PAGE)
    expect(of_the_oldest).to_have_count(0)
    press(page, "Afficher la suite")
    expect(of_the_oldest).to_be_visible()
