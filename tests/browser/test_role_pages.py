"""What each role finds after signing in: administration, audit, research, or how to get a role."""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from clinic_fixtures import AT_PROVIDER, WHO_ARE_YOU, sign_in
from kept_sessions import keep_live_run
from page_driver import LAPTOP, axe_violations, check_screen, heading, press_by_keyboard
from page_fixtures import Service, press
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from synthetic import Child, film

from token_service.database import open_database, utc_now
from token_service.models import Consent, PatientCode, Purpose, Role, Seat, Session, SessionState
from token_service.models import Unit as UnitRow

pytestmark = [pytest.mark.browser, pytest.mark.provider]

CAMILLE, NADIA, ALEX, ROBIN = (
    "Dr Camille Moreau",
    "Dr Nadia Haddad",
    "Alex Petit",
    "Robin Garnier",
)
NO_ROLE = "Votre compte n’a pas encore de rôle ici"
SIGN_IN = "Connexion professionnelle"


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """Another person's browser."""
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR")
    yield context.new_page()
    context.close()


def parts(page: Page) -> list[str]:
    return page.get_by_role("navigation").get_by_role("link").all_inner_texts()


@pytest.mark.parametrize(
    ("person", "lands_on", "may_open"),
    [
        (CAMILLE, "Séances", []),
        (NADIA, "Séances", ["Séances", "Recherche"]),
        (ALEX, "Personnes", ["Personnes", "Unités", "Audit"]),
        (ROBIN, NO_ROLE, []),
    ],
)
def test_everybody_lands_on_what_their_roles_allow(
    page: Page, clinic: Service, person: str, lands_on: str, may_open: list[str]
) -> None:
    sign_in(page, f"{clinic.url}/practitioner", person)
    heading(page, lands_on).wait_for()
    assert parts(page) == may_open
    for part in may_open:
        page.get_by_role("navigation").get_by_role("link", name=part).click()
        heading(page, part).wait_for()
        expect(page.get_by_role("alert")).to_have_count(0)
        check_screen(page)


