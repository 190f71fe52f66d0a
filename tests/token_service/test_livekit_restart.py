"""livekit-server is killed and comes back; the service lives on and puts the rooms back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer, find_livekit_server
from participants import eventually
from service_fixtures import RunningService, admitted, make_settings

from agent.dev_stack.ports import free_port

pytestmark = [pytest.mark.livekit, pytest.mark.fault]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKitServer]:
    """A livekit-server of this module's own, which knows where to send its webhooks."""
    binary = find_livekit_server()
    assert binary is not None
    server = LiveKitServer(tmp_path_factory.mktemp("livekit"), binary)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, server: LiveKitServer
) -> Iterator[RunningService]:
    """Started before its livekit-server."""
    folder: Path = tmp_path_factory.mktemp("service")
    settings = make_settings(
        folder, server.url, key=server.api_key, secret=server.api_secret
    ).model_copy(update={"port": free_port()})
    server.webhook_url = f"http://127.0.0.1:{settings.port}/livekit/webhook"
    with RunningService(settings) as running:
        assert running.client().get("/readyz").status_code == 503
        server.start()
        yield running


async def test_webhooks_of_the_real_server_are_taken(
    service: RunningService, server: LiveKitServer
) -> None:
    admitted(service)
    await eventually(lambda: len(service.running.inbox._seen) > 0, 30, "a webhook")
    assert service.client().get("/readyz").status_code == 200


async def test_rooms_come_back_with_the_server_and_ended_ones_do_not(
    service: RunningService, server: LiveKitServer
) -> None:
    practitioner, patient = admitted(service)
    ended_by, ended = admitted(service)
    ended_by.end(ended.session)
    mine = rtc.Room()
    await mine.connect(server.url, patient.token())
    await eventually(
        lambda: practitioner.show(patient.session)["patient"]["state"] == "joined", 4, "joined"
    )

    server.kill()
    await eventually(
        lambda: service.client().get("/readyz").status_code == 503, 5, "LiveKit is missed"
    )
    waiting = patient.client.post("/api/v1/token", json={})
    assert (waiting.status_code, waiting.json()["type"]) == (503, "/problems/no-room")
    assert patient.pause().status_code == 503
    server.start()

    async with api.LiveKitAPI(server.url, server.api_key, server.api_secret) as livekit:

        async def rooms() -> set[str]:
            return {
                room.name for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms
            }

        async def there() -> bool:
            return patient.session in await rooms()

        await eventually(there, 30, "the room is back")

        async def paused_again() -> bool:
            people = await livekit.room.list_participants(
                api.ListParticipantsRequest(room=patient.session)
            )
            return [p.attributes.get("analysis") for p in people.participants] == ["paused"]

        await eventually(paused_again, 20, "the patient is back, and still paused")
        assert ended.session not in await rooms()
    await mine.disconnect()


async def test_a_token_asked_for_during_the_outage_waits_for_the_room(
    service: RunningService, server: LiveKitServer
) -> None:
    _, patient = admitted(service)
    server.kill()
    await eventually(
        lambda: service.client().get("/readyz").status_code == 503, 5, "LiveKit is missed"
    )
    asked = asyncio.create_task(asyncio.to_thread(patient.token))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(server.start)
    mine = rtc.Room()
    await mine.connect(server.url, await asked)
    await mine.disconnect()
