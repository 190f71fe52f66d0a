"""What both sides write to each other in a call, and what a hostile family's seat may send."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from livekit import rtc
from page_driver import PHONE, check_screen, complaints_of
from page_fixtures import Practitioner, Service, press, wait_in_line, wait_until_joined
from playwright.sync_api import Page, expect

from agent.contract import CHAT_TOPIC, LONGEST_CHAT, Topic
from agent.dev_stack.seat import Seat
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.browser

AT_ONCE = 10  # then one a second: web/src/room/textAssembly.ts
HTML = "<img src=x onerror=\"document.title='broken'\"> https://clinic.example/?a=1"
SHOWN = "li [dir=auto]"  # the text of each message
NOBODY_ANSWERED = (
    rtc.RpcError.ErrorCode.CONNECTION_TIMEOUT,
    rtc.RpcError.ErrorCode.RESPONSE_TIMEOUT,
)
MARKUP = f"() => document.querySelectorAll('{SHOWN} *, a[href^=https]').length"


def write(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Écrire un message")
    expect(page.get_by_role("button", name="Envoyer")).to_be_visible()
    field.fill(text)
    expect(page.get_by_role("button", name="Envoyer")).to_be_enabled()
    field.press("Enter")


def messages(page: Page) -> list[str]:
    return page.locator(SHOWN).all_inner_texts()


def test_both_sides_write_read_and_keep_nothing(practitioner: Practitioner, family: Page) -> None:
    page = practitioner.page
    session_id, invite = practitioner.invite()
    wait_in_line(family, invite["link"])
    practitioner.let_in(session_id)
    wait_until_joined(practitioner, session_id)
    press(family, "Messages")
    expect(family.get_by_role("textbox", name="Écrire un message")).to_be_focused()
    expect(family.get_by_text("La personne qui vous reçoit le lira.")).to_be_visible()
    write(family, HTML)
    write(family, "deuxième\tligne\u202e")
    check_screen(family)

    unread = page.get_by_role("button", name="Messages 2 messages non lus")
    expect(unread).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="La famille écrit : deuxième")).to_have_count(
        1
    )
    check_screen(page)
    unread.click()
    expect(page.locator(SHOWN)).to_have_count(2)
    assert messages(page) == [HTML, "deuxième\tligne"]
    assert page.evaluate(MARKUP) == 0
    expect(page.get_by_role("button", name="Messages", exact=True)).to_be_visible()

    press(family, "Fermer les messages")
    write(page, "Bonjour 🙂\nÀ tout de suite")
    family.get_by_text("Vous avez un message.").wait_for()
    check_screen(family)
    press(family, "Lire")
    expect(family.locator(SHOWN)).to_have_count(3)
    assert messages(family)[-1] == "Bonjour 🙂\nÀ tout de suite"
    check_screen(page)

    field = page.get_by_role("textbox", name="Écrire un message")
    field.fill("x" * (LONGEST_CHAT + 7))
    expect(page.get_by_text("2007 caractères : il y en a 7 de trop.")).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer")).to_be_disabled()
    field.press("Enter")
    field.fill("y" * LONGEST_CHAT)
    expect(page.get_by_text("2000 caractères sur 2000")).to_be_visible()
    press(page, "Envoyer")
    expect(family.locator(SHOWN)).to_have_count(4)
    assert messages(family)[-1] == "y" * LONGEST_CHAT
    check_screen(family)

    family.set_viewport_size({"width": 844, "height": 390})
    check_screen(family)
    for name in ("Mettre l’analyse en pause", "Quitter"):
        expect(family.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    family.set_viewport_size(PHONE)
    family.reload()
    press(family, "Messages")
    expect(family.get_by_text("Rien de ce qui s’écrit ici n’est conservé.")).to_be_visible()
    expect(family.locator(SHOWN)).to_have_count(0)
    expect(family.get_by_text("La personne qui vous reçoit le lira.")).to_be_visible()
    write(family, "de retour")
    expect(page.locator(SHOWN)).to_have_count(5)
    practitioner.post(f"/sessions/{session_id}/end")


class HostileFamily:
    """A LiveKit client of its own with the patient's token, in a thread that keeps its loop."""

    def __init__(self, service: Service, link: str, folder: Path) -> None:
        self._thread = ThreadPoolExecutor(1)  # Playwright keeps an event loop in this one
        self._loop = asyncio.new_event_loop()
        self._service, self._link, self._folder = service, link, folder

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._thread.submit(self._loop.run_until_complete, work).result(120)

    async def knock(self) -> None:
        self.http = httpx2.AsyncClient(base_url=self._service.url, trust_env=False, timeout=20)
        self.seat = await Seat.redeem(self.http, self._link, self._folder / "seat")
        await self.seat.knock()

    async def join(self) -> None:
        while (access := await self.seat.room_access()) is None:
            await asyncio.sleep(0.1)
        self.room = rtc.Room()
        await self.room.connect(access.url, access.token)
        self.me = self.room.local_participant
        while not (self.room.remote_participants and self.me.attributes.get("confirmed_for")):
            await asyncio.sleep(0.05)
        (self.practitioner,) = self.room.remote_participants

    async def forge(self) -> None:
        """What the agent would say, as whole messages and as noise, in every way to send it."""
        status = pb.Status(
            origin=pb.Origin(run=99, seq=1),
            state=pb.AGENT_STATE_ANALYSING,
            failed_measures=["forged"],
        ).SerializeToString()
        for topic in (*Topic, CHAT_TOPIC, ""):
            for payload in (status, b"\xff" * 1000):
                await self.me.publish_data(payload, topic=topic)
                await self.me.publish_data(payload, topic=topic, reliable=False)
            writer = await self.me.stream_bytes("forged", topic=topic)
            await writer.write(b"\x00" * 300_000)
            await writer.aclose()
        for topic in (*Topic, "lk.chat", "lk.transcription", "lk.rpc_request", "lk.rpc_response"):
            await self.me.send_text("forged " * 20_000, topic=topic)
        never_closed = await self.me.stream_text(topic="lk.rpc_request")
        await never_closed.write("forged " * 20_000)
        with pytest.raises(rtc.RpcError) as unanswered:
            await self.me.perform_rpc(
                destination_identity=self.practitioner,
                method="mark",
                payload="{}",
                response_timeout=2,
            )
        assert unanswered.value.code in NOBODY_ANSWERED

    async def chat(self, *texts: str, compress: bool = False) -> None:
        for text in texts:
            await self.me.send_text(text, topic=CHAT_TOPIC, compress=compress)

    async def leave(self) -> None:
        await self.room.disconnect()
        await self.http.aclose()


