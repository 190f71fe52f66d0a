"""Which camera, microphone and loudspeaker: chosen, remembered, busy, unplugged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from page_driver import LAPTOP, PHONE, axe_violations, check_screen, chromium, heading
from page_fixtures import (
    Practitioner,
    Service,
    press,
    wait_in_line,
    wait_until_joined,
    wait_until_nothing_is_captured,
)
from playwright.sync_api import Browser, Page, Playwright, expect

pytestmark = pytest.mark.browser

# As the system does it: one camera is another application's, or is pulled out.
SYSTEM = """
    const devices = navigator.mediaDevices;
    const capture = devices.getUserMedia.bind(devices);
    const list = devices.enumerateDevices.bind(devices);
    let busy = false, refusal = null, unplugged = [];
    window.captured = [];
    const wantedOf = ({deviceId}) => deviceId?.exact ?? deviceId?.ideal ?? deviceId ?? null;
    devices.enumerateDevices = async () =>
        (await list()).filter(device => !unplugged.includes(device.deviceId));
    devices.getUserMedia = async wanted => {
        if (refusal) throw new DOMException(...refusal);
        const cameras = (await devices.enumerateDevices())
            .filter(({kind}) => kind === "videoinput").map(({deviceId}) => deviceId);
        if (wanted.video) {
            if (cameras.length === 0) throw new DOMException("gone", "NotFoundError");
            const video = wanted.video === true ? {} : wanted.video;
            const asked = wantedOf(video);
            if (video.deviceId?.exact && !cameras.includes(asked))
                throw new DOMException("gone", "NotFoundError");
            const camera = cameras.includes(asked) ? asked : cameras[0];
            if (busy && camera === cameras[0])
                throw new DOMException("Could not start video source", "NotReadableError");
            wanted = {...wanted, video: {...video, deviceId: {exact: camera}}};
        }
        const stream = await capture(wanted);
        captured.push(...stream.getTracks());
        return stream;
    };
    window.firstCameraIsBusy = () => { busy = true; };
    window.refuse = (message, name) => { refusal = [message, name]; };
    window.allow = () => { refusal = null; };
    window.heard = () => captured
        .findLast(({kind, readyState}) => kind === "audio" && readyState === "live");
    window.unplug = () => {
        const track = captured.findLast(({kind, readyState}) =>
            kind === "video" && readyState === "live");
        unplugged.push(track.getSettings().deviceId);
        track.stop();
        track.dispatchEvent(new Event("ended"));
        devices.dispatchEvent(new Event("devicechange"));
    };
    window.plugIn = () => {
        unplugged = [];
        devices.dispatchEvent(new Event("devicechange"));
    };
    window.filming = () => captured
        .filter(({kind, readyState}) => kind === "video" && readyState === "live")
        .map(({label}) => label);
