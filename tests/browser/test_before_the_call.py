"""Before the call: the picture as it will be measured on, and the line, each with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from page_driver import PHONE, axe_violations, check_screen, heading
from page_fixtures import Practitioner, press
from playwright.sync_api import Browser, Page, Request, expect

pytestmark = pytest.mark.browser

# The clip as a camera would film it in a dark room, out of focus, in a hand that trembles, …
FILMED = """
    const devices = navigator.mediaDevices, capture = devices.getUserMedia.bind(devices);
    window.filter = "none";
    window.shake = 0;
    window.filmedHz = 25;
    devices.getUserMedia = async wanted => {
        const stream = await capture(wanted);
        const [camera] = stream.getVideoTracks();
        if (!camera) return stream;
        const video = Object.assign(document.createElement("video"), {muted: true});
        video.srcObject = new MediaStream([camera]);
        await video.play();
        const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
        const context = canvas.getContext("2d");
        const film = () => {
            context.filter = filter;
            context.drawImage(video, shake * (Math.random() - 0.5), 0, 640, 360);
            setTimeout(film, 1000 / filmedHz);
        };
        film();
        const tracks = [...canvas.captureStream().getVideoTracks(), ...stream.getAudioTracks()];
        return new MediaStream(tracks);
    };
"""
# A firewall that lets a page reach the server, and neither sound nor picture.
NO_WAY_FOR_MEDIA = """
    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(wanted) { super({...wanted, iceTransportPolicy: "relay"}); }
        setConfiguration(wanted) {
            super.setConfiguration({...wanted, iceTransportPolicy: "relay"});
        }
    };
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE, locale="fr-FR", permissions=["camera", "microphone"]
    )
    yield context.new_page()
    context.close()


def agree_and_look(page: Page, link: str) -> None:
    page.goto(link)
    press(page, "Continuer")
    press(page, "Oui, j’accepte")
    heading(page, "Conservation des mesures").wait_for()
    press(page, "Non, je refuse")
    press(page, "Mon enfant dit oui")
    heading(page, "Votre caméra et votre micro").wait_for()


def test_what_is_wrong_with_the_picture_is_said_and_goes_to_the_practitioner(
    practitioner: Practitioner, page: Page
) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    page.add_init_script(FILMED)
    session_id, invite = practitioner.invite()
    agree_and_look(page, invite["link"])
    advice = page.get_by_role("region", name="Votre image, pour la mesure")
    for flaw, told in (
        ("filter = 'brightness(0.2)'", "Il fait sombre"),
        ("filter = 'blur(4px)'", "L’image est floue"),
        ("filter = 'brightness(6)'", "Il y a trop de lumière"),
        ("filter = 'none'; shake = 200", "La caméra bouge"),
        ("shake = 0; filmedHz = 6", "peu d’images par seconde"),
        ("filmedHz = 25; filter = 'brightness(0.2)'", "Il fait sombre"),
    ):
        page.evaluate(flaw)
        expect(advice).to_contain_text(told)
    check_screen(page)
    press(page, "Tout est prêt")
    heading(page, "Votre arrivée est annoncée").wait_for()

    work = practitioner.page
    work.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    expect(work.get_by_text("L’image de la famille est sombre.")).to_be_visible()
    expect(work.get_by_text("640 × 360")).to_be_visible()
    check_screen(work)
    page.evaluate("filter = 'none'")
    expect(work.get_by_text("L’image de la famille est sombre.")).to_have_count(0)

    bodies = [json.loads(request.post_data) for request in sent if request.post_data]
    found = [body["picture_test"] for body in bodies if "picture_test" in body]
    assert found and all(len(json.dumps(each)) < 200 for each in found)
    assert all(len(json.dumps(body)) < 2000 for body in bodies), "no picture leaves the page"
    practitioner.post(f"/sessions/{session_id}/end")


def test_who_refused_the_analysis_is_not_looked_at(practitioner: Practitioner, page: Page) -> None:
    session_id, invite = practitioner.invite()
    page.goto(invite["link"])
    press(page, "Continuer")
    press(page, "Non, je refuse")
    heading(page, "Votre caméra et votre micro").wait_for()
    page.get_by_label("Votre image", exact=True).wait_for()
    expect(page.get_by_role("region", name="Votre image, pour la mesure")).to_have_count(0)
    press(page, "Tout est prêt")
    heading(page, "Votre arrivée est annoncée").wait_for()
    assert practitioner.session(session_id)["patient"]["picture_test"] is None
    practitioner.post(f"/sessions/{session_id}/end")


def test_the_line_is_tried_from_the_invitation_and_from_both_pages(
    practitioner: Practitioner, page: Page
) -> None:
    session_id, invite = practitioner.invite()
    practitioner.move(session_id, datetime.now(UTC) + timedelta(days=2))
    page.goto(invite["link"])
    heading(page, "C’est un peu tôt").wait_for()
    press(page, "Essayer la caméra et le micro")
    trial = page.get_by_role("dialog")
    expect(trial.get_by_label("Votre image", exact=True)).to_be_visible()
    expect(trial.get_by_text("Aucune image ne quitte cet appareil.")).to_be_visible()
    assert axe_violations(page) == []
    trial.get_by_role("button", name="Fermer", exact=True).click()
    press(page, "Tester la connexion")
    expect(page.get_by_text("La connexion est prête pour l’appel.")).to_be_visible(timeout=60_000)
    steps = page.get_by_role("region", name="Test de la connexion").get_by_role("listitem")
    expect(steps).to_have_count(4)
    expect(steps.nth(2)).to_contain_text("non prévu")  # this server has no TURN
    expect(steps.nth(3)).to_contain_text("kbit/s")
    check_screen(page)

    work = practitioner.page
    work.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    press(work, "Appareils")
    dialog = work.get_by_role("dialog")
    dialog.get_by_role("button", name="Tester la connexion").click()
    expect(dialog.get_by_text("La connexion est prête pour l’appel.")).to_be_visible(timeout=60_000)
    assert axe_violations(work) == []
    dialog.get_by_role("button", name="Fermer", exact=True).click()

    practitioner.move(session_id, datetime.now(UTC) - timedelta(minutes=1))
    page.add_init_script(NO_WAY_FOR_MEDIA)
    page.goto(invite["link"])
    page.reload()
    press(page, "Continuer")
    press(page, "Non, je refuse")
    press(page, "Tester la connexion")
    expect(page.get_by_text("ce réseau bloque le son et l’image")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("L’appel ne fonctionnerait pas")).to_be_visible(timeout=60_000)
    expect(steps.nth(3)).to_contain_text("non essayé")
    check_screen(page)

    page.route_web_socket("**", lambda socket: socket.close())
    press(page, "Tester de nouveau la connexion")
    expect(page.get_by_text("Ce réseau empêche la page d’atteindre")).to_be_visible(timeout=60_000)
    practitioner.post(f"/sessions/{session_id}/cancel")
