"""The pages in real Chromium: launching, reading, and checking them with axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from marks import mark_picture
from playwright.sync_api import Browser, Locator, Page, Playwright, ViewportSize, expect

from agent.contract import ORIGIN_KEY_HEADER

REPOSITORY = Path(__file__).resolve().parents[2]
AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}

# A state is waited for, never a number of seconds: on two busy cores a page may be slow, not wrong.
expect.set_options(timeout=45_000)
WITHIN_MS = 60_000

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
FAKE_DEVICES = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
Picture = np.ndarray[Any, Any]
MOTION_JPEG_HZ = 30  # Chromium's own, whatever the source's


def write_camera_clip(video: Path, target: Path, *, frames: int = 90, marked: bool = False) -> Path:
    """The first frames of a video as the motion JPEG that Chromium plays as a camera."""
    capture = cv2.VideoCapture(str(video))
    with target.open("wb") as clip:
        for index in range(frames):
            read, frame = capture.read()
            if not read:
                break
            picture = cv2.resize(frame, (640, 360))
            if marked:
                mark_picture(picture, index / MOTION_JPEG_HZ)
            clip.write(cv2.imencode(".jpg", picture)[1].tobytes())
    capture.release()
    return target


def write_clip_of_two(halves: dict[Path, int], target: Path, *, frames: int = 70) -> Path:
    """Two people side by side, there and back again, so that the loop has no seam.

    halves: the video of each, and where in its 640 columns the half that shows the face begins.
    """
    columns = [_half(video, left_px, frames) for video, left_px in halves.items()]
    encoded = [
        cv2.imencode(".jpg", np.hstack(pair))[1].tobytes() for pair in zip(*columns, strict=True)
    ]
    target.write_bytes(b"".join([*encoded, *encoded[::-1]]))
    return target


def _half(video: Path, left_px: int, frames: int) -> list[Picture]:
    capture = cv2.VideoCapture(str(video))
    pictures = [cv2.resize(capture.read()[1], (640, 360)) for _ in range(frames)]
    capture.release()
    return [picture[:, left_px : left_px + 320] for picture in pictures]


@contextmanager
def chromium(
    playwright: Playwright, *, camera: Path | None, sound: Path | None = None, cameras: int = 0
) -> Iterator[Browser]:
    """cameras: so many that Chromium draws itself, where there is no clip to play as a camera."""
    flags = [*FLAGS, "--use-fake-ui-for-media-stream"]
    if cameras:
        flags.append(f"--use-fake-device-for-media-stream=device-count={cameras}")
    if camera is not None:
        flags = [*FLAGS, *FAKE_DEVICES, f"--use-file-for-fake-video-capture={camera}"]
    if sound is not None:
        flags.append(f"--use-file-for-fake-audio-capture={sound}")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    browser.on("context", lambda context: context.set_default_timeout(WITHIN_MS))
    try:
        yield browser
    finally:
        browser.close()


def complaints_of(page: Page) -> list[str]:
    """What the page writes to the console as an error, and what it throws, from now on."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    return complaints


def axe_violations(page: Page) -> list[str]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def check_screen(page: Page) -> None:
    """One state of a page, in both languages: no axe violation, nothing wider than the window."""
    before = language_of(page)
    for language in ("en", "fr") if before == "fr" else ("fr", "en"):
        switch_language(page, language)
        violations = axe_violations(page)
        assert not violations, (language, page.url, violations)
        assert not overflows(page), (language, page.url, "wider than the window")


def language_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang"))


def switch_language(page: Page, language: str) -> None:
    name = {"fr": "Français", "en": "English"}[language]
    page.get_by_role("button", name=name).click()
    page.wait_for_function("wanted => document.documentElement.lang === wanted", arg=language)


def heading(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", level=1, name=text)


def press_by_keyboard(page: Page, name: str) -> None:
    """Reaches a button with Tab alone, and presses Enter."""
    wanted = page.get_by_role("button", name=name)
    wanted.wait_for()
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never reached {name!r}")


def login_of(page: Page) -> dict[str, str]:
    """What the page's own requests carry beside the practitioner's cookie."""
    return {ORIGIN_KEY_HEADER: page.evaluate("localStorage.getItem('epedicare.login')")}