def test_a_page_of_another_role_says_so_and_leads_on(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/audit", CAMILLE)
    heading(page, "Cette page est pour un autre rôle").wait_for()
    assert page.url == f"{clinic.url}/audit", "they came back to where they were going"
    check_screen(page)
    page.get_by_role("link", name="Séances").click()
    heading(page, "Séances").wait_for()


def open_account(page: Page, code: str) -> None:
    press(page, f"Modifier le compte {code}")
    page.get_by_role("dialog", name=f"Compte {code}").wait_for()


def switch(page: Page, name: str) -> None:
    """By its words: the input itself is hidden from the eye."""
    page.get_by_role("dialog").get_by_text(name).click()


def test_an_administrator_gives_a_role_ends_sign_ins_and_shuts_out(
    page: Page, other: Page, clinic: Service
) -> None:
    sign_in(other, f"{clinic.url}/practitioner", ROBIN)
    code = other.locator("output").inner_text()
    check_screen(other)

    sign_in(page, f"{clinic.url}/practitioner", ALEX)
    heading(page, "Personnes").wait_for()
    waiting = page.get_by_role("region", name="Sans rôle")
    expect(waiting).to_contain_text(code)
    open_account(page, code)
    assert axe_violations(page) == []
    page.get_by_label("Libellé", exact=True).fill("Interne du mardi")
    switch(page, "Consultation")
    press(page, "Enregistrer")
    expect(page.get_by_role("region", name="Avec un rôle")).to_contain_text("Interne du mardi")
    check_screen(page)

    press(other, "Vérifier de nouveau")
    heading(other, "Séances").wait_for()

    open_account(page, code)
    press(page, "Y mettre fin")
    expect(page.get_by_role("dialog")).to_contain_text("Aucune connexion ouverte")
    heading(other, SIGN_IN).wait_for()
    press(other, AT_PROVIDER)  # the provider still knows them
    heading(other, "Séances").wait_for()

    switch(page, "Accès fermé")
    press(page, "Enregistrer")
    expect(page.get_by_role("region", name="Accès fermé")).to_contain_text(code)
    heading(other, SIGN_IN).wait_for()
    press(other, AT_PROVIDER)
    heading(other, NO_ROLE).wait_for()


def test_people_are_found_and_nobody_changes_themselves(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/practitioner", ALEX)
    mine = page.get_by_role("listitem").filter(has_text="vous")
    expect(mine).to_have_count(1)
    expect(mine.get_by_role("button")).to_have_count(0)
    page.get_by_role("searchbox").fill("personne de ce nom")
    expect(page.get_by_text("Aucun compte ne correspond")).to_be_visible()
    page.get_by_role("searchbox").fill("administration")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_an_administrator_creates_a_unit_and_changes_it(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/administration/units", ALEX)
    heading(page, "Unités").wait_for()
    expect(page.get_by_text("de 3 à 16 lettres")).to_be_visible()
    press_by_keyboard(page, "Nouvelle unité")
    page.keyboard.type("Hôpital de jour")
    assert axe_violations(page) == []
    page.keyboard.press("Enter")
    row = page.get_by_role("listitem").filter(has_text="Hôpital de jour")
    expect(row).to_contain_text("0 personne")
    row.get_by_role("button").click()
    page.get_by_label("Nom de l’unité").fill("Administration")
    press(page, "Enregistrer")
    expect(page.get_by_role("alert")).to_have_text("Une unité porte déjà ce nom.")
    page.get_by_label("Nom de l’unité").fill("Hôpital de jour, aile B")
    press(page, "Enregistrer")
    expect(page.get_by_role("dialog")).to_have_count(0)
    wing = page.get_by_role("listitem").filter(has_text="aile B")
    wing.get_by_role("button").click()
    rule = page.get_by_label("Règle des codes saisis")
    rule.fill("Léa")
    press(page, "Enregistrer")
    expect(page.get_by_role("alert")).to_contain_text("comme PED-####")
    rule.fill("PED-####")
    days = page.get_by_label("Durée de conservation des mesures, en jours")
    days.fill("trois mois")
    press(page, "Enregistrer")
    expect(page.get_by_role("alert")).to_contain_text("Les jours sont un nombre entier")
    days.fill("90")
    page.get_by_label("Durée de conservation pour la recherche, en jours").fill("3650")
    assert axe_violations(page) == []
    press(page, "Enregistrer")
    for told in ("PED-####", "conservation : 90 jours", "recherche : 3650 jours"):
        expect(wing).to_contain_text(told)
    check_screen(page)


def test_an_auditor_looks_for_verifies_and_takes_along(
    page: Page, clinic: Service, tmp_path: Path
) -> None:
    sign_in(page, f"{clinic.url}/audit", ALEX)
    heading(page, "Audit").wait_for()
    log = page.get_by_role("region", name="Le journal")
    expect(log.get_by_role("listitem").first).to_contain_text("administration")
    mine = page.locator("main footer strong").inner_text()
    log.get_by_role("button", name=f"Ne montrer que le compte {mine}").first.click()
    expect(log.get_by_label("Personne")).to_have_value(mine)
    press(page, "Toutes")
    page.get_by_role("option", name="Connexions").click()
    expect(log.get_by_role("listitem").first).to_contain_text("Connexion")
    expect(log.get_by_role("listitem").filter(has_not_text=mine)).to_have_count(0)
    log.get_by_label("Du").fill("2099-01-01")
    expect(log).to_contain_text("Aucune entrée ne correspond")
    press(page, "Effacer")
    expect(log.get_by_role("listitem")).not_to_have_count(0)

    press(page, "Vérifier")
    expect(page.get_by_text("La chaîne tient")).to_be_visible()
    end = page.locator("output").inner_text()
    check_screen(page)
    for name, suffix in (("JSON, une ligne par entrée", "jsonl"), ("CSV", "csv")):
        with page.expect_download() as taken:
            press(page, name)
        taken.value.save_as(tmp_path / suffix)
        assert taken.value.suggested_filename == f"epedicare-audit.{suffix}"
    rows = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert end in {f"{row['id']}:{row['digest']}" for row in rows}
    with (tmp_path / "csv").open() as table:
        assert len(list(csv.DictReader(table))) >= len(rows)

    page.get_by_label("Fin de chaîne notée").fill(f"{end.partition(':')[0]}:{'0' * 64}")
    press(page, "Vérifier")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas celle que vous avez notée")


@contextmanager
def forged(clinic: Service, entry_id: int) -> Iterator[None]:
    """By somebody who has the database; afterwards as it was."""
    with closing(sqlite3.connect(clinic.data / "epedicare.db", isolation_level=None)) as connection:

        def write(action: str) -> None:
            kept = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
            (trigger,) = connection.execute(kept, ("audit_no_update",)).fetchone()
            connection.execute("DROP TRIGGER audit_no_update")
            connection.execute("UPDATE audit SET action = ? WHERE id = ?", (action, entry_id))
            connection.execute(trigger)

        (before,) = connection.execute(
            "SELECT action FROM audit WHERE id = ?", (entry_id,)
        ).fetchone()
        write("nothing")
        yield
        write(before)


def test_a_chain_that_is_broken_is_told_in_plain_words(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/audit", ALEX)
    with forged(clinic, 1):
        press(page, "Vérifier")
        told = page.get_by_role("alert")
        expect(told).to_contain_text("La chaîne est rompue")
        expect(told).to_contain_text("L’entrée 1 n’est pas celle qui a été écrite à cette place.")
        check_screen(page)
    press(page, "Vérifier")
    expect(page.get_by_text("La chaîne tient")).to_be_visible()


def keep_session(clinic: Service) -> str:
    """Of Nadia's unit, over, its family agreeing to everything, ten seconds of it kept."""

    async def make() -> str:
        async with open_database(clinic.data) as database, database.begin() as db:
            unit = await db.scalar(select(UnitRow).where(UnitRow.title == "Child psychiatry"))
            assert unit is not None, "Nadia has brought it"
            code = PatientCode(holder=unit.id, text="BCD-FGH")
            seat = Seat(role=Role.PATIENT)
            session = Session(
                account="somebody else",
                unit_id=unit.id,
                patient_code=code,
                visit_number=2,
                age_months=40,
                label="what its practitioner calls it",
                seats=[seat],
                state=SessionState.ENDED,
                live_at=utc_now(),
                ended_at=utc_now(),
            )
            db.add(session)
            await db.flush()
            db.add_all(
                Consent(
                    seat_id=seat.id,
                    purpose=purpose,
                    granted=True,
                    text_version="1",
                    text_sha256="0" * 64,
                    language="fr",
                    given_by="guardian",
                )
                for purpose in Purpose
            )
            return session.id

    with ThreadPoolExecutor(1) as thread:  # Playwright keeps an event loop in this one
        session_id: str = thread.submit(asyncio.run, make()).result()
    keep_live_run(clinic.data / "sessions" / session_id, film(10, lambda t: Child(yaw=20)))
    return session_id


def test_a_researcher_reads_what_families_agree_to(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/research", NADIA)
    heading(page, "Recherche").wait_for()
    expect(page.get_by_text("Aucune séance pour l’instant")).to_contain_text("Child psychiatry")
    check_screen(page)
    session_id = keep_session(clinic)
    page.reload()
    row = page.get_by_role("listitem").filter(has_text="BCD-FGH")
    expect(row).to_contain_text("visite 2")
    expect(row).to_contain_text("3 ans 4 mois")
    expect(row).to_contain_text("mesurée pendant 00:09")
    expect(page.get_by_role("main")).not_to_contain_text("what its practitioner calls it")
    check_screen(page)
    press(page, "Revoir ou exporter")
    assert axe_violations(page) == []
    for format_, name in (("csv", "Tableaux, CSV"), ("boris", "Événements pour BORIS")):
        page.get_by_role("button", name="Exporter", exact=True).click()
        assert axe_violations(page) == []
        with page.expect_download() as taken:
            page.get_by_role("menuitem", name=name).click()
        assert taken.value.suggested_filename == f"epedicare-{session_id[:4]}-{format_}.zip"
    page.get_by_role("link", name="Revoir la séance").click()
    heading(page, "Relecture").wait_for()
    assert page.url.endswith(f"/research/sessions/{session_id}/replay")
    page.get_by_role("link", name="Toutes les séances pour la recherche").click()
    heading(page, "Recherche").wait_for()


def test_signing_out_is_where_everybody_looks_for_it(page: Page, clinic: Service) -> None:
    sign_in(page, f"{clinic.url}/audit", ALEX)
    press(page, "Se déconnecter")
    press(page, "Yes, sign me out")
    page.wait_for_url(f"{clinic.url}/?state=*")
    page.goto(f"{clinic.url}/audit")
    press(page, AT_PROVIDER)
    heading(page, WHO_ARE_YOU).wait_for()
