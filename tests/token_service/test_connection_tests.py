"""A browser tries its line: in a room of its own, for two minutes, with nobody and for nobody."""

import itertools
from typing import Any

import jwt
import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer
from participants import eventually
from service_fixtures import RunningService

from token_service.connection_tests import LIFE, ConnectionTests, new_name
from token_service.livekit_gateway import LiveKitGateway
from token_service.service import CONNECTION_TESTS


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.unit
def test_a_room_that_was_seen_for_two_minutes_goes_and_no_other() -> None:
    clock = Clock()
    tests = ConnectionTests(None, clock)  # type: ignore[arg-type]  # it asks LiveKit nothing here
    session, early, late = "5" * 32, new_name(), new_name()
    assert tests.outlived([session, early]) == []
    clock.now_s += LIFE.seconds / 2
    assert tests.outlived([session, early, late]) == []
    clock.now_s += LIFE.seconds / 2
    assert tests.outlived([session, early, late]) == [early]
    assert tests.outlived([session, late]) == []
    clock.now_s += LIFE.seconds / 2
    assert tests.outlived([session, late, early]) == [late], "one that went begins anew"


def claims_of(service: RunningService, given: dict[str, Any]) -> dict[str, Any]:
    secret = service.settings.secret
    claims: dict[str, Any] = jwt.decode(given["participant_token"], secret, algorithms=["HS256"])
    return claims


@pytest.mark.livekit
async def test_the_room_is_of_nobody_else_and_is_thrown_away(
    live_service: RunningService, livekit_server: LiveKitServer
) -> None:
    practitioner = live_service.practitioner()
    session = practitioner.create()
    answer = practitioner.client.post(f"/api/v1/sessions/{session}/connection-test", json={})
    assert answer.status_code == 201
    given = answer.json()
    claims = claims_of(live_service, given)
    assert claims["exp"] - claims["nbf"] <= LIFE.seconds
    name = claims["video"].pop("room")
    assert claims["video"] == {
        "roomJoin": True,
        "canPublish": True,
        "canPublishSources": ["camera", "microphone"],
        "canSubscribe": False,
        "canPublishData": False,
        "canUpdateOwnMetadata": False,
    }
    assert session not in name and "name" not in claims and "attributes" not in claims

    access = (livekit_server.url, livekit_server.api_key, livekit_server.api_secret)
    room = rtc.Room()
    left: list[object] = []
    room.on("disconnected", left.append)
    async with api.LiveKitAPI(*access) as livekit:
        await room.connect(given["server_url"], given["participant_token"])
        dispatched = await livekit.agent_dispatch.list_dispatch(name)
        assert [each.agent_name for each in dispatched if each.agent_name] == []
        gateway = LiveKitGateway(live_service.settings, on_redispatch=lambda: None)
        tests = ConnectionTests(gateway, clock := Clock())
        await tests.throw_away()
        assert not left
        clock.now_s += LIFE.seconds
        await tests.throw_away()
        await gateway.close()
        await eventually(lambda: left, 10, "whoever stayed is put out")
        rooms = await livekit.room.list_rooms(api.ListRoomsRequest(names=[name]))
        assert list(rooms.rooms) == []


@pytest.mark.livekit
def test_an_invitation_is_enough_and_stays_unused_and_is_counted(
    live_service: RunningService,
) -> None:
    practitioner = live_service.practitioner()
    session = practitioner.create()
    secret = practitioner.invite(session)["link"].partition("#")[2]
    client = live_service.client()

    def ask(with_secret: str) -> Any:
        return client.post("/api/v1/invites/connection-test", json={"secret": with_secret})

    assert ask(secret).status_code == 201
    assert client.post("/api/v1/invites/redeem", json={"secret": secret}).status_code == 201
    assert ask(secret).status_code == 409
    assert ask("A" * len(secret)).status_code == 404
    answers = (ask(secret) for _ in itertools.count())
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused.headers["retry-after"]) > 0

    patient = live_service.patient(practitioner.invite(session))
    tries = [patient.post("connection-test").status_code for _ in range(CONNECTION_TESTS + 1)]
    assert tries == [201] * CONNECTION_TESTS + [429], "each seat is counted for itself"
    practitioner.end(session)
    assert patient.post("connection-test").status_code == 410


@pytest.mark.unit
def test_without_livekit_it_is_said_when_to_try_again(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    answer = practitioner.client.post(f"/api/v1/sessions/{session}/connection-test", json={})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
