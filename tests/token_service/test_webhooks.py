import base64
import hashlib
import json
import time
from datetime import timedelta
from pathlib import Path
from queue import Queue

import httpx2
import jwt
import pytest
from livekit import api
from pydantic import SecretStr
from service_fixtures import RunningService, make_settings

from agent.http.problems import BadRequest, Conflict, NotSignedIn
from token_service.webhooks import MAXIMUM_AGE_S, WebhookInbox

pytestmark = pytest.mark.unit

JSON = "application/webhook+json"
NOW = 1_800_000_000.0


@pytest.fixture
def inbox(tmp_path: Path) -> WebhookInbox:
    return WebhookInbox(make_settings(tmp_path, "ws://127.0.0.1:1"), clock=lambda: NOW)


def event(**changes: object) -> bytes:
    content = {"event": "participant_joined", "id": "EV_1", "createdAt": str(int(NOW))}
    return json.dumps(content | changes).encode()


def signature(
    body: bytes,
    key: str = "key-of-a-test",
    secret: str = "0123456789abcdef0123456789abcdef",
    life: timedelta = timedelta(minutes=5),
) -> str:
    token = api.AccessToken(key, secret).with_ttl(life)
    return token.with_sha256(base64.b64encode(hashlib.sha256(body).digest()).decode()).to_jwt()


def with_claims(**claims: object) -> str:
    standard = {"iss": "key-of-a-test", "nbf": 0, "exp": 4_000_000_000}
    return jwt.encode(standard | claims, "0123456789abcdef0123456789abcdef", algorithm="HS256")


def test_a_signed_event_is_taken_once(inbox: WebhookInbox) -> None:
    assert inbox.receive(event(), signature(event())).event == "participant_joined"
    with pytest.raises(Conflict):
        inbox.receive(event(), signature(event()))


def test_either_of_two_keys_signs_while_they_are_changed(tmp_path: Path) -> None:
    older = (("older", SecretStr("f" * 32)),)
    settings = make_settings(tmp_path, "ws://127.0.0.1:1")
    inbox = WebhookInbox(
        settings.model_copy(update={"livekit_older_keys": older}), clock=lambda: NOW
    )
    first, second = event(), event(id="EV_2")
    assert inbox.receive(first, signature(first)).id == "EV_1"
    assert inbox.receive(second, signature(second, "older", "f" * 32)).id == "EV_2"
    third = event(id="EV_3")
    with pytest.raises(NotSignedIn):
        inbox.receive(third, signature(third, "older", "e" * 32))


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "nonsense",
        "a.b.c",
        signature(event(id="EV_other")),
        signature(event(), secret="another secret, 32 bytes or more"),
        signature(event(), key="another-key"),
        signature(event(), life=timedelta(hours=-1)),
        api.AccessToken("key-of-a-test", "0123456789abcdef0123456789abcdef").to_jwt(),
        with_claims(sha256="\N{LATIN SMALL LETTER E WITH ACUTE}"),
        with_claims(sha256=5),
        with_claims(video={"nothing": True}),
    ],
)
def test_a_bad_signature_is_refused(inbox: WebhookInbox, authorization: str) -> None:
    with pytest.raises(NotSignedIn):
        inbox.receive(event(), authorization)


def test_the_body_cannot_be_changed(inbox: WebhookInbox) -> None:
    with pytest.raises(NotSignedIn):
        inbox.receive(event(event="room_finished"), signature(event()))


@pytest.mark.parametrize("age_s", [-MAXIMUM_AGE_S - 1, MAXIMUM_AGE_S + 1, NOW])
def test_an_old_event_is_refused(inbox: WebhookInbox, age_s: float) -> None:
    body = event(createdAt=str(int(NOW - age_s)))
    with pytest.raises(BadRequest):
        inbox.receive(body, signature(body))


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"\xff", event(createdAt="yesterday")])
def test_a_signed_body_that_is_no_event_is_refused(inbox: WebhookInbox, body: bytes) -> None:
    with pytest.raises(BadRequest):
        inbox.receive(body, signature(body))


def test_an_event_without_an_id_is_refused(inbox: WebhookInbox) -> None:
    with pytest.raises(Conflict):
        inbox.receive(event(id=""), signature(event(id="")))


def test_over_http(service: RunningService) -> None:
    def post(
        body: bytes, authorization: str, media_type: str = "application/webhook+json"
    ) -> httpx2.Response:
        headers = {"Authorization": authorization, "Content-Type": media_type}
        return service.client().post("/livekit/webhook", content=body, headers=headers)

    service.running.inbox = WebhookInbox(service.settings, clock=lambda: NOW)
    assert post(event(), "nonsense").status_code == 401
    assert post(event(), signature(event())).status_code == 204
    assert post(event(), signature(event())).status_code == 409
    assert post(event(), signature(event()), "application/json").status_code == 415


def test_a_webhook_is_a_look_at_its_own_session_alone(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, asked = service.running.gateway, Queue[tuple[str, ...]]()
    room_names = gateway.room_names

    async def noted(*names: str) -> frozenset[str]:
        if names:
            asked.put(names)
        return await room_names(*names)

    monkeypatch.setattr(gateway, "room_names", noted)
    monkeypatch.setattr(service.running, "inbox", WebhookInbox(service.settings))
    session = "5" * 32
    for number, (what, room) in enumerate(
        [
            ("participant_joined", "a room of another application"),
            ("track_published", session),
            ("participant_joined", session),
        ]
    ):
        body = event(
            event=what, id=f"EV_look_{number}", createdAt=str(int(time.time())), room={"name": room}
        )
        answer = service.client().post(
            "/livekit/webhook",
            content=body,
            headers={"Authorization": signature(body), "Content-Type": JSON},
        )
        assert answer.status_code == 204, answer.text
    assert asked.get(timeout=10) == (session,)
    assert asked.empty()