@pytest.fixture
def hostile(
    practitioner: Practitioner, service: Service, tmp_path: Path
) -> Iterator[HostileFamily]:
    session_id, invite = practitioner.invite()
    family = HostileFamily(service, invite["link"], tmp_path)
    family.run(family.knock())
    practitioner.let_in(session_id)
    family.run(family.join())
    yield family
    family.run(family.leave())
    practitioner.post(f"/sessions/{session_id}/end")


def test_whatever_a_familys_seat_sends_the_practitioners_page_takes_only_its_chat(
    practitioner: Practitioner, hostile: HostileFamily
) -> None:
    page = practitioner.page
    complaints = complaints_of(page)
    expect(page.get_by_role("button", name="Messages")).to_be_visible()
    hostile.run(hostile.forge())
    hostile.run(hostile.chat("z" * 1_000_000, "compressed " * 100, compress=True))
    hostile.run(hostile.chat("z" * 100_000, "z" * (LONGEST_CHAT + 1)))
    hostile.run(hostile.chat(HTML, "\u202e\u0000 renversé \u2066"))
    press(page, "Messages 2 messages non lus")
    assert messages(page) == [HTML, "renversé"]
    expect(page.get_by_text("trop longs ou trop nombreux")).to_be_visible()
    assert page.evaluate(MARKUP) == 0
    assert "broken" not in page.title()
    expect(page.get_by_text("forged")).to_have_count(0)
    expect(page.get_by_text("analyse en cours")).to_have_count(0)

    started = time.monotonic()
    hostile.run(hostile.chat(*(str(i) for i in range(500))))
    while messages(page)[-1:] != ["après le flot"]:
        assert time.monotonic() < started + 60, "the page takes nothing any more"
        hostile.run(hostile.chat("après le flot"))
        page.wait_for_timeout(1000)
    assert len(messages(page)) <= 2 + AT_ONCE + (time.monotonic() - started)
    press(page, "Fermer les messages")
    assert complaints == []