"""

HEARD_THROUGH = """async name => {
    const chosen = (await navigator.mediaDevices.enumerateDevices())
        .find(device => device.label === name);
    return document.querySelector("audio").sinkId === chosen.deviceId;
}"""


@pytest.fixture(scope="module")
def two_cameras(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright, camera=None, cameras=2) as launched:
        yield launched


@pytest.fixture
def page(two_cameras: Browser) -> Iterator[Page]:
    context = two_cameras.new_context(
        viewport=PHONE, locale="fr-FR", permissions=["camera", "microphone"]
    )
    context.add_init_script(SYSTEM)
    yield context.new_page()
    context.close()


def check_devices(page: Page, link: str) -> None:
    page.goto(link)
    press(page, "Continuer")
    press(page, "Non, je refuse")
    heading(page, "Votre caméra et votre micro").wait_for()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("button", name=re.compile(f"{label}$")).click()
    page.get_by_role("option", name=option).click()


def wait_until_filming_with(page: Page, camera: str) -> None:
    page.wait_for_function(
        "camera => filming().length === 1 && filming()[0].includes(camera)", arg=camera
    )


def test_another_camera_is_chosen_while_the_usual_one_is_busy(
    practitioner: Practitioner, page: Page
) -> None:
    session_id, invite = practitioner.invite()
    page.add_init_script("firstCameraIsBusy()")
    check_devices(page, invite["link"])
    expect(page.get_by_text("Une autre application utilise cette caméra")).to_be_visible()
    check_screen(page)
    choose(page, "Caméra", "fake_device_1")
    page.get_by_label("Votre image", exact=True).wait_for()
    wait_until_filming_with(page, "fake_device_1")
    expect(page.get_by_text("Une autre application utilise cette caméra")).to_have_count(0)
    practitioner.post(f"/sessions/{session_id}/end")


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Safari/605.1.15"
)


@pytest.mark.parametrize(
    ("agent", "message", "name", "told"),
    [
        (None, "Permission denied", "NotAllowedError", "Touchez l’icône à gauche"),
        (FIREFOX, "Permission denied", "NotAllowedError", "dans la barre d’adresse"),
        (SAFARI, "Permission denied", "NotAllowedError", "Dans le menu Safari"),
        (None, "Permission denied by system", "NotAllowedError", "réglages de confidentialité"),
        (FIREFOX, "Starting videoinput failed", "AbortError", "Une autre application utilise"),
        (None, "Requested device not found", "NotFoundError", "ne sont branchés"),
    ],
)
def test_why_a_camera_is_not_there_is_told_apart_in_the_words_of_the_browser(
    practitioner: Practitioner,
    page: Page,
    agent: str | None,
    message: str,
    name: str,
    told: str,
) -> None:
    session_id, invite = practitioner.invite()
    if agent:
        page.add_init_script(
            f"Object.defineProperty(Navigator.prototype, 'userAgent', {{get: () => '{agent}'}})"
        )
    page.add_init_script(f"refuse('{message}', '{name}')")
    check_devices(page, invite["link"])
    card = page.get_by_role("alert")
    expect(card).to_contain_text(told)
    check_screen(page)
    page.evaluate("allow()")
    card.get_by_role("button", name="Réessayer").click()
    page.get_by_label("Votre image", exact=True).wait_for()
    expect(card).to_have_count(0)
    practitioner.post(f"/sessions/{session_id}/end")


def suppresses_noise(page: Page) -> bool:
    return bool(page.evaluate("heard().getSettings().noiseSuppression"))


def test_the_chosen_devices_are_remembered(practitioner: Practitioner, page: Page) -> None:
    session_id, invite = practitioner.invite()
    check_devices(page, invite["link"])
    wait_until_filming_with(page, "fake_device_0")
    choose(page, "Caméra", "fake_device_1")
    wait_until_filming_with(page, "fake_device_1")
    choose(page, "Haut-parleur", "Fake Audio Output 2")
    page.reload()
    wait_until_filming_with(page, "fake_device_1")
    expect(page.get_by_role("button", name="Haut-parleur")).to_contain_text("Fake Audio Output 2")
    check_screen(page)
    practitioner.post(f"/sessions/{session_id}/end")


def test_a_camera_that_is_pulled_out_in_the_call_is_replaced_and_told(
    practitioner: Practitioner, page: Page
) -> None:
    session_id, invite = practitioner.invite()
    check_devices(page, invite["link"])
    wait_until_filming_with(page, "fake_device_0")
    choose(page, "Caméra", "fake_device_1")
    wait_until_filming_with(page, "fake_device_1")
    press(page, "Tout est prêt")
    heading(page, "Votre arrivée est annoncée").wait_for()
    practitioner.post(f"/sessions/{session_id}/admit")
    wait_until_joined(practitioner, session_id)
    page.evaluate("unplug()")
    expect(page.get_by_text("La caméra choisie n’est plus là")).to_be_visible()
    wait_until_filming_with(page, "fake_device_0")
    page.get_by_label("Votre image", exact=True).wait_for()
    check_screen(page)
    press(page, "Compris")
    expect(page.get_by_text("La caméra choisie n’est plus là")).to_have_count(0)

    page.evaluate("unplug()")
    expect(page.get_by_text("Aucune caméra n’est branchée")).to_be_visible()
    page.evaluate("plugIn()")
    page.get_by_label("Votre image", exact=True).wait_for()
    expect(page.get_by_text("Aucune caméra n’est branchée")).to_have_count(0)
    practitioner.post(f"/sessions/{session_id}/end")


def test_devices_are_chosen_in_the_call(practitioner: Practitioner, page: Page) -> None:
    session_id, invite = practitioner.invite()
    page.set_viewport_size(LAPTOP)
    check_devices(page, invite["link"])
    press(page, "Tout est prêt")
    heading(page, "Votre arrivée est annoncée").wait_for()
    practitioner.let_in(session_id)
    wait_until_joined(practitioner, session_id)
    press(page, "Appareils")
    choose(page, "Caméra", "fake_device_1")
    wait_until_filming_with(page, "fake_device_1")
    page.locator("audio").wait_for(state="attached")
    choose(page, "Haut-parleur", "Fake Audio Output 2")
    page.wait_for_function(HEARD_THROUGH, arg="Fake Audio Output 2")

    assert suppresses_noise(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Retirer le bruit de mon son").click()
    page.wait_for_function("() => heard() && !heard().getSettings().noiseSuppression")
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="Fermer", exact=True).click()
    page.reload()
    page.wait_for_function("() => heard() && !heard().getSettings().noiseSuppression")

    page.get_by_role("button", name="Plein écran").click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.get_by_role("button", name="Quitter le plein écran").click()
    page.wait_for_function("() => document.fullscreenElement === null")
    practitioner.post(f"/sessions/{session_id}/end")


@pytest.fixture
def at_work(two_cameras: Browser, service: Service) -> Iterator[Page]:
    """A practitioner with two cameras, signed in."""
    context = two_cameras.new_context(
        viewport=LAPTOP, locale="fr-FR", permissions=["camera", "microphone"]
    )
    context.add_init_script(SYSTEM)
    page = context.new_page()
    page.goto(service.sign_in_link())
    heading(page, "Séances").wait_for()
    yield page
    context.close()


def test_a_practitioner_tries_and_chooses_devices_before_the_call_and_in_it(
    practitioner: Practitioner, at_work: Page, family: Page
) -> None:
    session_id, invite = practitioner.invite()
    at_work.goto(f"{practitioner.url}/practitioner/sessions/{session_id}")
    press(at_work, "Appareils")
    dialog = at_work.get_by_role("dialog")
    expect(dialog.get_by_label("Votre propre image")).to_be_visible()
    expect(dialog.get_by_label("Niveau du micro")).to_be_visible()
    wait_until_filming_with(at_work, "fake_device_0")
    assert axe_violations(at_work) == []
    choose(at_work, "Caméra", "fake_device_1")
    wait_until_filming_with(at_work, "fake_device_1")
    dialog.get_by_role("button", name="Fermer", exact=True).click()
    wait_until_nothing_is_captured(at_work)

    wait_in_line(family, invite["link"])
    press(at_work, "Faire entrer la famille")
    wait_until_joined(practitioner, session_id)
    wait_until_filming_with(at_work, "fake_device_1")
    press(at_work, "Appareils")
    choose(at_work, "Haut-parleur", "Fake Audio Output 2")
    at_work.wait_for_function(HEARD_THROUGH, arg="Fake Audio Output 2")
    dialog.get_by_role("button", name="Fermer", exact=True).click()
    wait_until_filming_with(at_work, "fake_device_1")
    at_work.evaluate("unplug()")
    expect(at_work.get_by_text("La caméra choisie n’est plus là")).to_be_visible()
    wait_until_filming_with(at_work, "fake_device_0")
    check_screen(at_work)
    press(at_work, "Compris")
    expect(at_work.get_by_text("La caméra choisie n’est plus là")).to_have_count(0)

    own = at_work.get_by_label("Votre propre image")
    press(at_work, "Panneaux")
    at_work.get_by_role("menuitemcheckbox", name="Votre propre image").click()
    at_work.keyboard.press("Escape")
    expect(own).to_have_count(0)
    assert at_work.evaluate("filming().length") == 1, "hidden, and still seen by the family"

    press(at_work, "Image dans sa propre fenêtre")
    at_work.wait_for_function("() => document.pictureInPictureElement !== null")
    expect(at_work.locator("section canvas")).to_have_count(0)
    press(at_work, "Image de nouveau dans la page")
    at_work.wait_for_function("() => document.pictureInPictureElement === null")
    expect(at_work.locator("section canvas").first).to_be_attached()

    press(at_work, "Couper la caméra")
    press(at_work, "Appareils")
    dialog.get_by_role("button", name=re.compile("Caméra$")).wait_for()
    expect(dialog.get_by_label("Votre propre image")).to_have_count(0)
    practitioner.post(f"/sessions/{session_id}/end")
