"""Several practitioners in one live session: results go to all of them, and stop at once."""

from __future__ import annotations

import asyncio
import time

import httpx2
import pytest
from livekit import rtc
from livekit.rtc.participant import PublishTrackError
from participants import Joined, eventually, practitioner_access
from room_fixtures import Consultation, Open
from stack_fixtures import RunningStack

from agent.contract import ORIGIN_KEY_HEADER, AccountRole
from token_service.accounts import account_of, code_of
from token_service.database import open_database
from token_service.oidc.claims import Identity
from token_service.secret_values import new_id
from token_service.sign_in import COOKIE, open_login

pytestmark = pytest.mark.livekit

MARK = '{"label": "name called", "ago_ms": 0}'
WITHIN_S = 1.0  # of a removal no result comes any more


async def somebody(stack: RunningStack) -> tuple[httpx2.AsyncClient, str]:
    """Another practitioner, signed in, and the code of their account."""
    async with open_database(stack.data) as database, database.begin() as db:
        identity = Identity(new_id(), None, (AccountRole.PRACTITIONER,), None)
        account = await account_of(db, "https://login.clinic.example", identity)
        opened = await open_login(db, account.id)
    headers = {"Cookie": f"{COOKIE}={opened.cookie}", ORIGIN_KEY_HEADER: opened.key}
    client = httpx2.AsyncClient(base_url=stack.url, trust_env=False, timeout=15, headers=headers)
    return client, code_of(account.id)


async def no_result_after(joined: Joined, moment: float) -> None:
    await asyncio.sleep(WITHIN_S + 1.5)
    assert joined.received.last_frame_at < moment + WITHIN_S


def shared(call: Consultation) -> str:
    return f"/api/v1/sessions/{call.session_id}/colleagues"


async def test_an_observer_gets_results_steers_nothing_and_gets_none_once_removed(
    consult: Open, stack: RunningStack, practitioner_http: httpx2.AsyncClient
) -> None:
    call = await consult()
    await call.analysed()
    http, code = await somebody(stack)
    body = {"code": code, "controls": False}
    answer = await practitioner_http.post(shared(call), json=body)
    called = answer.raise_for_status().json()["colleagues"][0]["id"]
    observer = Joined()
    await observer.join(await practitioner_access(http, call.session_id))
    try:
        await eventually(lambda: observer.received.frames, 10, "results for the observer, too")
        me = observer.room.local_participant
        await eventually(lambda: me.attributes.get("role") == "observer", 30, "their role")
        with pytest.raises((rtc.RpcError, ConnectionError)):
            await me.perform_rpc(
                destination_identity=call.agent_identity,
                method="mark",
                payload=MARK,
                response_timeout=2,
            )
        source = rtc.VideoSource(320, 240)
        track = rtc.LocalVideoTrack.create_video_track("camera", source)
        with pytest.raises(PublishTrackError):
            await asyncio.wait_for(me.publish_track(track), 15)
        removed_at = time.time()
        await practitioner_http.post(f"{shared(call)}/{called}/remove", json={})
        await no_result_after(observer, removed_at)
        await call.analysed()
        await eventually(lambda: not observer.room.isconnected(), 30, "out of the room")
    finally:
        await observer.leave()
        await http.aclose()


async def test_a_colleague_with_the_controls_steers_and_gets_nothing_after_leaving(
    consult: Open, stack: RunningStack, practitioner_http: httpx2.AsyncClient
) -> None:
    call = await consult()
    await call.analysed()
    http, code = await somebody(stack)
    body = {"code": code, "controls": True}
    (await practitioner_http.post(shared(call), json=body)).raise_for_status()
    colleague = Joined()
    await colleague.join(await practitioner_access(http, call.session_id))
    try:
        await eventually(lambda: colleague.received.frames, 10, "results")
        ask = colleague.room.local_participant.perform_rpc
        marked = await ask(destination_identity=call.agent_identity, method="mark", payload=MARK)
        assert marked == "ok"
        headers = {"Authorization": f"Bearer {call.credential}"}
        path = f"/api/v1/sessions/{call.session_id}"

        async def family_sees_two() -> bool:  # the service hears of an arrival a little later
            seen = await call.patient_http.get(path, headers=headers)
            return bool(seen.json()["professionals"] == {"here": 2, "observing": 0})

        await eventually(family_sees_two, 10, "two professionals")
        left_at = time.time()
        (await http.post(f"{shared(call)}/leave", json={})).raise_for_status()
        await no_result_after(colleague, left_at)
        await call.analysed()
    finally:
        await colleague.leave()
        await http.aclose()
